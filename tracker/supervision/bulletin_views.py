"""Pages of bulletins 通报: the list, the draft with its figures marked, the paper."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from math import ceil
from typing import Any

from flask import Blueprint, Response, flash, g, request, send_file, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid, NotFound, Stale, TrackerError
from tracker.exports.official import DOCX
from tracker.extensions import commit, db
from tracker.obligations.models import Period
from tracker.obligations.queries import period_on, periods
from tracker.permissions import decide
from tracker.plans.models import Plan
from tracker.plans.queries import open_plan, subject_of
from tracker.supervision import bulletins
from tracker.supervision.bulletin_rules import SECTIONS, BulletinState, content_of
from tracker.supervision.bulletins import Edit, open_bulletin, subject_of_bulletin
from tracker.supervision.forms import seen_version
from tracker.supervision.models import Bulletin
from tracker.supervision.paper import PDF, as_pdf, bulletin_docx, file_day, issue_words
from tracker.web.access import actor, check, requires
from tracker.web.forms import asked_page, needed_day, typed, typed_number
from tracker.web.render import go, render

bulletin_pages = Blueprint("bulletins", __name__)


@bulletin_pages.get("/plans/<int:plan_id>/bulletins")
@requires("bulletin.read")
def listing(plan_id: int) -> Response:
    """The bulletins of a plan; the office begins a new one here."""
    return _listing(_plan(plan_id))


def _listing(plan: Plan, error: Invalid | None = None) -> Response:
    page, today = asked_page(), clock.today()
    rows, total = bulletins.bulletins_of(plan, actor(), page)
    opened = [period for period in periods(plan.id) if period.opens_on <= today]
    current = period_on(opened, today)
    return render(
        "supervision/bulletins.html",
        status=error.status if error else 200,
        plan=plan,
        rows=rows,
        total=total,
        issue_words=issue_words,
        periods=[(period.id, period.name) for period in reversed(opened)],
        current=current.id if current else "",
        may_write=bool(decide(actor(), "bulletin.write", subject_of(plan))),
        page_address=lambda turn: url_for("bulletins.listing", plan_id=plan.id, page=turn),
        error=error,
        page=page,
        pages=max(1, ceil(total / bulletins.PAGE)),
    )


@bulletin_pages.post("/plans/<int:plan_id>/bulletins")
@requires("bulletin.write")
def draft(plan_id: int) -> Response:
    """A new draft, of a period as of a day."""
    plan = _plan(plan_id)
    check("bulletin.write", subject_of(plan))
    try:
        bulletin = bulletins.draft_bulletin(plan, _period(plan), needed_day("as_of"), actor())
    except Invalid as error:
        return _listing(plan, error)
    commit()
    return go(url_for("bulletins.bulletin", bulletin_id=bulletin.id))


def _period(plan: Plan) -> Period:
    wanted = typed_number("period")
    found = next((one for one in periods(plan.id) if one.id == wanted), None)
    if found is None:
        raise NotFound(_("没有这个填报期。请刷新后再选。"))
    return found


@bulletin_pages.get("/bulletins/<int:bulletin_id>")
@requires("bulletin.read")
def bulletin(bulletin_id: int) -> Response:
    """A draft to be edited beside what it will say, or a published bulletin."""
    found = _open(bulletin_id, "bulletin.read")
    return _page(found, _edit_of(found))


def _open(bulletin_id: int, action: str) -> Bulletin:
    found = open_bulletin(bulletin_id, actor())
    check(action, subject_of_bulletin(found))
    g.plan_id, g.navigation = found.plan_id, "bulletins"
    return found


def _edit_of(found: Bulletin) -> Edit:
    return Edit(found.title, found.addressees, found.copies, found.texts, found.version)


def _page(found: Bulletin, edit: Edit, error: TrackerError | None = None) -> Response:
    may_write = bool(decide(actor(), "bulletin.write", subject_of_bulletin(found)))
    return render(
        "supervision/bulletin.html",
        status=error.status if error else 200,
        bulletin=found,
        plan=found.plan,
        edit=edit,
        error=error,
        content=_content(found),
        sections=SECTIONS,
        issue=issue_words(found),
        writes=may_write and found.state is BulletinState.DRAFT,
        is_whole=found.state is BulletinState.DRAFT or bulletins.is_whole(found),
    )


def _content(found: Bulletin) -> dict[str, Any]:
    """What was published, or what would be, as the draft stands."""
    if found.state is BulletinState.PUBLISHED:
        return found.content
    return content_of(found.office.name, found.title, found.addressees, found.copies, found.texts, found.facts)


def _read_edit() -> Edit:
    texts = {key: request.form.get(key, "") for key in SECTIONS}
    return Edit(typed("title"), typed("addressees"), typed("copies"), texts, seen_version(request.form))


@bulletin_pages.post("/bulletins/<int:bulletin_id>")
@requires("bulletin.write")
def save(bulletin_id: int) -> Response:
    """Keep what was edited."""
    found, edit = _open(bulletin_id, "bulletin.write"), _read_edit()
    try:
        bulletins.edit_bulletin(found, edit, actor())
    except (Invalid, Stale) as error:
        return _again(bulletin_id, edit, error)
    commit()
    flash(_("已存，右边是印出来的样子。"), "green")
    return go(url_for("bulletins.bulletin", bulletin_id=found.id))


def _again(bulletin_id: int, edit: Edit, error: Invalid | Stale) -> Response:
    """The form with what was typed; beside it what somebody else saved, so that it can be looked at and sent again."""
    db.session.rollback()
    found = _open(bulletin_id, "bulletin.write")
    seen = found.version if isinstance(error, Stale) else edit.seen_version
    return _page(found, replace(edit, seen_version=seen), error)


@bulletin_pages.post("/bulletins/<int:bulletin_id>/retake")
@requires("bulletin.write")
def retake(bulletin_id: int) -> Response:
    """Take the figures of another day."""
    found = _open(bulletin_id, "bulletin.write")
    try:
        bulletins.retake(found, needed_day("as_of"), seen_version(request.form), actor())
    except Invalid as error:
        db.session.rollback()
        found = _open(bulletin_id, "bulletin.write")
        return _page(found, _edit_of(found), error)
    commit()
    flash(_("数字已按 %(day)s 的台账重取，文字没有动。", day=found.as_of), "green")
    return go(url_for("bulletins.bulletin", bulletin_id=found.id))


@bulletin_pages.post("/bulletins/<int:bulletin_id>/publish")
@requires("bulletin.write")
def publish(bulletin_id: int) -> Response:
    """Publish what stands in the form, once and for all."""
    found, edit = _open(bulletin_id, "bulletin.write"), _read_edit()
    try:
        bulletins.publish_bulletin(found, edit, actor())
    except (Invalid, Stale) as error:
        return _again(bulletin_id, edit, error)
    commit()
    flash(_("%(issue)s已印发，内容和数字都已固定。", issue=issue_words(found)), "green")
    return go(url_for("bulletins.bulletin", bulletin_id=found.id))


@bulletin_pages.get("/bulletins/<int:bulletin_id>.docx")
@requires("bulletin.read")
def docx(bulletin_id: int) -> Response:
    """The bulletin as an official document; published, the same bytes for ever."""
    found = _open(bulletin_id, "bulletin.read")
    content = bulletin_docx(found, _content(found))
    return send_file(BytesIO(content), DOCX, as_attachment=True, download_name=f"{_file_name(found)}.docx")


@bulletin_pages.get("/bulletins/<int:bulletin_id>.pdf")
@requires("bulletin.read")
def pdf(bulletin_id: int) -> Response:
    """The same as .pdf."""
    found = _open(bulletin_id, "bulletin.read")
    content = as_pdf(bulletin_docx(found, _content(found)))
    return send_file(BytesIO(content), PDF, as_attachment=True, download_name=f"{_file_name(found)}.pdf")


def _file_name(found: Bulletin) -> str:
    return f"督查通报{issue_words(found)} {file_day(found)}"


def _plan(plan_id: int) -> Plan:
    plan = open_plan(plan_id, actor())
    g.navigation = "bulletins"
    return plan
