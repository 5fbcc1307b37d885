"""The pages of an import that changes a plan or follows one: what it is for, and what it changes."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext as _

from tracker.errors import Invalid, Stale, TrackerError
from tracker.extensions import commit, db, htmx
from tracker.importing import forms, purposes
from tracker.importing.changes import Change, ChangeKind, Edit
from tracker.importing.compare_views import importing as importing
from tracker.importing.confirming import left_to_decide
from tracker.importing.models import DraftState, ImportDraft, Purpose
from tracker.importing.names import names
from tracker.importing.page import open_page
from tracker.importing.queries import ROWS_A_PAGE, doubts, open_row
from tracker.importing.review import cards, document_beside
from tracker.importing.revisions import Revision
from tracker.importing.tabs import tabs
from tracker.web.access import actor, requires
from tracker.web.forms import asked_page
from tracker.web.render import go, render

OPEN = "open"
"""The list of what nobody has agreed to yet."""


@importing.post("/imports/<int:draft_id>/purpose")
@requires("plan.import")
def set_purpose(draft_id: int) -> Response:
    """A new plan, changes to one that runs, or the plan that follows one."""
    draft = open_page(draft_id)
    purpose, plan_id = forms.purpose(request.form)
    purposes.set_purpose(draft, purpose, plan_id, request.form.get("reason", ""), actor())
    commit()
    endpoint = "importing.show" if purpose is Purpose.NEW else "importing.changes"
    return go(url_for(endpoint, draft_id=draft.id))


@importing.get("/imports/<int:draft_id>/changes")
@requires("plan.import")
def changes(draft_id: int) -> Response:
    """与现有方案对照: every row and every task once, with what differs."""
    return _page(open_page(draft_id))


def _page(draft: ImportDraft, problem: TrackerError | None = None) -> Response:
    known = names(draft)
    found = purposes.required(draft, known)
    shown, page = _shown(found), asked_page()
    listed = _listed(found, shown)
    pages = max(1, -(-len(listed) // ROWS_A_PAGE))
    page = min(page, pages)
    may_change = draft.state is DraftState.REVIEW
    return render(
        "importing/changes.html",
        "work",
        problem.status if problem else 200,
        draft=draft,
        found=found,
        tabs=tabs(draft, "changes", changed=found),
        blocks=[] if htmx else document_beside(draft, found.rows.values()),
        shown=shown,
        listed=listed[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE],
        total=len(listed),
        page=page,
        pages=pages,
        kinds=ChangeKind,
        edits=Edit,
        purposes=Purpose,
        left=left_to_decide(draft, known, len(cards(doubts(draft))), found) if may_change else [],
        may_change=may_change,
        problem=problem,
    )


def _shown(found: Revision) -> str:
    asked = request.args.get("show", "")
    if asked in {*ChangeKind, OPEN}:
        return asked
    return OPEN if found.open else ChangeKind.CHANGED.value


def _listed(found: Revision, shown: str) -> list[Change]:
    if shown == OPEN:
        return found.open
    return [one for one in found.changes if one.kind == shown]


def _saved(draft: ImportDraft) -> Response:
    commit()
    if htmx:
        return _page(draft)
    return go(url_for("importing.changes", draft_id=draft.id, show=request.args.get("show")))


def _refused(draft_id: int, problem: TrackerError) -> Response:
    db.session.rollback()
    return _page(open_page(draft_id), problem)


@importing.post("/imports/<int:draft_id>/changes")
@requires("plan.import")
def agree(draft_id: int) -> Response:
    """One change is right, or all that are listed."""
    draft = open_page(draft_id)
    try:
        purposes.agree(draft, request.form.getlist("key"), actor())
    except Stale as problem:
        return _refused(draft_id, problem)
    return _saved(draft)


@importing.post("/imports/<int:draft_id>/changes/rows/<int:row_id>")
@requires("plan.import")
def pair(draft_id: int, row_id: int) -> Response:
    """A row is another task than was thought, or a new one."""
    draft = open_page(draft_id)
    row, words = open_row(draft, row_id), request.form.get("task", "").strip()
    try:
        if not words and "is_new" not in request.form:
            raise Invalid(_("写上是原来的第几项；若是新的一项，点“是新的一项”。"), "task")
        task = None if "is_new" in request.form else purposes.task_called(draft, words)
        purposes.pair(draft, row, task, actor())
    except Invalid as problem:
        return _refused(draft_id, problem)
    return _saved(draft)
