"""Pages of rectifications 整改事项: the list and its workbook, one item."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from math import ceil
from typing import Any

from flask import Blueprint, Response, flash, g, request, send_file, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid, Stale
from tracker.extensions import commit, db
from tracker.files.web import as_download, attached_files, file_intake
from tracker.permissions import UNIT_ROLES, Role, decide
from tracker.plans.models import Plan
from tracker.plans.queries import open_plan
from tracker.supervision import rectifications
from tracker.supervision.forms import seen_version
from tracker.supervision.inspection_forms import FILTERS, read_item_filter
from tracker.supervision.inspection_models import Rectification
from tracker.supervision.inspection_queries import (
    PAGE,
    open_item,
    open_item_file,
    row_of,
    subject_of_item,
)
from tracker.supervision.inspection_rules import OUT, RECTIFICATION_TRANSITIONS, WITHDRAWABLE
from tracker.supervision.item_list import FoundItems, ItemFilter, find_items
from tracker.supervision.rectification_workbook import items_workbook
from tracker.supervision.taking_part import tasks_of
from tracker.supervision.withdrawing import Seen, withdraw_items
from tracker.tasks.queries import open_task
from tracker.web.access import actor, check, requires
from tracker.web.forms import asked_page, typed, typed_day, typed_number
from tracker.web.render import go, render

rectification_pages = Blueprint("rectifications", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@rectification_pages.get("/plans/<int:plan_id>/rectifications")
@requires("rectification.read")
def listing(plan_id: int) -> Response:
    """The items of a plan across its inspections (整改台账), filtered by the address, as of a day."""
    plan, wanted, found = _find(plan_id)
    page = asked_page()
    return render(
        "supervision/rectifications.html",
        plan=plan,
        wanted=wanted,
        found=found,
        rows=found.rows[(page - 1) * PAGE : page * PAGE],
        states=[state for state in OUT if found.counts[state] or state is wanted.state],
        is_unit=actor().role in UNIT_ROLES,
        address=_address_with,
        export=url_for("rectifications.export", plan_id=plan.id, **_conditions()),
        page_address=lambda turn: _address_with(page=turn),
        page=page,
        pages=max(1, ceil(len(found.rows) / PAGE)),
    )


@rectification_pages.get("/plans/<int:plan_id>/rectifications.xlsx")
@requires("rectification.read")
def export(plan_id: int) -> Response:
    """The same rows as a workbook."""
    plan, wanted, found = _find(plan_id)
    foot = _("%(name)s 导出，截至 %(day)s", name=actor().label, day=wanted.as_of)
    book = items_workbook(plan, found.rows, wanted.as_of, foot)
    name = f"{plan.short_title}整改台账 {wanted.as_of}{'（筛选）' if wanted.is_narrowed else ''}.xlsx"
    return send_file(BytesIO(book), XLSX, as_attachment=True, download_name=name)


def _find(plan_id: int) -> tuple[Plan, ItemFilter, FoundItems]:
    plan = open_plan(plan_id, actor())
    g.navigation = "slips"
    wanted = read_item_filter(request.args, clock.today(), actor())
    return plan, wanted, find_items(plan, actor(), wanted)


@rectification_pages.get("/rectifications/<int:rectification_id>")
@requires("rectification.read")
def one(rectification_id: int) -> Response:
    """One item: to be reported of, to be decided, or to be read."""
    return _page(_open(rectification_id, "rectification.read"))


def _open(rectification_id: int, action: str) -> Rectification:
    found = open_item(rectification_id, actor())
    check(action, subject_of_item(found))
    g.plan_id, g.navigation = found.inspection.plan_id, "slips"
    return found


def _page(found: Rectification, error: Invalid | Stale | None = None) -> Response:
    subject, today = subject_of_item(found), clock.today()
    row = row_of(found, today)
    is_late = row.stand.days_over(today) > 0
    decision = decide(actor(), "rectification.decide", subject)
    return render(
        "supervision/rectification.html",
        status=error.status if error else 200,
        item=found,
        plan=found.inspection.plan,
        notice=next((one for one in found.inspection.visited if one.unit_id == found.unit_id), None),
        row=row,
        is_late=is_late,
        error=error,
        typed=request.form,
        verbs=[verb.value for (state, verb) in RECTIFICATION_TRANSITIONS if state is found.state],
        may_report=bool(decide(actor(), "rectification.report", subject)),
        may_decide=bool(decision),
        why_not=decision.reason if actor().role is Role.OFFICE else "",
        may_withdraw=found.state in WITHDRAWABLE and bool(decide(actor(), "inspection.write", subject)),
        slip_tasks=_slip_tasks(found) if decision and is_late and not found.open_slip else [],
    )


def _slip_tasks(found: Rectification) -> list[tuple[int, str]]:
    """The tasks that a slip can be about: that of the item, else those in which the unit has a part."""
    there = tasks_of(found.inspection.plan_id, [found.unit_id], clock.today())
    tasks = [task for task in there if found.task_id in (None, task.id)]
    return [(task.id, f"{task.label}　{task.text[:14]}…") for task in tasks]


def _step(rectification_id: int, action: str, step: Callable[[Rectification], Rectification], words: str) -> Response:
    """One step of an item: what was typed wrongly comes back with the form, else the page says what was done."""
    found = _open(rectification_id, action)
    try:
        step(found)
    except (Invalid, Stale) as error:
        db.session.rollback()
        return _page(_open(rectification_id, action), error)
    commit()
    flash(words, "green")
    return go(url_for("rectifications.one", rectification_id=found.id))


@rectification_pages.post("/rectifications/<int:rectification_id>/report")
@requires("rectification.report")
def report(rectification_id: int) -> Response:
    """The unit reports what it has put right, with files."""
    words, files, seen = typed("words"), attached_files(request.files), seen_version(request.form)

    def step(item: Rectification) -> Rectification:
        return rectifications.report_item(item, words, files, file_intake(), seen, actor())

    return _step(rectification_id, "rectification.report", step, _("整改情况已报，等办公室核定。"))


@rectification_pages.post("/rectifications/<int:rectification_id>/settle")
@requires("rectification.decide")
def settle(rectification_id: int) -> Response:
    """What was reported does."""
    words, seen = typed("reason"), seen_version(request.form)
    done = _("已同意销号。")
    return _step(
        rectification_id,
        "rectification.decide",
        lambda item: rectifications.settle_item(item, words, seen, actor()),
        done,
    )


@rectification_pages.post("/rectifications/<int:rectification_id>/reopen")
@requires("rectification.decide")
def reopen(rectification_id: int) -> Response:
    """What was reported does not do."""
    reason, seen = typed("reason"), seen_version(request.form)

    def step(item: Rectification) -> Rectification:
        return rectifications.reopen_item(item, reason, typed_day("due_again_on"), seen, actor())

    return _step(rectification_id, "rectification.decide", step, _("已退回单位重改，原因单位看得到。"))


@rectification_pages.post("/rectifications/<int:rectification_id>/withdraw")
@requires("inspection.write")
def withdraw(rectification_id: int) -> Response:
    """It was issued by mistake."""
    reason, seen = typed("withdraw_reason"), seen_version(request.form)

    def step(item: Rectification) -> Rectification:
        withdraw_items([Seen(item, seen)], reason, actor())
        return item

    return _step(rectification_id, "inspection.write", step, _("已撤回，已通知单位。"))


@rectification_pages.post("/rectifications/<int:rectification_id>/slip")
@requires("rectification.decide")
def to_slip(rectification_id: int) -> Response:
    """Turn what is overdue into a slip, which is then written and issued."""
    found = _open(rectification_id, "rectification.decide")
    task = open_task(typed_number("task") or 0, actor(), clock.today())
    slip = rectifications.item_to_slip(found, task, seen_version(request.form), actor())
    commit()
    return go(url_for("slips.slip", slip_id=slip.id))


@rectification_pages.get("/rectification-files/<int:rectification_file_id>")
@requires("rectification.read")
def file(rectification_file_id: int) -> Response:
    """A file of a report, always as a download."""
    found = open_item_file(rectification_file_id, actor())
    check("rectification.read", subject_of_item(found.report.item))
    return as_download(found)


def _conditions() -> dict[str, Any]:
    return {name: value for name in FILTERS if (value := request.args.get(name))}


def _address_with(**changed: Any) -> str:
    """This page's address with other conditions; one that is empty falls away."""
    values = {name: value for name, value in (_conditions() | changed).items() if value not in ("", None)}
    return url_for("rectifications.listing", **(request.view_args or {}), **values)
