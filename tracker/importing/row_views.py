"""Rows, indicators and recurring duties of a draft: correct, say that one is no task, add one."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from tracker.errors import Invalid, Stale, TrackerError
from tracker.extensions import commit, db
from tracker.importing import corrections, forms, indicators, rows
from tracker.importing.models import ImportDraft, ImportIndicator, ImportRow
from tracker.importing.page import open_page, refused, saved
from tracker.importing.queries import open_indicator, open_row
from tracker.web.access import actor, requires
from tracker.web.render import go, render

import_rows = Blueprint("import_rows", __name__)


@import_rows.get("/imports/<int:draft_id>/rows/<int:row_id>")
@requires("plan.import")
def edit(draft_id: int, row_id: int) -> Response:
    """A row as a form, in its place."""
    draft = open_page(draft_id)
    return _row_form(draft, open_row(draft, row_id))


def _row_form(
    draft: ImportDraft,
    row: ImportRow,
    problem: TrackerError | None = None,
    typed: corrections.RowWords | None = None,
) -> Response:
    words = typed or corrections.words_of(row)
    response = render(
        "importing/row.html",
        "row",
        problem.status if problem else 200,
        draft=draft,
        row=row,
        words=words,
        problem=problem,
        theirs=corrections.words_of(row) if isinstance(problem, Stale) else None,
    )
    if problem:
        response.headers["HX-Retarget"] = f"#row-{row.id}"
        response.headers["HX-Reswap"] = "outerHTML"
    return response


@import_rows.post("/imports/<int:draft_id>/rows/<int:row_id>")
@requires("plan.import")
def correct(draft_id: int, row_id: int) -> Response:
    """A row is corrected as a whole."""
    draft = open_page(draft_id)
    row = open_row(draft, row_id)
    words, version = forms.row_words(request.form)
    before = corrections.words_of(row)
    try:
        corrections.correct_row(draft, row, words, version, actor())
    except (Invalid, Stale) as problem:
        db.session.rollback()
        draft = open_page(draft_id)
        return _row_form(draft, open_row(draft, row_id), problem, words)
    offers = rows.offers(draft, before, corrections.words_of(row))
    commit()
    return saved(draft, offers=offers)


@import_rows.post("/imports/<int:draft_id>/rows/<int:row_id>/no-task")
@requires("plan.import")
def no_task(draft_id: int, row_id: int) -> Response:
    """A row is no task."""
    draft = open_page(draft_id)
    rows.say_no_task(draft, open_row(draft, row_id), actor())
    commit()
    return saved(draft)


@import_rows.post("/imports/<int:draft_id>/rows/<int:row_id>/task")
@requires("plan.import")
def task(draft_id: int, row_id: int) -> Response:
    """A row is a task after all."""
    draft = open_page(draft_id)
    rows.take_back(draft, open_row(draft, row_id), actor())
    commit()
    return saved(draft)


@import_rows.post("/imports/<int:draft_id>/rows")
@requires("plan.import")
def add(draft_id: int) -> Response:
    """A row that the reading missed."""
    draft = open_page(draft_id)
    try:
        words = forms.words_of_row(request.form)
        rows.add_row(draft, words, forms.place(request.form), request.form.get("after", ""), actor())
    except Invalid as problem:
        return refused(draft_id, problem, new_row=request.form)
    commit()
    flash(_("已加一行。"), "green")
    return go(url_for("importing.show", draft_id=draft_id))


@import_rows.post("/imports/<int:draft_id>/alike")
@requires("plan.import")
def alike(draft_id: int) -> Response:
    """What was corrected in one row is corrected in all that have the same."""
    draft = open_page(draft_id)
    try:
        field = forms.same_field(request.form)
        rows.correct_alike(draft, field, request.form.get("old", ""), request.form.get("new", ""), actor())
    except Invalid as problem:
        return refused(draft_id, problem)
    commit()
    return saved(draft)


@import_rows.get("/imports/<int:draft_id>/indicators/<int:import_indicator_id>")
@requires("plan.import")
def edit_indicator(draft_id: int, import_indicator_id: int) -> Response:
    """An indicator as a form, in its place."""
    draft = open_page(draft_id)
    return _indicator_form(draft, open_indicator(draft, import_indicator_id))


def _indicator_form(
    draft: ImportDraft,
    one: ImportIndicator,
    problem: TrackerError | None = None,
    typed: indicators.IndicatorWords | None = None,
) -> Response:
    response = render(
        "importing/indicator.html",
        "row",
        problem.status if problem else 200,
        draft=draft,
        one=one,
        words=typed or indicators.words_of(one),
        operators=indicators.OPERATORS,
        problem=problem,
    )
    if problem:
        response.headers["HX-Retarget"] = f"#row-{one.id}"
        response.headers["HX-Reswap"] = "outerHTML"
    return response


@import_rows.post("/imports/<int:draft_id>/indicators/<int:import_indicator_id>")
@requires("plan.import")
def correct_indicator(draft_id: int, import_indicator_id: int) -> Response:
    """An indicator is corrected as a whole."""
    draft = open_page(draft_id)
    one = open_indicator(draft, import_indicator_id)
    words, version = forms.indicator_words(request.form)
    try:
        indicators.correct_indicator(draft, one, words, version, actor())
    except (Invalid, Stale) as problem:
        db.session.rollback()
        draft = open_page(draft_id)
        return _indicator_form(draft, open_indicator(draft, import_indicator_id), problem, words)
    commit()
    return saved(draft)
