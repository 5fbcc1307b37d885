"""The lead's desk (汇总): the partners' reports of one item beside the lead's own draft, and words taken over."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from tracker.errors import NotFound
from tracker.extensions import commit, db
from tracker.obligations.models import Obligation
from tracker.obligations.rules import Kind
from tracker.permissions import Role
from tracker.progress.actions import EDITABLE
from tracker.progress.gathering import gathering
from tracker.progress.item_views import ASSESSMENTS, place_of
from tracker.progress.merging import merge
from tracker.progress.queries import obligation_subject, open_obligation, report_of
from tracker.web.access import actor, check, requires
from tracker.web.intake import numbers
from tracker.web.render import go, render

gather = Blueprint("gather", __name__)


def _open(obligation_id: int) -> Obligation:
    """What the lead owes; NotFound for what no partner owes beside it."""
    obligation = open_obligation(obligation_id)
    check("report.gather", obligation_subject(obligation))
    if obligation.kind is not Kind.PERIOD:
        raise NotFound(_("启动、完成由牵头单位自己报，没有要汇总的。"))
    return obligation


@gather.get("/obligations/<int:obligation_id>/partners")
@requires("report.gather")
def desk(obligation_id: int) -> Response:
    """Everything the partners reported, who is late, and the lead's own boxes."""
    obligation = _open(obligation_id)
    period, rows, at = place_of(obligation)
    row = rows[at]
    may_write = actor().role is Role.REPORTER
    return render(
        "progress/gather.html",
        plan=obligation.task.plan,
        period=period,
        row=row,
        found=gathering(obligation, row.report),
        typed=None,
        problem=None,
        owner=actor().person_id,
        may_write=may_write,
        may_merge=may_write and (row.state is None or row.state in EDITABLE),
        assessments=ASSESSMENTS,
    )


@gather.post("/obligations/<int:obligation_id>/merge")
@requires("report.write")
def take_over(obligation_id: int) -> Response:
    """Put the words of the chosen versions into the draft, as far as they are still what the partners signed."""
    obligation = _open(obligation_id)
    found, wanted = gathering(obligation, report_of(obligation.id)), set(numbers(request.form.getlist("version")))
    signed = [one.signed for one in found.partners if one.signed and one.signed.id in wanted]
    try:
        merge(obligation, signed, actor())
        commit()
    except (StaleDataError, IntegrityError):  # the row was saved elsewhere between our reading and our writing
        db.session.rollback()
        flash(_("这一行刚才被别人改过，没有并入。请看过再并。"), "amber")
        return go(_address(obligation_id))
    flash(_("已并入 %(n)s 家的文字，每段前有单位名；可以接着改，改过的会标明。", n=len(signed)), "green")
    if left := len(wanted) - len(signed):
        flash(_("%(n)s 家没有并入：刚被退回，或者又报了新的一稿。", n=left), "amber")
    return go(_address(obligation_id))


def _address(obligation_id: int) -> str:
    return url_for("gather.desk", obligation_id=obligation_id)
