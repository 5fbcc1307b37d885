"""Columns that a clerk names: the tables to choose from, the reading anew, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, NotFound
from tracker.extensions import db
from tracker.importing.actions import abandon, choose_part
from tracker.importing.blocks import Document, Table
from tracker.importing.drafting import new_draft
from tracker.importing.extract.columns import can_be_mapped, guesses, heads_of, likely_head
from tracker.importing.extract.drafts import ColumnMap, Meaning
from tracker.importing.models import ColumnMemory, ImportDoubt, ImportDraft, ImportRow
from tracker.importing.plain import dump, load
from tracker.importing.queries import remembered
from tracker.permissions import Actor

SHOWN = 8
"""Rows of a table that are shown for naming its columns."""
READ_ANEW = "改了列对应，已重读成新的草稿"
CARRIED = ("doc_number", "issuer", "issued_on", "first_year", "last_year", "every", "due_day", "first_due_on")
"""Of the header: what goes over to the draft that is read anew."""


@dataclass(frozen=True)
class Naming:
    """A table whose columns are being named. ``rows``: its first rows, a text for each column; ``head``: the row of
    the heads, from 0; ``tables``: (block, what it is called) of all there are."""

    tables: list[tuple[int, str]]
    block: int
    rows: list[list[str]]
    head: int
    meanings: list[Meaning]


def document_of(draft: ImportDraft) -> Document:
    """The blocks of a draft's document."""
    return Document.from_json({"blocks": draft.source_document.blocks, "format": "", "notes": []})


def maps_of(draft: ImportDraft) -> list[ColumnMap]:
    """The maps that the draft was read with."""
    return load(list[ColumnMap], draft.columns)


def naming(draft: ImportDraft, wanted: int | None = None) -> Naming | None:
    """The table of block ``wanted``, else the first that was read with a map, else the largest; None without tables."""
    document = document_of(draft)
    blocks = can_be_mapped(document)
    if not blocks:
        return None
    used = {one.block: one for one in maps_of(draft)}
    block = wanted if wanted in blocks else next((number for number in blocks if number in used), blocks[0])
    table = _table(document, block)
    known = used.get(block)
    head = known.row if known and known.row is not None else likely_head(table)
    rows = [[cell.text if cell else "" for cell in table.row(row)] for row in range(min(SHOWN, table.height))]
    names = [(number, _called(document, number)) for number in blocks]
    return Naming(names, block, rows, head, known.meanings if known else guesses(table, head))


def _called(document: Document, block: int) -> str:
    table = _table(document, block)
    return f"{table.name or table.where}（{table.height} 行）"


def _table(document: Document, block: int) -> Table:
    found = document.blocks[block] if 0 <= block < len(document.blocks) else None
    if not isinstance(found, Table):
        raise NotFound("这份文件里没有这张表。请刷新页面。")
    return found


def named(draft: ImportDraft, block: int, head: int, meanings: list[Meaning]) -> ColumnMap:
    """What the clerk said of a table's columns. Raises Invalid without a column of tasks, NotFound."""
    table = _table(document_of(draft), block)
    if len(meanings) != table.width or head >= table.height:
        raise Invalid("这张表的列数或行数和页面上的不一样。请刷新页面再选。", "columns")
    if Meaning.TEXT not in meanings:
        raise Invalid("还没有指定哪一列是任务。请在那一列上面选“任务”。", "columns")
    once = (Meaning.NUMBER, Meaning.LEAD)
    if twice := [one for one in once if meanings.count(one) > 1]:
        raise Invalid(f"“{'序号' if twice[0] is Meaning.NUMBER else '牵头单位'}”只能选一列，请改掉多余的。", "columns")
    return ColumnMap(heads_of(table, head), meanings, block, head, issuer=draft.issuer or "", by_hand=True)


def would_be_lost(draft: ImportDraft) -> list[str]:
    """What was done by hand on the rows, each in a few words; reading anew does not keep it."""
    rows = sa.select(sa.func.count()).select_from(ImportRow).where(ImportRow.draft_id == draft.id)
    decided = sa.select(sa.func.count()).select_from(ImportDoubt)
    decided = decided.where(ImportDoubt.draft_id == draft.id, ImportDoubt.decided.is_not(None))
    counts = (
        ("改过的 {} 行", rows.where(ImportRow.version > 1)),
        ("去掉的 {} 行", rows.where(ImportRow.is_task.is_(False))),
        ("定过的 {} 处存疑", decided.where(ImportDoubt.row_id.is_not(None))),
    )
    found = ((words, db.session.scalar(query) or 0) for words, query in counts)
    return [words.format(n) for words, n in found if n]


