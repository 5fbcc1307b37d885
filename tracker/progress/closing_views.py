"""Closing (办结销号): the lead applies on its page; the office decides, and may open a task again."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Refused
from tracker.extensions import commit
from tracker.progress.closing import apply_for_closing, decide_closing, reopen
from tracker.progress.queries import closing_subject, open_closing
from tracker.tasks.queries import open_task, subject_of
from tracker.units.queries import unit_by_id
from tracker.web.access import actor, check, requires
from tracker.web.render import go

closing = Blueprint("closing", __name__)


@closing.post("/tasks/<int:task_id>/closing")
@requires("closing.apply")
def apply(task_id: int) -> Response:
    """A lead says the task is done."""
    task = open_task(task_id, actor(), clock.today())
    check("closing.apply", subject_of(task, clock.today()))
    unit_id = actor().unit_id
    if unit_id is None:
        raise Refused(_("只有牵头单位可以申请。"))
    apply_for_closing(task, unit_by_id(unit_id), request.form.get("result", ""), actor())
    commit()
    flash(_("%(item)s已申请销号，等办公室核定。", item=task.label), "green")
    return go(url_for("progress.unit_page", plan_id=task.plan_id))


@closing.post("/closings/<int:closing_id>/decide")
@requires("closing.decide")
def decide(closing_id: int) -> Response:
    """The office finds the task done, or not, with a reason."""
    found = open_closing(closing_id, actor())
    check("closing.decide", closing_subject(found))
    is_agreed = request.form.get("agreed") == "1"
    decide_closing(found, is_agreed, request.form.get("reason", ""), actor())
    commit()
    word = _("%(item)s已办结销号。") if is_agreed else _("%(item)s未同意销号，已退回牵头单位。")
    flash(word % {"item": found.task.label}, "green")
    return go(url_for("progress.verify", plan_id=found.task.plan_id))


@closing.post("/closings/<int:closing_id>/reopen")
@requires("closing.decide")
def reopen_task(closing_id: int) -> Response:
    """The office opens a closed task again."""
    found = open_closing(closing_id, actor())
    check("closing.decide", closing_subject(found))
    reopen(found, request.form.get("reason", ""), actor())
    commit()
    flash(_("%(item)s已重新打开，从本期起照常填报。", item=found.task.label), "green")
    return go(request.referrer or url_for("progress.verify", plan_id=found.task.plan_id))
