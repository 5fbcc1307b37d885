"""The year-end review of a plan's tasks without an end date, all on one page."""

from __future__ import annotations

from flask import Response, flash, g, request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid
from tracker.extensions import commit, db
from tracker.ledger.edit import understood
from tracker.ledger.keeping import kept_lamps
from tracker.ledger.task_views import ledger as ledger
from tracker.plans.models import Plan
from tracker.plans.queries import open_plan, subject_of
from tracker.progress.review_rules import Review
from tracker.progress.reviewing import ReviewPage, review_tasks, reviewed, years_of
from tracker.tasks.limits import LimitDoubt, TimeLimit, read_limit
from tracker.tasks.queries import units_of
from tracker.tasks.roles import Role
from tracker.web.access import actor, check, requires
from tracker.web.forms import asked_page, typed
from tracker.web.intake import number, numbers
from tracker.web.render import go, render


def _open(plan_id: int) -> Plan:
    plan = open_plan(plan_id, actor())
    check("review.decide", subject_of(plan))
    g.navigation = "ledger"
    return plan


def _year(plan: Plan) -> int | None:
    """The year that the address or the form names, among those under review; the latest when it names none."""
    years = years_of(plan, clock.today())
    asked = request.values.get("year", type=number)
    return asked if asked in years else next(iter(years), None)


@ledger.get("/plans/<int:plan_id>/year-review")
@requires("review.decide")
def year_review(plan_id: int) -> Response:
    """The tasks of the year, those to be decided with a tick."""
    return _page(_open(plan_id))


def _page(plan: Plan, error: Invalid | None = None, asks: str = "") -> Response:
    today, year = clock.today(), _year(plan)
    page = asked_page()
    found = reviewed(plan, year, page) if year else ReviewPage([], 0, 0)
    ids = [row.task.id for row in found.rows]
    return render(
        "ledger/year_review.html",
        status=error.status if error else 422 if asks else 200,
        plan=plan,
        year=year,
        years=years_of(plan, today),
        found=found,
        open_rows=[row for row in found.rows if row.review is None],
        decided=[row for row in found.rows if row.review is not None],
        page=page,
        page_address=lambda turn: url_for("ledger.year_review", plan_id=plan.id, year=year, page=turn),
        lamps=kept_lamps(ids, today),
        leads={task_id: [unit.name for unit in parts[Role.LEAD]] for task_id, parts in units_of(ids, today).items()},
        ticked=set(numbers(request.form.getlist("task"))),
        error=error,
        asks=asks,
        typed=request.form,
    )


@ledger.post("/plans/<int:plan_id>/year-review")
@requires("review.decide")
def decide_review(plan_id: int) -> Response:
    """Decide about the ticked tasks; a new limit is first shown as it was understood."""
    plan = _open(plan_id)
    try:
        outcome = next((one for one in Review if one.value == typed("outcome")), None)
        if outcome is None:
            raise Invalid(_("请点要办的：继续、改时限，或者不再列入。"), "outcome")
        limit = _limit(plan) if outcome is Review.CONVERT else None
        if limit is not None and typed("limit") != typed("seen_limit"):
            sentence, doubts = understood(typed("limit"), plan)
            return _page(plan, asks="；".join([sentence, *doubts]))
        year = _year(plan) or 0
        wanted = numbers(request.form.getlist("task"))
        done = review_tasks(plan, year, wanted, outcome, limit, typed("reason"), actor())
    except Invalid as error:
        db.session.rollback()
        return _page(_open(plan_id), error)
    commit()
    flash(_("%(n)s 项已定：%(outcome)s。", n=len(done), outcome=outcome.label), "green")
    return go(url_for("ledger.year_review", plan_id=plan.id, year=year))


def _limit(plan: Plan) -> TimeLimit:
    limit, doubts = read_limit(typed("limit"), plan.last_year)
    if not typed("limit") or LimitDoubt.UNREADABLE in doubts or LimitDoubt.NO_YEAR in doubts:
        raise Invalid(_("看不懂这个完成时限。请写成 2022年12月底、2022年、每季度 这样。"), "limit")
    return limit
