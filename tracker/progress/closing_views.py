"""Closing (办结销号): the lead applies on its page; the office decides, merges and looks again."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, request, url_for
from flask_babel import gettext as _

from tracker import clock, permissions
from tracker.errors import Invalid, Refused
from tracker.extensions import commit, db
from tracker.files.web import as_download, attached_files, file_intake
from tracker.plans.models import Plan
from tracker.plans.queries import open_plan
from tracker.plans.queries import subject_of as subject_of_plan
from tracker.progress.closing import Basis, apply_for_closing, attach, decide_closing, look_back, merge_closing
from tracker.progress.closing_queries import (
    chosen_evidence,
    closings_of_plan,
    evidence_of_task,
    open_closing_file,
    task_to_merge_into,
)
from tracker.progress.closing_rules import Checked, LookedBack
from tracker.progress.models import Closing
from tracker.progress.queries import closing_subject, open_closing
from tracker.progress.verify_views import verify_page
from tracker.tasks.models import Task
from tracker.tasks.queries import open_task, subject_of
from tracker.units.queries import unit_by_id
from tracker.web.access import actor, check, requires
from tracker.web.forms import asked_page, typed, typed_number
from tracker.web.intake import numbers
from tracker.web.render import go, render

closing = Blueprint("closing", __name__)
RESULTS = [(one.value, one.label) for one in LookedBack]


def _open_task(task_id: int) -> Task:
    task = open_task(task_id, actor(), clock.today())
    g.plan_id, g.navigation = task.plan_id, "report"
    check("closing.apply", subject_of(task, clock.today()))
    return task


@closing.get("/tasks/<int:task_id>/closing")
@requires("closing.apply")
def form(task_id: int) -> Response:
    """What was achieved, and what shows it."""
    return _form(_open_task(task_id))


def _form(task: Task, error: Invalid | None = None) -> Response:
    return render(
        "progress/closing_form.html",
        status=error.status if error else 200,
        task=task,
        plan=task.plan,
        error=error,
        typed=request.form,
        ticked=set(numbers(request.form.getlist("evidence"))),
        offered=evidence_of_task(task.id, actor(), subject_of(task, clock.today())),
    )


@closing.post("/tasks/<int:task_id>/closing")
@requires("closing.apply")
def apply(task_id: int) -> Response:
    """A lead says the task is done."""
    task = _open_task(task_id)
    unit_id = actor().unit_id
    if unit_id is None:
        raise Refused(_("只有牵头单位可以申请。"))
    offered = evidence_of_task(task.id, actor(), subject_of(task, clock.today()))
    named = chosen_evidence(set(numbers(request.form.getlist("evidence"))), offered)
    try:
        found = apply_for_closing(task, unit_by_id(unit_id), typed("result"), actor(), named)
        intake = file_intake()
        for file in attached_files(request.files):
            attach(found, file.name, file.stream, intake.store, intake.limit, actor())
    except Invalid as error:
        db.session.rollback()
        return _form(_open_task(task_id), error)
    commit()
    flash(_("%(item)s已申请销号，等办公室核定。", item=task.label), "green")
    return go(url_for("progress.unit_page", plan_id=task.plan_id))


@closing.get("/closing-files/<int:closing_file_id>")
@requires("closing.read")
def file(closing_file_id: int) -> Response:
    """A file of an application, always as a download."""
    found = open_closing_file(closing_file_id, actor())
    check("closing.read", closing_subject(found.closing))
    return as_download(found)


@closing.get("/plans/<int:plan_id>/closings")
@requires("closing.read")
def listing(plan_id: int) -> Response:
    """The applications of a plan; what is to be looked at again stands first."""
    return _listing(open_plan(plan_id, actor()))


def _listing(plan: Plan, wrong_id: int | None = None, error: Invalid | None = None) -> Response:
    """``wrong_id``: the closing that was looked back at with an error."""
    g.navigation = "ledger"
    page = asked_page()
    return render(
        "progress/closings.html",
        status=error.status if error else 200,
        plan=plan,
        found=closings_of_plan(plan, actor(), page),
        page=page,
        page_address=lambda turn: url_for("closing.listing", plan_id=plan.id, page=turn),
        may_look=bool(permissions.decide(actor(), "closing.decide", subject_of_plan(plan))),
        results=RESULTS,
        wrong_id=wrong_id,
        error=error,
        typed=request.form,
    )


@closing.post("/closings/<int:closing_id>/decide")
@requires("closing.decide")
def decide(closing_id: int) -> Response:
    """The office finds the task done, or not, or lets another go on with it; ``outcome``: closed, refused, merged."""
    found = open_closing(closing_id, actor())
    check("closing.decide", closing_subject(found))
    plan_id = found.task.plan_id
    try:
        _decide(found)
    except Invalid as error:
        db.session.rollback()
        return verify_page(open_plan(plan_id, actor()), f"c{closing_id}", error)
    commit()
    flash(_decided(found), "green")
    return go(url_for("progress.verify", plan_id=found.task.plan_id))


def _decide(found: Closing) -> None:
    reason, outcome, basis = typed("reason"), typed("outcome"), _basis()
    if outcome == "merged":
        into = task_to_merge_into(found.task.plan_id, typed("merged_into"))
        merge_closing(found, into, reason, actor(), basis)
    else:
        decide_closing(found, outcome == "closed", reason, actor(), basis)


def _basis() -> Basis:
    checked = next((one for one in Checked if one.value == typed("checked")), None)
    return Basis(checked, typed("checked_words"), typed_number("inspection"))


def _decided(found: Closing) -> str:
    if found.merged_label:
        return _("%(item)s已并入%(into)s。", item=found.task.label, into=found.merged_label)
    if found.task.closed_on is not None:
        return _("%(item)s已办结销号。", item=found.task.label)
    return _("%(item)s未同意销号，已退回牵头单位。", item=found.task.label)


@closing.post("/closings/<int:closing_id>/look-back")
@requires("closing.decide")
def look(closing_id: int) -> Response:
    """What the office found when it looked again."""
    found = open_closing(closing_id, actor())
    check("closing.decide", closing_subject(found))
    plan_id = found.task.plan_id
    seen = next((one for one in LookedBack if one.value == typed("found")), None)
    try:
        if seen is None:
            raise Invalid(_("请选看到的结果：成果保持，还是没有保持。"), "found")
        look_back(found, seen, typed("words"), actor())
    except Invalid as error:
        db.session.rollback()
        return _listing(open_plan(plan_id, actor()), closing_id, error)
    commit()
    flash(_("%(item)s回头看：%(result)s。", item=found.task.label, result=seen.label), "green")
    return go(url_for("closing.listing", plan_id=found.task.plan_id))
