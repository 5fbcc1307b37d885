"""The page of an import that sets the running text against the table."""

from __future__ import annotations

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from tracker.errors import Invalid, NotFound, Stale, TrackerError
from tracker.extensions import commit, db, htmx
from tracker.importing import forms, settling
from tracker.importing.comparing import Comparison, comparison
from tracker.importing.models import DraftState, ImportDraft, Settled
from tracker.importing.page import open_page
from tracker.importing.reconcile import Kind
from tracker.importing.review import document_beside
from tracker.importing.tabs import tabs
from tracker.importing.views import importing as importing
from tracker.web.access import actor, requires
from tracker.web.render import go, render

PAIRED, SETTLED = "paired", "settled"
"""What the list shows besides one kind of difference."""
WORTH_NAMING = 15
"""Likeness, 0 to 100, from which the nearest item of the other side is named and proposed."""


@importing.get("/imports/<int:draft_id>/compare")
@requires("plan.import")
def compare(draft_id: int) -> Response:
    """正文与清单对照: what stands in one and not in the other."""
    return _page(open_page(draft_id))


def _page(draft: ImportDraft, problem: TrackerError | None = None) -> Response:
    g.navigation = "imports"
    found = comparison(draft)
    if found is None:
        raise NotFound(_("这份文件只有一种写法，没有正文和清单可以对照。请回到核对页。"))
    return render(
        "importing/compare.html",
        "work",
        problem.status if problem else 200,
        draft=draft,
        found=found,
        tabs=tabs(draft, "compare", found),
        blocks=[] if htmx else document_beside(draft, found.rows.values()),
        shown=_shown(found),
        kinds=Kind,
        worth_naming=WORTH_NAMING,
        may_change=draft.state is DraftState.REVIEW,
        problem=problem,
    )


def _shown(found: Comparison) -> str:
    """The list asked for; else the first kind of which something is open."""
    asked = request.args.get("show", "")
    if asked in {*Kind, PAIRED, SETTLED}:
        return asked
    return next((kind.value for kind in Kind if found.counts[kind]), PAIRED)


def _saved(draft: ImportDraft) -> Response:
    commit()
    return _page(draft) if htmx else go(url_for("importing.compare", draft_id=draft.id, show=request.args.get("show")))


def _refused(draft_id: int, problem: TrackerError) -> Response:
    db.session.rollback()
    return _page(open_page(draft_id), problem)


@importing.post("/imports/<int:draft_id>/compare")
@requires("plan.import")
def settle(draft_id: int) -> Response:
    """One difference, or all that are listed, is left; or a row, or its units, are added."""
    draft, key = open_page(draft_id), request.form.get("key", "")
    try:
        match forms.way_to_settle(request.form):
            case Settled.ROW_ADDED:
                settling.add_row(draft, key, actor())
            case Settled.UNITS_ADDED:
                row = settling.row_called(draft, request.form.get("row", ""))
                settling.add_units(draft, key, row, actor())
            case Settled.IGNORED:
                settling.ignore(draft, request.form.getlist("key"), actor())
    except (Invalid, Stale) as problem:
        return _refused(draft_id, problem)
    return _saved(draft)


@importing.post("/imports/<int:draft_id>/compare/<int:settlement_id>/back")
@requires("plan.import")
def take_back(draft_id: int, settlement_id: int) -> Response:
    """What was settled is open again."""
    draft = open_page(draft_id)
    settling.take_back(draft, settlement_id, actor())
    return _saved(draft)
