"""Pages of inspections 督导检查: the list, a draft with its findings, an inspection that was issued, its notices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, g, request, send_file, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid, NotFound, Stale
from tracker.exports.official import DOCX
from tracker.extensions import commit, db
from tracker.permissions import decide
from tracker.plans.models import Plan
from tracker.plans.queries import open_plan, subject_of
from tracker.supervision import inspections
from tracker.supervision.forms import seen_version
from tracker.supervision.inspection_forms import asked_as_of, read_finding, read_seen, read_visit
from tracker.supervision.inspection_models import InspectedUnit, Inspection, Rectification
from tracker.supervision.inspection_queries import (
    ItemRow,
    Notice,
    find_inspections,
    inspection_of,
    items_on,
    open_inspection,
    subject_of_inspection,
    subject_of_notice,
)
from tracker.supervision.inspection_rules import InspectionState, tally
from tracker.supervision.notice import notice_docx, notice_name
from tracker.supervision.paper import PDF, as_pdf
from tracker.supervision.taking_part import names_of, tasks_of
from tracker.supervision.verified import closings_resting_on
from tracker.supervision.withdrawing import Seen, withdraw_items
from tracker.tasks.models import Task
from tracker.web.access import actor, check, requires
from tracker.web.forms import needed_day, typed, typed_number
from tracker.web.intake import number, numbers
from tracker.web.render import go, render

inspection_pages = Blueprint("inspections", __name__)

DAYS_TO_MEND = 15
"""The limit that the form offers: so many calendar days on."""


@inspection_pages.get("/plans/<int:plan_id>/inspections")
@requires("inspection.read")
def listing(plan_id: int) -> Response:
    """The inspections of a plan as of a day; the office begins a new one here."""
    return _listing(_plan(plan_id))


def _listing(plan: Plan, error: Invalid | None = None) -> Response:
    today = clock.today()
    as_of = asked_as_of(today)
    return render(
        "supervision/inspections.html",
        status=error.status if error else 200,
        plan=plan,
        as_of_day=as_of,
        rows=find_inspections(plan, actor(), as_of, as_of == today),
        may_write=bool(decide(actor(), "inspection.write", subject_of(plan))),
        sees_all=bool(decide(actor(), "inspection.read_whole", subject_of(plan))),
        typed=request.form,
        error=error,
    )


@inspection_pages.post("/plans/<int:plan_id>/inspections")
@requires("inspection.write")
def draft(plan_id: int) -> Response:
    """Begin the record of a visit."""
    plan = _plan(plan_id)
    check("inspection.write", subject_of(plan))
    try:
        found = inspections.draft_inspection(plan, typed("title"), needed_day("first_on"), actor())
    except Invalid as error:
        db.session.rollback()
        return _listing(_plan(plan_id), error)
    commit()
    return go(url_for("inspections.one", inspection_id=found.id))


@inspection_pages.get("/inspections/<int:inspection_id>")
@requires("inspection.read")
def one(inspection_id: int) -> Response:
    """A draft to be written, with ``?issue=1`` asked once more before it is issued; or what was issued, as of a day."""
    found = _open(inspection_id, "inspection.read")
    return _draft_page(found) if found.state is InspectionState.DRAFT else _issued_page(found)


def _issued_page(found: Inspection, wrong_id: int | None = None, error: Invalid | Stale | None = None) -> Response:
    """``wrong_id``: the notice that was withdrawn with an error."""
    as_of = asked_as_of(clock.today())
    rows = items_on(found.plan, actor(), as_of, Rectification.inspection_id == found.id)
    return render(
        "supervision/inspection.html",
        status=error.status if error else 200,
        plan=found.plan,
        inspection=found,
        as_of_day=as_of,
        rows=rows,
        tally=tally((row.stand for row in rows), as_of),
        sees_all=bool(decide(actor(), "inspection.read_whole", subject_of_inspection(found))),
        notices=_notices(found, rows),
        may_withdraw=bool(decide(actor(), "inspection.write", subject_of_inspection(found))),
        verified=closings_resting_on(found, actor()),
        wrong_id=wrong_id,
        error=error,
        typed=request.form,
    )


def _notices(found: Inspection, rows: Sequence[ItemRow]) -> list[Notice]:
    """Those that the viewer may read, with what stands of them on the day of the rows."""
    mine = [one for one in found.visited if one.doc_number and _may_take(found, one)]
    return [Notice(one, [row for row in rows if row.item.unit_id == one.unit_id]) for one in mine]


def _may_take(found: Inspection, one: InspectedUnit) -> bool:
    """A unit takes its own notice; office and leader all."""
    return bool(decide(actor(), "notice.read", subject_of_notice(found, one)))


def _draft_page(found: Inspection, error: Invalid | Stale | None = None) -> Response:
    wanted = typed_number("item") if error else request.args.get("finding", type=number)
    today = clock.today()
    names = names_of(found.plan_id, today) | {one.unit_id: one.unit.name for one in found.visited}
    visited = _ticked("unit", [one.unit_id for one in found.visited])
    tasks = {task.id: task for task in (*tasks_of(found.plan_id, numbers(visited), today), *found.tasks)}
    return render(
        "supervision/inspection_draft.html",
        status=error.status if error else 200,
        plan=found.plan,
        inspection=found,
        names=names,
        tasks=tasks.values(),
        task_options=_task_options(tasks.values()),
        visited=visited,
        looked_at=_ticked("looked_at", [task.id for task in found.tasks]),
        open_item=next((item for item in found.findings if item.id == wanted), None),
        limit=today + timedelta(days=DAYS_TO_MEND),
        asks=request.args.get("issue") == "1" and error is None,
        typed=request.form,
        error=error,
    )


def _task_options(tasks: Iterable[Task]) -> list[tuple[int | str, str]]:
    found: list[tuple[int | str, str]] = [("", _("不涉及"))]
    return found + [(task.id, f"{task.label}　{task.text[:30]}") for task in tasks]


def _ticked(name: str, stored: list[int]) -> list[str]:
    """The ticks as they were sent with the visit, or as they are kept."""
    return request.form.getlist(name) if "title" in request.form else [str(one) for one in stored]


@inspection_pages.post("/inspections/<int:inspection_id>")
@requires("inspection.write")
def save(inspection_id: int) -> Response:
    """Keep the draft with the finding that is open; then open another, take one out, or ask before it is issued."""
    found = _open(inspection_id, "inspection.write")
    try:
        inspections.edit_inspection(found, read_visit(), read_finding(), actor(), typed_number("take_out"))
    except (Invalid, Stale) as error:
        db.session.rollback()
        return _draft_page(_open(inspection_id, "inspection.write"), error)
    commit()
    if request.form.get("then") == "issue":
        return go(url_for("inspections.one", inspection_id=found.id, issue=1))
    flash(_("草稿已存，还没有下达，单位看不到。"), "green")
    edit = typed_number("edit")
    return go(
        url_for("inspections.one", inspection_id=found.id, finding=edit, _anchor="finding-form" if edit else None)
    )


@inspection_pages.post("/inspections/<int:inspection_id>/issue")
@requires("inspection.write")
def issue(inspection_id: int) -> Response:
    """Issue what is kept: the units see it and owe their items from now on."""
    seen = seen_version(request.form)
    done = _("已下达，已通知有整改事项的单位；内容不能再改。")
    return _step(inspection_id, lambda found: inspections.issue_inspection(found, seen, actor()), done)


@inspection_pages.post("/inspections/<int:inspection_id>/drop")
@requires("inspection.write")
def drop(inspection_id: int) -> Response:
    """Give up a draft."""
    reason, seen = typed("reason"), seen_version(request.form)
    done = _("这份草稿已作废，原因已记下。")
    return _step(inspection_id, lambda found: inspections.drop_inspection(found, reason, seen, actor()), done)


def _step(inspection_id: int, step: Callable[[Inspection], Inspection], words: str) -> Response:
    found = _open(inspection_id, "inspection.write")
    try:
        step(found)
    except (Invalid, Stale) as error:
        db.session.rollback()
        return _draft_page(_open(inspection_id, "inspection.write"), error)
    commit()
    flash(words, "green")
    is_out = found.state is InspectionState.ISSUED
    there: dict[str, Any] = {"inspection_id": found.id} if is_out else {"plan_id": found.plan_id}
    return go(url_for("inspections.one" if is_out else "inspections.listing", **there))


@inspection_pages.get("/notices/<int:inspected_unit_id>.docx")
@requires("notice.read")
def docx(inspected_unit_id: int) -> Response:
    """The notice (整改通知书) of one unit as an official document."""
    found, unit = _notice(inspected_unit_id)
    name = f"{notice_name(found, unit)}.docx"
    return send_file(BytesIO(notice_docx(found, unit)), DOCX, as_attachment=True, download_name=name)


@inspection_pages.get("/notices/<int:inspected_unit_id>.pdf")
@requires("notice.read")
def pdf(inspected_unit_id: int) -> Response:
    """The same as .pdf."""
    found, unit = _notice(inspected_unit_id)
    name = f"{notice_name(found, unit)}.pdf"
    return send_file(BytesIO(as_pdf(notice_docx(found, unit))), PDF, as_attachment=True, download_name=name)


@inspection_pages.post("/notices/<int:inspected_unit_id>/withdraw")
@requires("inspection.write")
def withdraw(inspected_unit_id: int) -> Response:
    """A notice was issued by mistake: what is left of it is taken back."""
    found, _unit = _notice(inspected_unit_id)
    check("inspection.write", subject_of_inspection(found))
    versions = read_seen()
    seen = [Seen(item, versions[item.id]) for item in found.findings if item.id in versions]
    try:
        withdraw_items(seen, typed("withdraw_reason"), actor())
    except (Invalid, Stale) as error:
        db.session.rollback()
        return _issued_page(_open(found.id, "inspection.write"), inspected_unit_id, error)
    commit()
    flash(_("已撤回，已通知单位。"), "green")
    return go(url_for("inspections.one", inspection_id=found.id))


def _notice(inspected_unit_id: int) -> tuple[Inspection, InspectedUnit]:
    """A unit's notice, or as it will be: in a draft for every unit with findings."""
    found = _open(inspection_of(inspected_unit_id), "inspection.read")
    owners = {item.unit_id for item in found.findings}
    unit = next((one for one in found.visited if one.id == inspected_unit_id and one.unit_id in owners), None)
    if unit is None or not _may_take(found, unit):
        raise NotFound(_("没有这份整改通知书，或者它不是发给本单位的。"))
    return found, unit


def _open(inspection_id: int, action: str) -> Inspection:
    found = open_inspection(inspection_id, actor())
    check(action, subject_of_inspection(found))
    g.plan_id, g.navigation = found.plan_id, "slips"
    return found


def _plan(plan_id: int) -> Plan:
    plan = open_plan(plan_id, actor())
    g.navigation = "slips"
    return plan
