"""Pages of indicators: the list, one indicator, its form; workbooks."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, flash, g, request, send_file, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid, Stale
from tracker.extensions import commit, db
from tracker.indicators import actions
from tracker.indicators.definitions import ATTRIBUTES, CADENCES, Direction, Formula
from tracker.indicators.forms import Form, form_of, overtaken_words, read, typed_form, unit_ids_of
from tracker.indicators.models import Indicator
from tracker.indicators.page import (
    LAMPS,
    Filter,
    asked_now,
    baseline_words,
    day_asked,
    latest_words,
    listing,
    next_target,
    one_page,
    read_filter,
    reported_words,
    target_lines,
)
from tracker.indicators.path import period_label
from tracker.indicators.queries import Row, board, entered, history, open_indicator, rows_of_task
from tracker.indicators.rules import value_words
from tracker.indicators.value_queries import count_waiting, with_files
from tracker.indicators.workbook import indicators_workbook, values_workbook
from tracker.permissions import Role, decide
from tracker.plans.models import Plan
from tracker.plans.queries import open_plan, subject_of
from tracker.tasks.models import Task
from tracker.web.access import actor, check, requires
from tracker.web.forms import typed, typed_number
from tracker.web.intake import number, numbers
from tracker.web.render import go, render
from tracker.web.words import moment_words

indicators = Blueprint("indicators", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORDS = {
    "asked_now": asked_now,
    "baseline_words": baseline_words,
    "latest_words": latest_words,
    "next_target": next_target,
    "reported_words": reported_words,
}
"""What the templates say of a row."""


@indicators.app_context_processor
def on_task() -> dict[str, Any]:
    """``indicators_of(task, as_of)`` in the template of a task: the indicators that measure it."""
    return {"indicators_of": lambda task, as_of: rows_of_task(task, actor(), as_of), "indicator_words": WORDS}


def open_page(plan_id: int, action: str | None = None) -> Plan:
    """The plan a page of indicators is about, by the viewer's right to do ``action`` with it."""
    plan = open_plan(plan_id, actor())
    g.navigation = "indicators"
    if action is not None:
        check(action, subject_of(plan))
    return plan


def _asked(plan: Plan) -> Filter:
    as_of = day_asked(request.args.get("as_of", ""), clock.today(), plan.confirmed_on)
    return read_filter(request.args, as_of, request.args.get("unit", type=number))


@indicators.get("/plans/<int:plan_id>/indicators")
@requires("indicator.read")
def listing_page(plan_id: int) -> Response:
    """The indicators of a plan that this viewer may see, as of a day, filtered by the address."""
    return _listing(open_page(plan_id))


def _listing(plan: Plan, problem: Invalid | None = None) -> Response:
    wanted, today = _asked(plan), clock.today()
    may_edit = bool(decide(actor(), "indicator.edit", subject_of(plan))) and plan.closed_on is None

    def address(endpoint: str = "indicators.listing_page", **changes: Any) -> str:
        asked = wanted.arguments(today) | changes
        return url_for(endpoint, plan_id=plan.id, **{name: value for name, value in asked.items() if value})

    return render(
        "indicators/list.html",
        status=problem.status if problem else 200,
        plan=plan,
        wanted=wanted,
        found=listing(board(plan, actor(), wanted.as_of), wanted),
        lamps=LAMPS,
        address=address,
        may_edit=may_edit,
        may_enter=actor().role is Role.REPORTER,
        waiting=db.session.scalar(sa.select(count_waiting(actor(), plan.id))),
        problem=problem,
        typed=request.form,
        trail=wanted.arguments(today),
        kept=lambda *without: [pair for pair in wanted.arguments(today).items() if pair[0] not in without],
    )


@indicators.get("/plans/<int:plan_id>/indicators.xlsx")
@requires("indicator.read")
def export(plan_id: int) -> Response:
    """The list as a workbook: definitions with target and value of each year, by the filter of the address."""
    plan = open_page(plan_id)
    wanted = _asked(plan)
    found = listing(board(plan, actor(), wanted.as_of), wanted)
    title = _("%(plan)s指标完成情况（截至%(day)s）", plan=plan.short_title, day=wanted.as_of)
    return _workbook(indicators_workbook(title, found.rows, _foot()), f"指标_{plan.short_title}_{wanted.as_of}.xlsx")


