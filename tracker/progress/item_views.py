"""One row of the unit page: kept as it is typed; and the page of one item, for a phone and for work without script."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from tracker import clock
from tracker.errors import Invalid, Refused, Stale
from tracker.extensions import commit, db
from tracker.obligations.models import Obligation, Period
from tracker.obligations.queries import period_on, periods
from tracker.obligations.rules import Kind
from tracker.permissions import Role, Subject
from tracker.progress import actions, forms
from tracker.progress.models import Report
from tracker.progress.queries import earlier_reports, open_obligation, report_of
from tracker.progress.rules import SelfAssessment
from tracker.progress.unit_rows import Row, sheet, tally
from tracker.web.access import actor, check, requires
from tracker.web.intake import number
from tracker.web.render import go, render

items = Blueprint("items", __name__)


def by_script() -> bool:
    """Whether the page's own script asked, and takes JSON."""
    return request.headers.get("X-Requested-With") == "fetch"


def period_of(obligation: Obligation) -> Period | None:
    """The period on whose page it stands."""
    if obligation.period is not None:
        return obligation.period
    opened, day = periods(obligation.task.plan_id), obligation.stands_on or obligation.key_on
    spans = (one for one in opened if one.opens_on <= day <= one.nominal_due_on)
    return next(spans, None) or period_on(opened, clock.today())


def _open(obligation_id: int) -> Obligation:
    """What is owed. Refused for an occurrence that was not recorded: it has no page before."""
    obligation = open_obligation(obligation_id)
    if obligation.kind is Kind.OCCURRENCE and report_of(obligation_id) is None:
        raise Refused(_("定期事项办了以后，在填报表上面点“记一次”。"))
    return obligation


@items.get("/obligations/<int:obligation_id>")
@requires("unit_page.read")
def item(obligation_id: int) -> Response:
    """One item with its three boxes."""
    obligation = _open(obligation_id)
    check("report.write" if actor().role is Role.REPORTER else "report.sign", Subject(unit_id=obligation.unit_id))
    return _page(obligation)


@items.post("/obligations/<int:obligation_id>/draft")
@requires("report.write")
def draft(obligation_id: int) -> Response:
    """Keep what stands in the boxes of one row."""
    obligation = _open(obligation_id)
    check("report.write", Subject(unit_id=obligation.unit_id))
    try:
        report = _save(obligation)
        commit()
    except (Invalid, Stale) as problem:
        db.session.rollback()
        return _refused(obligation_id, problem)
    except (StaleDataError, IntegrityError):  # another clerk's save went through between our reading and our writing
        db.session.rollback()
        return _refused(obligation_id, Stale(_("这一行刚才被别人改过。")))
    return _saved(obligation, report)


def _save(obligation: Obligation) -> Report:
    written = forms.writing(request.form)
    if written.no_news and not written.progress.strip():
        last = earlier_reports([obligation]).get(obligation.id)
        return actions.say_no_news(obligation, written, last, actor())
    return actions.save_draft(obligation, written, actor())


def _saved(obligation: Obligation, report: Report) -> Response:
    if by_script():
        period = period_of(obligation)
        done = tally(obligation.task.plan_id, obligation.unit_id, period) if period else None
        row = {"report": report, "state": report.state, "is_written": actions.is_written(report)}
        return jsonify(
            version=report.version,
            written=row["is_written"],
            saved=f"{report.saved_at:%H:%M}",
            percent=report.percent,
            self_state=report.self_state,
            status=render_template("progress/_status.html", row=row, may_write=True),
            foot=render_template("progress/_tally.html", tally=done, skips_signing=obligation.unit.skips_signing),
        )
    flash(_("%(item)s已存 %(at)s。", item=obligation.task.label, at=f"{report.saved_at:%H:%M}"), "green")
    following = request.form.get("next", type=number)
    if following is not None:
        return go(url_for("items.item", obligation_id=following))
    return go(_unit_page(obligation))


def _refused(obligation_id: int, problem: Invalid | Stale) -> Response:
    """What was typed stays: in the row by script, on the page of the item without."""
    obligation = open_obligation(obligation_id)
    report = report_of(obligation_id)
    if by_script():
        said: dict[str, Any] = {"message": str(problem), "field": getattr(problem, "field", None)}
        if isinstance(problem, Stale) and report is not None:
            said["theirs"] = {
                name: getattr(report, name) for name in ("progress", "problems", "next_steps", "self_state")
            }
            said |= {"version": report.version, "open": report.state in actions.EDITABLE}
        answer = jsonify(said)
        answer.status_code = problem.status
        return answer
    return _page(obligation, problem=problem)


def _unit_page(obligation: Obligation) -> str:
    period = period_of(obligation)
    return url_for("progress.unit_page", plan_id=obligation.task.plan_id, period=period.id if period else None)


def _page(obligation: Obligation, problem: Invalid | Stale | None = None) -> Response:
    g.navigation, g.plan_id = "report", obligation.task.plan_id
    period = period_of(obligation)
    opened = periods(obligation.task.plan_id)
    found = sheet(obligation.task.plan, obligation.unit_id, opened, period, clock.today()) if period else None
    rows = found.rows if found else []
    at = next(n for n, row in enumerate(rows) if row.obligation.id == obligation.id)
    return render(
        "progress/item.html",
        status=problem.status if problem else 200,
        plan=obligation.task.plan,
        period=period,
        row=rows[at],
        number=at + 1,
        total=len(rows),
        following=_following(rows, at),
        typed=request.form if problem else None,
        problem=problem,
        owner=actor().person_id,
        may_write=actor().role is Role.REPORTER,
        assessments=[("", "–"), *((one.value, one.value) for one in SelfAssessment)],
    )


def _following(rows: list[Row], at: int) -> Row | None:
    """The next row that can still be written, from the top again after the last."""
    return next((row for row in rows[at + 1 :] + rows[:at] if row.is_missing or row.is_returned), None)
