"""Values: a unit fills in what it reports, in one table; the office verifies or returns."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import sqlalchemy as sa
from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid, NotFound
from tracker.extensions import commit, db, lock
from tracker.indicators import values
from tracker.indicators.evidence_views import open_sheet, own_unit_id, received_files
from tracker.indicators.filling import asked_at, boxes, checked, earlier_of, filled, usual_year, years_of
from tracker.indicators.forms import Box
from tracker.indicators.models import IndicatorValue
from tracker.indicators.path import period_label
from tracker.indicators.queries import Row, board, rows_of
from tracker.indicators.rules import value_words
from tracker.indicators.value_queries import (
    PAGE,
    count_waiting,
    open_value,
    value_subject,
    waiting,
    with_files,
    writers_of,
)
from tracker.indicators.views import indicators as indicators
from tracker.indicators.views import open_page
from tracker.permissions import decide
from tracker.plans.models import Plan
from tracker.units.queries import unit_by_id
from tracker.web.access import actor, check, requires
from tracker.web.forms import asked_page
from tracker.web.intake import number, numbers
from tracker.web.render import go, render


@indicators.get("/plans/<int:plan_id>/indicators/fill")
@requires("indicator.enter")
def fill(plan_id: int) -> Response:
    """What the unit reports of a year, in one table."""
    plan = open_page(plan_id)
    rows = board(plan, actor(), clock.today())
    return _sheet(plan, rows, _boxes(rows, own_unit_id()))


def _boxes(rows: Sequence[Row], unit_id: int) -> list[Box]:
    """The sheet of the year asked for, with the files of every version it may have been opened on."""
    with_files(one for row in rows for (owner, _day), kept in row.versions.items() if owner == unit_id for one in kept)
    return boxes(rows, unit_id, _year(rows))


def _year(rows: Sequence[Row]) -> int:
    """The year asked for, or the usual one."""
    asked = request.values.get("year", type=number)
    if asked is not None and asked not in years_of(rows):
        raise NotFound(_("这一年没有要填的指标。请从指标页重新进入。"))
    return asked or usual_year(rows, own_unit_id(), clock.today())


def _sheet(plan: Plan, rows: Sequence[Row], shown: Sequence[Box], status: int = 200) -> Response:
    unit_id = own_unit_id()
    return render(
        "indicators/fill.html",
        status=status,
        plan=plan,
        boxes=shown,
        year=_year(rows),
        years=years_of(rows),
        wrong=sum(bool(box.problem) for box in shown),
        last=lambda box: box.row.last((unit_id, box.period_on)),
        asked_of=lambda box: asked_at(box.row, box.period_on),
        earlier_of=lambda box: earlier_of(box, unit_id),
        label=lambda box: period_label(box.row.definition.every, box.period_on),
        value_words=value_words,
    )


@indicators.post("/plans/<int:plan_id>/indicators/fill")
@requires("indicator.enter")
def enter(plan_id: int) -> Response:
    """Keep what was typed, all or none; a wrong figure is told at its place, and what was typed stays."""
    plan, unit_id = open_sheet(plan_id)
    unit = unit_by_id(unit_id)
    lock(unit)  # another clerk of the unit saves before or after, and whoever is later is told at the figure
    rows = board(plan, actor(), clock.today())
    now = _boxes(rows, unit_id)
    typed = filled(now, request.form, unit_id, received_files(now))
    entries, shown = checked(typed, unit_id)
    if any(box.problem for box in shown):
        return _sheet(plan, rows, shown, 422)
    made = values.enter(unit, entries, actor())
    commit()
    if made:
        flash(_("%(n)s 个数已存，等办公室核定。", n=len(made)), "green")
    else:
        flash(_("没有改动，不用存。"), "amber")
    return go(url_for("indicators.fill", plan_id=plan_id, year=_year(rows)))


@indicators.get("/plans/<int:plan_id>/indicators/verify")
@requires("indicator.verify")
def queue(plan_id: int) -> Response:
    """The figures that wait for the office."""
    return _queue(open_page(plan_id, "indicator.verify"))


def _queue(plan: Plan, refused: IndicatorValue | None = None, problem: Invalid | None = None) -> Response:
    total = db.session.scalar(sa.select(count_waiting(actor(), plan.id))) or 0
    pages = max(1, ceil(total / PAGE))
    page = min(asked_page(), pages)
    found = waiting(plan.id, page=page)
    with_files(found)
    reasons = _why_not(found)
    rows = {row.indicator.id: row for row in rows_of(list({one.indicator for one in found}), clock.today())}
    return render(
        "indicators/verify.html",
        status=problem.status if problem else 200,
        plan=plan,
        found=[(one, rows[one.indicator_id]) for one in found],
        total=total,
        page=page,
        pages=pages,
        page_address=lambda turn: url_for("indicators.queue", plan_id=plan.id, page=turn),
        why_not=lambda one: reasons[one.id],
        label=lambda one, row: period_label(row.definition.every, one.period_on),
        asked=lambda one, row: asked_at(row, one.period_on),
        held=_held,
        value_words=value_words,
        refused=refused,
        problem=problem,
        typed=request.form,
    )


def _why_not(found: Sequence[IndicatorValue]) -> dict[int, str]:
    """Value id -> why this person may not decide it, or nothing."""
    writers = writers_of(found)
    return {one.id: decide(actor(), "indicator.verify", value_subject(one, writers[one.id])).reason for one in found}


def _back(plan_id: int) -> Response:
    """To the page of the queue one came from."""
    return go(url_for("indicators.queue", plan_id=plan_id, page=request.args.get("page", type=number)))


def _held(one: IndicatorValue, row: Row) -> str:
    """What is in force beside it: the verified figure it would replace, else the one of the period before."""
    cell = one.unit_id, one.period_on
    before = [day for day in row.periods if day < one.period_on]
    held = row.in_force(cell) or (row.in_force((one.unit_id, before[-1])) if before else None)
    if held is None:
        return "–"
    label = "原" if held.period_on == one.period_on else period_label(row.definition.every, held.period_on)
    return f"{label} {value_words(row.definition, held.value)}"


@indicators.post("/plans/<int:plan_id>/indicators/verify")
@requires("indicator.verify")
def verify(plan_id: int) -> Response:
    """The figures ticked count from now on; those that changed meanwhile, or are one's own, are left."""
    plan = open_page(plan_id, "indicator.verify")
    ticked = set(numbers(request.form.getlist("value")))
    there = waiting(plan.id, ticked)
    reasons = _why_not(there)
    allowed = [one for one in there if not reasons[one.id]]
    done = values.verify(allowed, actor())
    commit()
    if done:
        flash(_("%(n)s 个数已核定。", n=done), "green")
    if left := len(ticked) - done:
        flash(_("%(n)s 个没有核定：刚被重填、被别人办过，或者由您本人填写。", n=left), "amber")
    if not ticked:
        flash(_("没有选中要核定的数。请先勾选。"), "amber")
    return _back(plan_id)


@indicators.post("/indicator-values/<int:indicator_value_id>/return")
@requires("indicator.verify")
def send_back(indicator_value_id: int) -> Response:
    """A figure goes back to its unit, with a reason."""
    one = open_value(indicator_value_id, actor())
    check("indicator.verify", value_subject(one, writers_of([one])[one.id]))
    plan_id, unit = one.indicator.plan_id, one.unit.name
    try:
        values.send_back(one, request.form.get("reason", ""), actor())
        commit()
    except Invalid as problem:
        db.session.rollback()
        return _queue(open_page(plan_id, "indicator.verify"), open_value(indicator_value_id, actor()), problem)
    flash(_("已退回%(unit)s，理由会写在它的填报表上。", unit=unit), "green")
    return _back(plan_id)