@indicators.get("/plans/<int:plan_id>/indicator-values.xlsx")
@requires("indicator.read")
def export_values(plan_id: int) -> Response:
    """Every version of every figure that the viewer may read."""
    plan = open_page(plan_id)
    wanted = _asked(plan)
    found = listing(board(plan, actor(), wanted.as_of), wanted)
    title = _("%(plan)s指标填报值（截至%(day)s）", plan=plan.short_title, day=wanted.as_of)
    content = values_workbook(title, found.rows, actor(), _foot())
    return _workbook(content, f"指标值_{plan.short_title}_{wanted.as_of}.xlsx")


def _foot() -> str:
    return _("导出：%(who)s %(at)s", who=f"{actor().label} {actor().name}", at=moment_words(clock.now()))


def _workbook(content: bytes, name: str) -> Response:
    return send_file(BytesIO(content), XLSX, as_attachment=True, download_name=name)


@indicators.get("/indicators/<int:indicator_id>")
@requires("indicator.read")
def one(indicator_id: int) -> Response:
    """One indicator: the chart, its units' values by period, what it is, what happened to it."""
    return one_indicator(open_one(indicator_id))


def open_one(indicator_id: int) -> Row:
    """The indicator of a page as of the day in the address."""
    today = clock.today()
    first = db.session.scalar(sa.select(Indicator.from_on).where(Indicator.id == indicator_id)) or today
    as_of = day_asked(request.args.get("as_of", ""), today, min(first, today))
    row = open_indicator(indicator_id, actor(), as_of)
    g.plan_id, g.navigation = row.indicator.plan_id, "indicators"
    return row


def one_indicator(row: Row, problem: Invalid | None = None) -> Response:
    """The page, after a form that was refused with the reason."""
    plan, is_today = row.indicator.plan, row.as_of == clock.today()
    readable = [value for value in entered(row) if row.readable(actor(), value.unit_id)]
    with_files(readable)
    may_edit = bool(decide(actor(), "indicator.edit", row.subject)) and row.indicator.ended_on is None and is_today
    return render(
        "indicators/one.html",
        status=problem.status if problem else 200,
        plan=plan,
        row=row,
        page=one_page(row, actor()),
        targets=target_lines(row),
        entered=readable,
        history=[made for made in history(row.indicator.id) if made.made_at.date() <= row.as_of],
        period_label=lambda day: period_label(row.definition.every, day),
        value_words=lambda value: value_words(row.definition, value),
        may_edit=may_edit,
        may_decide=is_today and bool(decide(actor(), "indicator.edit", row.subject)),
        may_enter=actor().role is Role.REPORTER and actor().unit_id in {unit.id for unit in row.members},
        problem=problem,
        typed=request.form,
    )


def _tasks(plan: Plan) -> list[Task]:
    query = sa.select(Task).where(Task.plan_id == plan.id, Task.withdrawn_on.is_(None)).order_by(Task.position)
    return list(db.session.scalars(query))


@indicators.get("/plans/<int:plan_id>/indicators/new")
@requires("indicator.edit")
def new(plan_id: int) -> Response:
    """The form of a new indicator."""
    return _form(open_page(plan_id, "indicator.edit"), Form(), None)


@indicators.post("/plans/<int:plan_id>/indicators/new")
@requires("indicator.edit")
def add(plan_id: int) -> Response:
    """Keep a new indicator."""
    plan = open_page(plan_id, "indicator.edit")
    written = typed_form(request.form, None)
    try:
        made = actions.define(plan, read(written, None, _tasks(plan)), actor())
        commit()
    except Invalid as problem:
        db.session.rollback()
        return _form(open_page(plan_id, "indicator.edit"), written, None, problem)
    flash(_("指标“%(name)s”已存。", name=written.name), "green")
    return go(url_for("indicators.one", indicator_id=made.id))