def maps_with(draft: ImportDraft, wanted: ColumnMap, actor: Actor) -> list[Any]:
    """The maps to read a draft's document anew with, ``wanted`` before the others, as plain values."""
    return [dump(wanted), *maps_without(draft, wanted.block, actor)]


def maps_without(draft: ImportDraft, block: int | None, actor: Actor) -> list[Any]:
    """The maps that are left when the one of a block is taken back, as plain values."""
    mine = [one for one in maps_of(draft) if one.block != block]
    gone = {one.memory_id for one in maps_of(draft) if one.block == block}
    return [*map(dump, mine), *(one for one in remembered(actor) if one["memory_id"] not in gone)]


def read_anew(draft: ImportDraft, reading: Mapping[str, Any], wanted: ColumnMap, actor: Actor) -> ImportDraft:
    """The document read with the columns as named becomes a new draft; the old one is given up, and the columns are
    remembered for the issuer. ``reading``: what ``read_limited`` gave. Raises Refused when the draft is not open."""
    new = _again(draft, reading, actor)
    part = next((one for one in new.parts if one["first"] <= (wanted.block or 0) <= one["last"] and one["tasks"]), None)
    if part is not None and part["n"] != new.part:
        choose_part(new, part["n"], actor)
    if any(wanted.heads):
        memory = _remember(wanted, actor)
        kept = [replace(one, memory_id=memory.id) if one.block == wanted.block else one for one in maps_of(new)]
        new.columns = dump(kept)
    after = {"heads": wanted.heads, "meanings": [str(one) for one in wanted.meanings]}
    record(actor, "import.columns", "import_draft", new.id, new.source_document.filename, after=after)
    db.session.flush()
    return new


def _remember(wanted: ColumnMap, actor: Actor) -> ColumnMemory:
    """Remember the columns; what was remembered of the same heads before ends."""
    assert actor.unit_id is not None
    query = sa.select(ColumnMemory).where(
        ColumnMemory.office_id == actor.unit_id, ColumnMemory.issuer == wanted.issuer, ColumnMemory.ended_at.is_(None)
    )
    for before in db.session.scalars(query):
        if before.heads == wanted.heads:
            _end(before, actor)
    memory = ColumnMemory(
        office_id=actor.unit_id,
        issuer=wanted.issuer[:200],
        heads=wanted.heads,
        meanings=[str(one) for one in wanted.meanings],
        created_at=clock.now(),
        created_by_id=actor.person_id,
    )
    db.session.add(memory)
    db.session.flush()
    return memory


def _end(memory: ColumnMemory, actor: Actor) -> None:
    memory.ended_at, memory.ended_by_id = clock.now(), actor.person_id


def take_back(draft: ImportDraft, reading: Mapping[str, Any], block: int, actor: Actor) -> ImportDraft:
    """The document read without the map of a block becomes a new draft; what was remembered of it ends."""
    used = next((one for one in maps_of(draft) if one.block == block), None)
    if used is None:
        raise NotFound("这张表没有用列对应，不用撤销。请刷新页面。")
    memory = db.session.get(ColumnMemory, used.memory_id) if used.memory_id else None
    if memory is not None and memory.ended_at is None and memory.office_id == draft.office_id:
        _end(memory, actor)
    new = _again(draft, reading, actor)
    before = {"heads": used.heads, "meanings": [str(one) for one in used.meanings]}
    record(actor, "import.columns", "import_draft", new.id, new.source_document.filename, before=before)
    db.session.flush()
    return new


def _again(draft: ImportDraft, reading: Mapping[str, Any], actor: Actor) -> ImportDraft:
    """A new draft of the same document, with the header, the units and what was decided of the header carried over."""
    abandon(draft, READ_ANEW, actor)
    new = new_draft(draft.source_document, reading["draft"], actor)
    for name in CARRIED:
        setattr(new, name, getattr(draft, name))
    new.unit_choices = dict(draft.unit_choices)
    part = next((one for one in draft.parts if one["n"] == draft.part), None)
    if part is not None and draft.title != part["title"]:
        new.title, new.short_title = draft.title, draft.short_title
    _carry_decisions(draft, new)
    db.session.flush()
    return new


def _carry_decisions(draft: ImportDraft, new: ImportDraft) -> None:
    def of_header(one: ImportDraft) -> sa.Select[ImportDoubt]:
        return sa.select(ImportDoubt).where(
            ImportDoubt.draft_id == one.id, ImportDoubt.row_id.is_(None), ImportDoubt.part.is_(None)
        )

    decided = {doubt.code: doubt.decided for doubt in db.session.scalars(of_header(draft))}
    for doubt in db.session.scalars(of_header(new)):
        doubt.decided = decided.get(doubt.code)
