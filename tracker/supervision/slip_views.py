"""Pages of slips 督办单: the list, the proposals, one slip, its paper."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from math import ceil
from typing import Any

from flask import Blueprint, Response, flash, g, request, send_file, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid
from tracker.exports.official import DOCX
from tracker.extensions import commit, db
from tracker.files.web import as_download, attached_files, file_intake
from tracker.permissions import Actor, decide
from tracker.plans.models import Plan
from tracker.plans.queries import open_plan, subject_of
from tracker.supervision import slips
from tracker.supervision.forms import (
    FILTERS,
    read_filter,
    read_setting,
    read_writing,
    seen_version,
)
from tracker.supervision.models import Slip
from tracker.supervision.paper import PDF, as_pdf, slip_docx
from tracker.supervision.proposing import proposals, propose_slips
from tracker.supervision.remarks import open_remark
from tracker.supervision.rules import (
    SLIP_TRANSITIONS,
    Pace,
    SlipColour,
    SlipState,
    colours_allowed,
    is_overdue,
)
from tracker.supervision.setting import STARTS, change_setting, setting_of
from tracker.supervision.slip_queries import (
    PAGE,
    find_slips,
    open_slip,
    open_slip_file,
    slips_of_task,
    subject_of_slip,
    units_with_slips,
)
from tracker.tasks.queries import open_task
from tracker.tasks.queries import subject_of as subject_of_task
from tracker.units.queries import unit_by_id
from tracker.web.access import actor, check, requires
from tracker.web.forms import asked_page, typed, typed_number
from tracker.web.render import go, render

slip_pages = Blueprint("slips", __name__)


@slip_pages.get("/plans/<int:plan_id>/slips")
@requires("slip.read")
def listing(plan_id: int) -> Response:
    """The slips of a plan that this viewer may read, filtered by the address."""
    plan = open_plan(plan_id, actor())
    g.navigation = "slips"
    wanted, page = read_filter(request.args), asked_page()
    found = find_slips(plan, actor(), wanted, page, clock.today())
    return render(
        "supervision/slips.html",
        plan=plan,
        wanted=wanted,
        found=found,
        states=[state for state in SlipState if found.counts[state] or state is wanted.state],
        colours=[(colour.value, colour.label) for colour in SlipColour],
        units=units_with_slips(plan, actor()),
        may_issue=_may("slip.issue", plan),
        address=_address_with,
        page_address=lambda turn: _address_with(page=turn),
        page=page,
        pages=max(1, ceil(found.total / PAGE)),
    )


@slip_pages.get("/plans/<int:plan_id>/slips/proposals")
@requires("slip.issue")
def proposed(plan_id: int) -> Response:
    """What waits to be issued, with its reason."""
    plan = _plan(plan_id, "slip.issue")
    return render("supervision/proposals.html", plan=plan, rows=proposals(plan), setting=setting_of(plan.id))


@slip_pages.post("/plans/<int:plan_id>/slips/propose")
@requires("slip.issue")
def propose(plan_id: int) -> Response:
    """Look through the ledger now, as the job of the morning does."""
    plan = _plan(plan_id, "slip.issue")
    done = propose_slips(plan, clock.today(), actor())
    commit()
    flash(_("按今天的台账，新拟 %(n)s 张，撤回 %(gone)s 张。", n=done.added, gone=done.dropped), "green")
    return go(url_for("slips.proposed", plan_id=plan.id))


@slip_pages.get("/plans/<int:plan_id>/slips/setting")
@requires("plan.edit")
def setting(plan_id: int) -> Response:
    """The sign in the numbers, the lamp that slips begin at, the days to answer."""
    return _setting_page(_plan(plan_id, "plan.edit"))


@slip_pages.post("/plans/<int:plan_id>/slips/setting")
@requires("plan.edit")
def save_setting(plan_id: int) -> Response:
    """Let other values hold."""
    plan = _plan(plan_id, "plan.edit")
    try:
        change_setting(plan, read_setting(request.form), actor())
    except Invalid as error:
        return _setting_page(plan, error)
    commit()
    flash(_("督办设置已存上，从下一张督办单起生效。"), "green")
    return go(url_for("slips.setting", plan_id=plan.id))


def _setting_page(plan: Plan, error: Invalid | None = None) -> Response:
    values = {name: str(value) for name, value in setting_of(plan.id).plain().items()}
    values |= {name: request.form[name] for name in values if name in request.form}
    starts = [(colour.value, colour.label) for colour in STARTS]
    status = error.status if error else 200
    return render("supervision/setting.html", status=status, plan=plan, values=values, starts=starts, error=error)


@slip_pages.post("/tasks/<int:task_id>/slips")
@requires("slip.issue")
def draw_up(task_id: int) -> Response:
    """A slip that a person wants, on ``unit``, perhaps out of a ``remark``; it is then written and issued."""
    task = open_task(task_id, actor(), clock.today())
    check("slip.issue", subject_of_task(task, clock.today()))
    remark_id = typed_number("remark")
    remark = open_remark(remark_id, task, actor()) if remark_id else None
    slip = slips.draw_up(task, unit_by_id(typed_number("unit") or 0), remark, actor())
    commit()
    return go(url_for("slips.slip", slip_id=slip.id))


@slip_pages.get("/slips/<int:slip_id>")
@requires("slip.read")
def slip(slip_id: int) -> Response:
    """One slip: to be written, to be answered, or to be read."""
    return _page(_open(slip_id, "slip.read"))


def _open(slip_id: int, action: str) -> Slip:
    found = open_slip(slip_id, actor())
    check(action, subject_of_slip(found))
    g.plan_id, g.navigation = found.plan_id, "slips"
    return found


def _page(found: Slip, error: Invalid | None = None) -> Response:
    subject = subject_of_slip(found)
    may_issue, may_answer = (bool(decide(actor(), action, subject)) for action in ("slip.issue", "slip.answer"))
    days = setting_of(found.plan_id).days
    return render(
        "supervision/slip.html",
        status=error.status if error else 200,
        slip=found,
        plan=found.plan,
        error=error,
        typed=request.form,
        verbs=[verb for (state, verb) in SLIP_TRANSITIONS if state is found.state],
        may_issue=may_issue,
        may_answer=may_answer,
        colours=[(one.value, one.label) for one in colours_allowed(found.follows.colour if found.follows else None)],
        paces=[(pace.value, _("%(pace)s（%(n)s 天）", pace=pace.label, n=days.of(pace))) for pace in Pace],
        is_late=found.state is SlipState.ISSUED and is_overdue(found.due_on, clock.today()),
        others=[one for one in slips_of_task(found.task_id, actor()) if one.id != found.id],
    )


def _step(slip_id: int, action: str, step: Callable[[Slip, Actor], Slip], words: str) -> Response:
    """One step of a slip: what was typed wrongly comes back with the form, else the page says what was done."""
    found = _open(slip_id, action)
    try:
        after = step(found, actor())
    except Invalid as error:
        db.session.rollback()
        return _page(_open(slip_id, action), error)
    commit()
    flash(words % {"slip": found.name, "next": after.name}, "green")
    return go(url_for("slips.slip", slip_id=after.id))


def _written(slip_id: int, keep: Callable[[Slip, slips.Writing, Actor], Slip], words: str) -> Response:
    """A step with what was written; read after the slip is opened, so that a stranger learns nothing."""
    return _step(slip_id, "slip.issue", lambda one, by: keep(one, read_writing(request.form), by), words)


@slip_pages.post("/slips/<int:slip_id>/save")
@requires("slip.issue")
def save(slip_id: int) -> Response:
    """Keep what was written in a proposal."""
    return _written(slip_id, slips.save_slip, _("%(slip)s已存，还没有签发。"))


@slip_pages.post("/slips/<int:slip_id>/issue")
@requires("slip.issue")
def issue(slip_id: int) -> Response:
    """Issue it, with its number."""
    return _written(slip_id, slips.issue_slip, _("%(slip)s已签发，已通知单位填报人和负责人。"))


@slip_pages.post("/slips/<int:slip_id>/drop")
@requires("slip.issue")
def drop(slip_id: int) -> Response:
    """Do not issue it."""
    reason, seen = typed("reason"), seen_version(request.form)
    done = _("这一张不发，原因已记下。")
    return _step(slip_id, "slip.issue", lambda one, by: slips.drop_slip(one, reason, seen, by), done)


@slip_pages.post("/slips/<int:slip_id>/answer")
@requires("slip.answer")
def answer(slip_id: int) -> Response:
    """The unit answers, with files."""
    words, files, seen = typed("answer"), attached_files(request.files), seen_version(request.form)

    def step(one: Slip, by: Actor) -> Slip:
        return slips.answer_slip(one, words, files, file_intake(), seen, by)

    return _step(slip_id, "slip.answer", step, _("%(slip)s已答复，等办公室核定。"))


@slip_pages.post("/slips/<int:slip_id>/settle")
@requires("slip.issue")
def settle(slip_id: int) -> Response:
    """The answer does."""
    reason, seen = typed("reason"), seen_version(request.form)
    return _step(slip_id, "slip.issue", lambda one, by: slips.settle_slip(one, reason, seen, by), _("%(slip)s已销号。"))


@slip_pages.post("/slips/<int:slip_id>/escalate")
@requires("slip.issue")
def escalate(slip_id: int) -> Response:
    """The answer does not do, or none came: the next of the ladder is written."""
    reason, seen = typed("reason"), seen_version(request.form)
    done = _("%(slip)s已升级，下面是接着要发的一张。")
    return _step(slip_id, "slip.issue", lambda one, by: slips.escalate_slip(one, reason, seen, by), done)


@slip_pages.get("/slips/<int:slip_id>.docx")
@requires("slip.read")
def docx(slip_id: int) -> Response:
    """The slip as an official document."""
    found = _open(slip_id, "slip.read")
    return send_file(BytesIO(slip_docx(found)), DOCX, as_attachment=True, download_name=f"{found.name}.docx")


@slip_pages.get("/slips/<int:slip_id>.pdf")
@requires("slip.read")
def pdf(slip_id: int) -> Response:
    """The same as .pdf."""
    found = _open(slip_id, "slip.read")
    return send_file(BytesIO(as_pdf(slip_docx(found))), PDF, as_attachment=True, download_name=f"{found.name}.pdf")


@slip_pages.get("/slip-files/<int:file_id>")
@requires("slip.read")
def file(file_id: int) -> Response:
    """A file of an answer, always as a download."""
    found = open_slip_file(file_id, actor())
    check("slip.read", subject_of_slip(found.slip))
    return as_download(found)


def _plan(plan_id: int, action: str) -> Plan:
    plan = open_plan(plan_id, actor())
    check(action, subject_of(plan))
    g.navigation = "slips"
    return plan


def _may(action: str, plan: Plan) -> bool:
    return bool(decide(actor(), action, subject_of(plan)))


def _address_with(**changed: Any) -> str:
    """This page's address with other conditions; one that is empty falls away."""
    kept: dict[str, Any] = {**{name: request.args.get(name) for name in FILTERS}, **changed}
    values = {name: value for name, value in kept.items() if value not in ("", None)}
    return url_for("slips.listing", **(request.view_args or {}), **values)
