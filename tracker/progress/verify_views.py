"""The verifier's page: the queue, one report, and what the office decides about it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, request, session, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid, Stale
from tracker.extensions import commit
from tracker.files.filetypes import PICTURES
from tracker.permissions import decide
from tracker.plans.models import Plan
from tracker.plans.queries import open_plan
from tracker.progress import actions
from tracker.progress.closing_queries import named_evidence
from tracker.progress.closing_rules import Checked
from tracker.progress.extension_queries import extension_subject
from tracker.progress.inspected import visits_for
from tracker.progress.models import Closing, Report
from tracker.progress.queries import closing_subject, open_report, report_subject, reports_by_id
from tracker.progress.verify_rows import Waiting, by_unit, judged, queue
from tracker.progress.views import progress
from tracker.tasks.queries import subjects_of
from tracker.web.access import actor, check, requires
from tracker.web.intake import number, numbers
from tracker.web.render import go, render
from tracker.workdays import state_council

verify = Blueprint("verify", __name__)

REASONS = ("缺数据", "佐证不符本期", "与任务不对应", "与上期相同")
ASIDE = "aside"
DECIDED = "decided"
KEPT = 100  # put-aside keys that the cookie remembers


def _in_order(waiting: list[Waiting]) -> list[Waiting]:
    """What was put aside comes last."""
    aside = session.get(ASIDE, [])
    return sorted(waiting, key=lambda one: one.key in aside)


def _shown(waiting: list[Waiting]) -> list[Waiting]:
    """What the address of the page lets through."""
    unit_id, only = request.values.get("unit", type=number), request.values.get("only")
    return [one for one in waiting if unit_id in (None, one.unit.id) and one.is_shown(only)]


@progress.get("/plans/<int:plan_id>/verify", endpoint="verify")
@requires("report.verify")
def page(plan_id: int) -> Response:
    """The queue at the left, the chosen report at the right."""
    return verify_page(open_plan(plan_id, actor()), request.args.get("item"))


def verify_page(plan: Plan, item: str | None, error: Invalid | None = None) -> Response:
    """The same with ``item`` chosen; after an error with what was typed about it."""
    g.navigation = "verify"
    whole = queue(plan, clock.today())
    shown = _in_order(_shown(whole))
    at = next((n for n, one in enumerate(shown) if one.key == item), 0)
    chosen = shown[at] if shown else None
    if error and (chosen is None or chosen.key != item):
        raise error  # what it is about waits no longer
    return render(
        "progress/verify.html",
        status=error.status if error else 200,
        plan=plan,
        whole=whole,
        groups=by_unit(shown),
        unit_choices=[(unit.id, unit.name) for unit, _ones in by_unit(whole)],
        chosen=chosen,
        before=shown[at - 1].key if at else None,
        after=shown[at + 1].key if at + 1 < len(shown) else None,
        judged=judged(chosen.report, clock.today()) if chosen and chosen.report else None,
        decision=_decision(chosen) if chosen else None,
        about_closing=_about_closing(chosen.closing) if chosen and chosen.closing else None,
        waited=_waited(chosen) if chosen else 0,
        reason_choices=[(reason, reason) for reason in REASONS],
        pictured={kind.media_type for kind in PICTURES},
        undo_id=session.get(DECIDED),
        filters={name: request.values[name] for name in ("unit", "only") if request.values.get(name)},
        error=error,
        typed=request.form,
    )


def _decision(chosen: Waiting) -> object:
    if chosen.report:
        return decide(actor(), "report.verify", report_subject(chosen.report))
    if chosen.extension:
        return decide(actor(), "extension.decide", extension_subject(chosen.extension))
    return decide(actor(), "closing.decide", closing_subject(chosen.closing)) if chosen.closing else None


def _about_closing(found: Closing) -> dict[str, Any]:
    """What the panel of an application to close shows besides it."""
    visits = [(one.id, f"{one.label}（{one.first_on}）") for one in visits_for(found)]
    return {"evidence": named_evidence(found), "ways": WAYS, "visits": visits}


WAYS = [(one.value, one.label) for one in Checked]


def _waited(chosen: Waiting) -> int:
    """Working days since it came to the office."""
    since = chosen.closing.applied_at if chosen.closing else None
    since = chosen.extension.agreed_at if chosen.extension else since
    for version in chosen.report.versions if chosen.report else ():
        since = version.signed_at or since
    return state_council().workdays_between(since.date(), clock.today()) if since else 0


def address(plan_id: int, item: str | None = None) -> str:
    """The verifier's page with the filters of the form that was sent."""
    kept: dict[str, Any] = {name: request.form[name] for name in ("unit", "only") if request.form.get(name)}
    return url_for("progress.verify", plan_id=plan_id, item=item, **kept)


