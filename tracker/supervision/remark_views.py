"""A leader's remark 批示 on the page of a task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid
from tracker.extensions import commit
from tracker.permissions import Subject, decide
from tracker.supervision.forms import chosen
from tracker.supervision.remark_rules import Readers
from tracker.supervision.remarks import remarks_of, write_remark
from tracker.tasks.models import Task
from tracker.tasks.queries import open_task
from tracker.units.models import Unit
from tracker.units.queries import memberships
from tracker.web.access import actor, check, requires
from tracker.web.forms import typed
from tracker.web.render import go

remark_pages = Blueprint("remarks", __name__)


@remark_pages.app_context_processor
def on_task() -> dict[str, Callable[[Task, Subject, Sequence[Unit]], dict[str, Any]]]:
    """``supervision_of(task, subject, units)`` in the template of a task: its remarks, and what may be done about them;
    ``units``: its leads and partners, of whom one can be sent a slip."""
    return {"supervision_of": _supervision_of}


def _supervision_of(task: Task, subject: Subject, units: Sequence[Unit]) -> dict[str, Any]:
    may_issue = bool(decide(actor(), "slip.issue", subject))
    return {
        "remarks": remarks_of(task.id, actor(), subject),
        "may_remark": bool(decide(actor(), "remark.write", subject)),
        "may_issue": may_issue,
        "readers": [(one.value, one.label) for one in Readers],
        "units": _recipients(units) if may_issue else [],
    }


def _recipients(held: Sequence[Unit]) -> list[tuple[int, str]]:
    """(id, name) of the units a slip can be sent to: groups by their members of today."""
    today = clock.today()
    members: dict[int, list[Unit]] = {}
    for one in memberships([unit.id for unit in held if unit.is_group]):
        if one.from_on <= today and (one.until_on is None or today < one.until_on):
            members.setdefault(one.group_id, []).append(one.member)
    found = [one for unit in held for one in (members.get(unit.id, []) if unit.is_group else [unit])]
    return list({unit.id: unit.name for unit in found}.items())


@remark_pages.post("/tasks/<int:task_id>/remarks")
@requires("remark.write")
def write(task_id: int) -> Response:
    """A leader writes on a task."""
    task = open_task(task_id, actor(), clock.today())
    check("remark.write")
    readers = chosen(Readers, request.form.get("readers", ""))
    if readers is None:
        raise Invalid(_("请选给谁看。"), "readers")
    write_remark(task, typed("words"), readers, actor())
    commit()
    flash(_("批示已记下：%(who)s。", who=readers.label), "green")
    return go(url_for("ledger.task", task_id=task.id) + "#remarks")
