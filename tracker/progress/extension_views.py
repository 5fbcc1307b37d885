"""More time for a task (延期申请): asked for on its page, agreed to, decided; and the list of a plan."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, request, url_for
from flask_babel import gettext as _

from tracker import clock, permissions
from tracker.desks import Desk
from tracker.errors import Invalid, Refused
from tracker.extensions import commit, db
from tracker.plans.queries import open_plan
from tracker.progress.extending import Asked, apply_for_extension, decide_extension
from tracker.progress.extension_queries import (
    ACTIONS,
    extension_subject,
    extensions_of_plan,
    last_words,
    open_extension,
    own_to_decide,
    waiting_of_task,
)
from tracker.progress.extension_rules import desk_of
from tracker.progress.models import Extension
from tracker.tasks.models import Task
from tracker.tasks.queries import open_task, subject_of
from tracker.units.queries import unit_by_id
from tracker.web.access import actor, check, requires
from tracker.web.forms import needed_day, typed
from tracker.web.render import go, render

extension_pages = Blueprint("extensions", __name__)

SECTIONS = {Desk.HEAD: "report", Desk.OFFICE: "verify", Desk.LEADER: "home"}
"""The word of the top bar under which a desk finds what waits for it."""


def _open_task(task_id: int) -> tuple[Task, int]:
    """The task and the actor's unit, which leads it."""
    task = open_task(task_id, actor(), clock.today())
    g.plan_id, g.navigation = task.plan_id, "report"
    check("extension.apply", subject_of(task, clock.today()))
    unit_id = actor().unit_id
    if unit_id is None:
        raise Refused(_("只有牵头单位可以申请。"))
    return task, unit_id


@extension_pages.get("/tasks/<int:task_id>/extension")
@requires("extension.apply")
def form(task_id: int) -> Response:
    """What is asked; while one waits, that one."""
    task, unit_id = _open_task(task_id)
    waiting = waiting_of_task(task.id)
    return go(url_for("extensions.one", extension_id=waiting.id)) if waiting else _form(task, unit_id)


def _form(task: Task, unit_id: int, error: Invalid | None = None) -> Response:
    return render(
        "progress/extension_form.html",
        status=error.status if error else 200,
        task=task,
        plan=task.plan,
        error=error,
        typed=request.form,
        last=last_words(task.id, unit_id),
        is_late=task.limit_due_on is not None and clock.today() > task.limit_due_on,
        skips_signing=unit_by_id(unit_id).skips_signing,
    )


@extension_pages.post("/tasks/<int:task_id>/extension")
@requires("extension.apply")
def apply(task_id: int) -> Response:
    """Ask for more time."""
    task, unit_id = _open_task(task_id)
    try:
        asked = Asked(needed_day("new_on"), typed("reason"), typed("progress"))
        extension = apply_for_extension(task, unit_by_id(unit_id), asked, actor())
    except Invalid as error:
        db.session.rollback()
        return _form(*_open_task(task_id), error)
    commit()
    flash(_("%(item)s已申请延期，%(state)s。", item=task.label, state=extension.state.label), "green")
    return go(url_for("extensions.one", extension_id=extension.id))


@extension_pages.get("/plans/<int:plan_id>/extensions")
@requires("extension.read")
def listing(plan_id: int) -> Response:
    """The applications of a plan that this viewer may read; what waits for the viewer is marked."""
    plan = open_plan(plan_id, actor())
    g.navigation = "ledger"
    mine = {one.id for one in own_to_decide(plan.id, actor())}
    return render("progress/extensions.html", plan=plan, rows=extensions_of_plan(plan, actor()), mine=mine)


def _open(extension_id: int, action: str = "extension.read") -> Extension:
    extension = open_extension(extension_id, actor())
    check(action, extension_subject(extension))
    g.plan_id = extension.task.plan_id
    g.navigation = SECTIONS.get(desk_of(extension.state) or Desk.REPORTER, "ledger")
    return extension


@extension_pages.get("/extensions/<int:extension_id>")
@requires("extension.read")
def one(extension_id: int) -> Response:
    """One application: to be decided, or to be read."""
    return _page(_open(extension_id))


def _page(extension: Extension, error: Invalid | None = None) -> Response:
    desk = desk_of(extension.state)
    action = ACTIONS.get(desk) if desk and extension.task.closed_on is None else None
    is_own_desk = action is not None and bool(permissions.decide(actor(), action))
    return render(
        "progress/extension.html",
        status=error.status if error else 200,
        extension=extension,
        task=extension.task,
        plan=extension.task.plan,
        desk=desk,
        decision=permissions.decide(actor(), action, extension_subject(extension)) if action and is_own_desk else None,
        decide_url=url_for(STEPS[desk], extension_id=extension.id) if desk else "",
        asks_leader=desk is Desk.OFFICE and extension.task.plan.extension_asks_leader,
        error=error,
        typed=request.form,
    )


STEPS = {Desk.HEAD: "extensions.agree", Desk.OFFICE: "extensions.decide", Desk.LEADER: "extensions.grant"}


@extension_pages.post("/extensions/<int:extension_id>/agree")
@requires("extension.agree")
def agree(extension_id: int) -> Response:
    """The unit's head sends it to the office, or gives it back."""
    return _decide(extension_id, Desk.HEAD)


@extension_pages.post("/extensions/<int:extension_id>/decide")
@requires("extension.decide")
def decide(extension_id: int) -> Response:
    """The office grants or refuses it, or agrees and leaves it to the leader."""
    return _decide(extension_id, Desk.OFFICE)


@extension_pages.post("/extensions/<int:extension_id>/grant")
@requires("extension.grant")
def grant(extension_id: int) -> Response:
    """The leader in charge grants or refuses it."""
    return _decide(extension_id, Desk.LEADER)


def _decide(extension_id: int, by: Desk) -> Response:
    extension = _open(extension_id, ACTIONS[by])
    try:
        decide_extension(extension, by, request.form.get("agreed") == "1", typed("words"), actor())
    except Invalid as error:
        db.session.rollback()
        return _page(_open(extension_id), error)
    commit()
    flash(_("%(item)s的延期申请：%(state)s。", item=extension.task.label, state=extension.state.label), "green")
    if request.form.get("from") == "verify":
        return go(url_for("progress.verify", plan_id=extension.task.plan_id))
    return go(url_for("extensions.one", extension_id=extension.id))