@verify.post("/reports/<int:report_id>/accept")
@requires("report.verify")
def accept(report_id: int) -> Response:
    """Accept, and on to the next."""
    report = open_report(report_id, actor())
    check("report.verify", report_subject(report))
    try:
        actions.check_seen(report, request.form.get("number", type=number))
    except Stale as late:
        return _too_late(report, late)
    actions.accept([report], actor())
    commit()
    return _decided(report, _("%(item)s %(unit)s已接受。"))


@verify.post("/reports/<int:report_id>/send-back")
@requires("report.verify")
def send_back(report_id: int) -> Response:
    """Return to the writer, with one of the usual reasons, words, or both."""
    report = open_report(report_id, actor())
    check("report.verify", report_subject(report))
    try:
        actions.check_seen(report, request.form.get("number", type=number))
    except Stale as late:
        return _too_late(report, late)
    said = (request.form.get("usual", ""), request.form.get("reason", "").strip())
    actions.send_back(report, "：".join(filter(None, said)), actor(), by_office=True)
    commit()
    return _decided(report, _("%(item)s %(unit)s已退回填报人。"))


@verify.post("/reports/<int:report_id>/undo")
@requires("report.verify")
def undo(report_id: int) -> Response:
    """Take back one's own last decision."""
    report = open_report(report_id, actor())
    check("report.verify", report_subject(report))
    actions.undo(report, actor())
    commit()
    session.pop(DECIDED, None)
    flash(_("%(item)s的审核已撤销，回到待审。", item=report.obligation.task.label), "green")
    return go(address(report.obligation.task.plan_id, f"r{report.id}"))


@verify.post("/plans/<int:plan_id>/verify/aside")
@requires("report.verify")
def put_aside(plan_id: int) -> Response:
    """Leave one for later: it goes to the end of this person's queue until the login ends."""
    open_plan(plan_id, actor())
    session[ASIDE] = [*session.get(ASIDE, []), request.form.get("item", "")[:20]][-KEPT:]
    return go(address(plan_id, request.form.get("after") or None))


@verify.get("/plans/<int:plan_id>/verify/no-news")
@requires("report.verify")
def no_news(plan_id: int) -> Response:
    """The reports without news, to be accepted together after a look at the list."""
    g.navigation = "verify"
    plan = open_plan(plan_id, actor())
    found = _mine_to_judge(plan)
    return render("progress/verify_no_news.html", plan=plan, waiting=found, left_out=_no_news(plan) - len(found))


@verify.post("/plans/<int:plan_id>/verify/no-news")
@requires("report.verify")
def accept_no_news(plan_id: int) -> Response:
    """Accept the reports that were ticked on the list and are still as they were."""
    plan = open_plan(plan_id, actor())
    ticked = set(numbers(request.form.getlist("report_id")))
    wanted = [one.report for one in _mine_to_judge(plan) if one.report and one.report.id in ticked]
    accepted = actions.accept(wanted, actor())
    commit()
    if accepted:
        flash(_("整批接受“无新进展” %(n)s 份。", n=accepted), "green")
    if left := len(ticked) - accepted:
        flash(_("%(n)s 份没有接受：别人已经审过，或者刚有变动。", n=left), "amber")
    return go(url_for("progress.verify", plan_id=plan_id))


def _no_news(plan: Plan) -> int:
    return sum(one.kind == "no_news" for one in queue(plan, clock.today()))


def _mine_to_judge(plan: Plan) -> list[Waiting]:
    """Reports without news that this person neither wrote nor signed."""
    waiting = [one for one in queue(plan, clock.today()) if one.kind == "no_news" and one.report]
    whole = {one.id: one for one in reports_by_id(one.report.id for one in waiting if one.report)}
    subjects = subjects_of({one.task.id for one in waiting}, clock.today())
    return [
        one
        for one in waiting
        if one.report and decide(actor(), "report.verify", report_subject(whole[one.report.id], subjects[one.task.id]))
    ]


def _too_late(report: Report, late: Stale) -> Response:
    """Two verifiers at once: the second is told, and goes on with the next."""
    flash(str(late), "amber")
    return go(address(report.obligation.task.plan_id, request.form.get("after") or None))


def _decided(report: Report, words: str) -> Response:
    session[DECIDED] = report.id
    obligation = report.obligation
    flash(words % {"item": obligation.task.label, "unit": obligation.unit.name}, "green")
    return go(address(obligation.task.plan_id, request.form.get("after") or None))
