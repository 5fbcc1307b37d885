"""Recording that a recurring duty took place, and taking off what was recorded too often."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from tracker import clock
from tracker.errors import Invalid, Stale
from tracker.extensions import commit, db
from tracker.permissions import Subject
from tracker.plans.queries import open_plan
from tracker.progress.item_views import period_of
from tracker.progress.occurrences import record_occurrence, take_back
from tracker.progress.page import chosen_period, page_of, unit_id
from tracker.progress.queries import open_obligation
from tracker.progress.views import RefusedOccurrence, shown_unit_page
from tracker.tasks.queries import open_task
from tracker.web.access import actor, check, requires
from tracker.web.forms import needed_day, typed
from tracker.web.render import go

occurrences = Blueprint("occurrences", __name__)


@occurrences.post("/tasks/<int:task_id>/occurrences")
@requires("report.write")
def add(task_id: int) -> Response:
    """记一次: the day, and what was done; it goes to the head with the rest of the page."""
    task = open_task(task_id, actor(), clock.today())
    check("report.write", Subject(unit_id=unit_id()))
    _opened, page = chosen_period(task.plan)
    try:
        report = record_occurrence(task, unit_id(), needed_day("held_on"), typed("words"), page, actor())
        commit()
    except (Invalid, Stale) as problem:
        return _refused(task_id, problem)
    except (StaleDataError, IntegrityError):  # another clerk recorded one between our reading and our writing
        return _refused(task_id, Stale(_("刚才有另一位也记了一次，您的没有存上。请看上面记下的，不是同一次就再记。")))
    flash(_("已记 %(day)s 的一次，在下面的表里，可以加佐证；和其他项一起送签。", day=report.held_on), "green")
    return go(page_of(task.plan_id, page.id if page else None))


def _refused(task_id: int, problem: Invalid | Stale) -> Response:
    """The unit's page with what was typed in its place."""
    db.session.rollback()
    task, key_on = open_task(task_id, actor(), clock.today()), request.form.get("key_on")
    refused = RefusedOccurrence(task_id, key_on, typed("held_on"), typed("words"), problem)
    return shown_unit_page(open_plan(task.plan_id, actor()), refused)


@occurrences.post("/obligations/<int:obligation_id>/take-back")
@requires("report.write")
def remove(obligation_id: int) -> Response:
    """撤下 one that was recorded beyond what is owed."""
    obligation = open_obligation(obligation_id)
    check("report.write", Subject(unit_id=obligation.unit_id))
    period = period_of(obligation)
    take_back(obligation, actor())
    commit()
    flash(_("多记的一次已撤下。"), "green")
    return go(page_of(obligation.task.plan_id, period.id if period else None))