@indicators.get("/indicators/<int:indicator_id>/edit")
@requires("indicator.edit")
def edit(indicator_id: int) -> Response:
    """The form of an indicator as it stands."""
    row = _open_to_edit(indicator_id)
    return _form(row.indicator.plan, form_of(row, _tasks(row.indicator.plan)), row)


def _open_to_edit(indicator_id: int) -> Row:
    row = open_indicator(indicator_id, actor(), clock.today())
    check("indicator.edit", row.subject)
    g.plan_id, g.navigation = row.indicator.plan_id, "indicators"
    return row


@indicators.post("/indicators/<int:indicator_id>/edit")
@requires("indicator.edit")
def save(indicator_id: int) -> Response:
    """Change what an indicator is, from today."""
    row = _open_to_edit(indicator_id)
    written = typed_form(request.form, typed_number("seen"))
    try:
        link = read(written, row.definition, _tasks(row.indicator.plan))
        actions.redefine(row.indicator, link, written.reason, written.seen, actor())
        commit()
    except Invalid as problem:
        db.session.rollback()
        row = _open_to_edit(indicator_id)
        return _form(row.indicator.plan, written, row, problem)
    except Stale as problem:
        db.session.rollback()
        return _overtaken(_open_to_edit(indicator_id), written, problem)
    flash(_("指标“%(name)s”已改，从今天起按新的算。", name=written.name), "green")
    return go(url_for("indicators.one", indicator_id=indicator_id))


def _overtaken(row: Row, written: Form, problem: Stale) -> Response:
    """What was typed, with what stands there now; saved once more it holds."""
    plan = row.indicator.plan
    now = form_of(row, _tasks(plan))
    told = Stale(f"{problem}{overtaken_words(written, now)}")
    return _form(plan, replace(written, seen=now.seen), row, told)


def _form(plan: Plan, written: Form, row: Row | None, problem: Invalid | Stale | None = None) -> Response:
    return render(
        "indicators/form.html",
        status=problem.status if problem else 200,
        plan=plan,
        row=row,
        form=written,
        problem=problem,
        attributes=ATTRIBUTES,
        directions=[(one.value, one.label) for one in Direction],
        formulas=[(one.value, one.label) for one in Formula],
        cadences=[(one.value, one.label) for one in CADENCES],
    )


@indicators.post("/indicators/<int:indicator_id>/end")
@requires("indicator.edit")
def end(indicator_id: int) -> Response:
    """An indicator is followed up no more."""
    row = _open_to_edit(indicator_id)
    plan_id, name = row.indicator.plan_id, row.definition.name
    try:
        actions.end(row.indicator, typed("reason"), actor())
        commit()
    except Invalid as problem:
        db.session.rollback()
        return one_indicator(_open_to_edit(indicator_id), problem)
    flash(_("“%(name)s”不再跟踪，报过的数都留着。", name=name), "green")
    return go(url_for("indicators.listing_page", plan_id=plan_id))


@indicators.post("/plans/<int:plan_id>/indicators/units")
@requires("indicator.edit")
def share_out(plan_id: int) -> Response:
    """The indicators ticked are reported by a unit, besides whoever reports them."""
    plan = open_page(plan_id, "indicator.edit")
    try:
        units = unit_ids_of(typed("units"))
        ticked = set(numbers(request.form.getlist("indicator")))
        if not units or not ticked:
            raise Invalid(_("请先勾选指标，再写责任单位。"), "units")
        rows = [row.indicator for row in board(plan, actor(), clock.today()) if row.indicator.id in ticked]
        given = sum(actions.share_out(rows, unit_id, actor()) for unit_id in units)
        commit()
    except Invalid as problem:
        db.session.rollback()
        return _listing(open_page(plan_id, "indicator.edit"), problem)
    flash(_("已定责任单位：新增 %(n)s 项。", n=given), "green")
    return go(url_for("indicators.listing_page", plan_id=plan_id))
