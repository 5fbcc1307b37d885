"""列对应: what the columns of a table hold, said by hand; and how far the reading of a file is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from tracker.errors import Invalid
from tracker.extensions import commit, db, file_store
from tracker.importing import columns, forms, reading
from tracker.importing.actions import touch
from tracker.importing.models import ImportDraft
from tracker.importing.page import open_page, refused
from tracker.importing.sandbox import read_limited
from tracker.web.access import actor, requires
from tracker.web.render import go, render

import_columns = Blueprint("import_columns", __name__)


@import_columns.post("/imports/<int:draft_id>/columns")
@requires("plan.import")
def name_columns(draft_id: int) -> Response:
    """The columns of a table are named, and the document is read again with them."""
    draft = open_page(draft_id)
    try:
        touch(draft)
        wanted = columns.named(draft, *forms.column_meanings(request.form))
        _agreed(draft)
        read = _read(draft, columns.maps_with(draft, wanted, actor()))
        new = columns.read_anew(open_page(draft_id), read, wanted, actor())
    except Invalid as problem:
        return refused(draft_id, problem, named=request.form)
    return _shown(new, _("已照您的列对应重读，读出 %(n)s 项任务。", n=_tasks(new)))


@import_columns.post("/imports/<int:draft_id>/columns/take-back")
@requires("plan.import")
def take_back(draft_id: int) -> Response:
    """The columns are read by their heads alone again, now and next time."""
    draft = open_page(draft_id)
    try:
        touch(draft)
        block = forms.whole_number(request.form.get("block", ""), "表格", "block")
        _agreed(draft)
        read = _read(draft, columns.maps_without(draft, block, actor()))
        new = columns.take_back(open_page(draft_id), read, block, actor())
    except Invalid as problem:
        return refused(draft_id, problem)
    return _shown(new, _("列对应已撤销，按表头重读，读出 %(n)s 项任务；下次也不再照用。", n=_tasks(new)))


def _agreed(draft: ImportDraft) -> None:
    """Reading anew loses what was done by hand on the rows: the clerk must have said yes. Raises Invalid."""
    lost = columns.would_be_lost(draft)
    if lost and not request.form.get("agreed"):
        raise Invalid(
            _("重读会丢掉%(lost)s。确实要重读，请勾上“这些不要了，照此重读”。", lost="、".join(lost)), "agreed"
        )


def _read(draft: ImportDraft, maps: Sequence[Any]) -> dict[str, Any]:
    """Reading is slow, so it is done outside of any transaction."""
    source = draft.source_document
    sha256, filename = source.sha256, source.filename
    db.session.rollback()
    with file_store().open(sha256) as stream:
        content = stream.read()
    return read_limited(content, filename, maps=maps)


def _tasks(draft: ImportDraft) -> int:
    found: int = next(part["tasks"] for part in draft.parts if part["n"] == draft.part)
    return found


def _shown(draft: ImportDraft, sentence: str) -> Response:
    commit()
    flash(sentence, "green")
    return go(url_for("importing.show", draft_id=draft.id))


@import_columns.get("/imports/reading/<token>")
@requires("plan.import")
def how_far(token: str) -> Response:
    """The bar of a file that is being read, which asks again by itself."""
    return render("importing/reading.html", "bar", token=token, percent=reading.percent(token, actor()))
