"""Writes on whole rows of a draft: say that one is no task and take it back, add one, correct all that are alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from tracker.audit.actions import record
from tracker.errors import Invalid
from tracker.extensions import db
from tracker.importing.actions import touch
from tracker.importing.blocks import Table
from tracker.importing.columns import document_of
from tracker.importing.corrections import RowWords, checked_names, reread_limit, set_units, settle
from tracker.importing.extract.drafts import Field
from tracker.importing.models import ImportDraft, ImportRow
from tracker.importing.plain import dump
from tracker.importing.queries import rows
from tracker.permissions import Actor
from tracker.tasks.limits import read_limit

BY_HAND = {"block": None, "start": None, "end": None, "where": "手工添加"}
"""The source of a row that stands nowhere in the document."""


def say_no_task(draft: ImportDraft, row: ImportRow, actor: Actor) -> ImportRow:
    """The row is no task: it stays, but it counts nowhere."""
    return _mark(draft, row, False, actor)


def take_back(draft: ImportDraft, row: ImportRow, actor: Actor) -> ImportRow:
    """The row is a task after all."""
    return _mark(draft, row, True, actor)


def _mark(draft: ImportDraft, row: ImportRow, is_task: bool, actor: Actor) -> ImportRow:
    touch(draft)
    row.is_task = is_task
    after = {"is_task": is_task, "text": row.text[:100]}
    record(actor, "import.row", "import_draft", draft.id, row.label, before={"is_task": not is_task}, after=after)
    db.session.flush()
    return row


@dataclass(frozen=True)
class Place:
    """Characters of the document that were chosen: of a block, or of the cell at row and column of a table."""

    block: int
    start: int
    end: int
    row: int | None = None
    column: int | None = None


def add_row(draft: ImportDraft, words: RowWords, place: Place | None, after: str, actor: Actor) -> ImportRow:
    """Add a row that the reading missed. ``place``: where it stands in the document, None for one that was typed.
    It goes after the row with number ``after``; empty: where its place is, or to the end. Raises Invalid."""
    touch(draft)
    if not words.text.strip():
        raise Invalid("任务内容要填。", "text")
    leads, partners = checked_names(words)
    source = _source(draft, place)
    there = rows(draft)
    position = _position(there, source, after.strip())
    db.session.execute(
        sa.update(ImportRow)
        .where(ImportRow.draft_id == draft.id, ImportRow.part == draft.part, ImportRow.position >= position)
        .values(position=ImportRow.position + 1)
    )
    limit, _ = read_limit("", draft.first_year)
    before = next((one for one in reversed(there) if one.position < position), None)
    row = ImportRow(
        draft_id=draft.id,
        part=draft.part,
        position=position,
        no=words.no.strip()[:20] or None,
        section=list(before.section) if before else [],
        text=words.text.strip(),
        leads=[],
        partners=[],
        limit=dump(limit),
        source=source,
        spans={"text": [source]} if place else {},
    )
    db.session.add(row)
    set_units(row, leads, partners)
    db.session.flush()
    if words.limit.strip():
        reread_limit(draft, row, words.limit.strip())
    record(actor, "import.add_row", "import_draft", draft.id, row.label, after={"text": row.text[:100]})
    db.session.flush()
    return row


def _source(draft: ImportDraft, place: Place | None) -> dict[str, Any]:
    if place is None:
        return dict(BY_HAND)
    blocks = document_of(draft).blocks
    block = blocks[place.block] if 0 <= place.block < len(blocks) else None
    if isinstance(block, Table):
        cell = block.grid.get((place.row if place.row is not None else -1, place.column or 0))
        text, where = (cell.text, block.where_row(cell.row)) if cell else (None, "")
    else:
        text, where = (block.text, block.where) if block else (None, "")
    if text is None or not 0 <= place.start < place.end <= len(text):
        raise Invalid("选中的文字在原文里找不到了。请刷新页面，再选一次。", "text")
    found = {"block": place.block, "start": place.start, "end": place.end, "where": where}
    return found | ({"row": place.row, "column": place.column} if isinstance(block, Table) else {})


def _position(there: list[ImportRow], source: dict[str, Any], after: str) -> int:
    if after:
        found = next((row for row in there if row.no == after), None)
        if found is None:
            raise Invalid(f"没有序号是“{after}”的行。请填已有的序号，或空着。", "after")
        return found.position + 1
    end = max((row.position for row in there), default=0) + 1
    if source["block"] is None:
        return end
    return next((row.position for row in there if _order(row.source) > _order(source)), end)


def _order(source: dict[str, Any]) -> tuple[int, int, int]:
    if source["block"] is None:
        return -1, -1, -1
    return source["block"], source.get("row") or 0, source["start"]


# All that are alike


class Same(StrEnum):
    """What can be the same in several rows."""

    UNIT = "unit"
    LIMIT = "limit"


@dataclass(frozen=True)
class Offer:
    """A correction that ``count`` other rows could take too."""

    field: Same
    old: str
    new: str
    count: int


def offers(draft: ImportDraft, before: RowWords, after: RowWords) -> list[Offer]:
    """What was corrected in a row and stands in other rows as it stood there. Of units: one name for one name."""
    changed = [(Same.UNIT, *pair) for pair in _renamed(before, after)]
    if before.limit and after.limit and before.limit != after.limit:
        changed.append((Same.LIMIT, before.limit, after.limit))
    found = (Offer(field, old, new, len(_alike(draft, field, old))) for field, old, new in changed)
    return [offer for offer in found if offer.count]


def _renamed(before: RowWords, after: RowWords) -> list[tuple[str, str]]:
    pairs = []
    for old, new in ((before.leads, after.leads), (before.partners, after.partners)):
        names, now = old.split("、"), new.split("、")
        if len(names) == len(now):
            pairs += [(a, b) for a, b in zip(names, now, strict=True) if a and b and a != b]
    return [pair for pair in pairs if pair[1] not in before.leads.split("、") + before.partners.split("、")]


def _alike(draft: ImportDraft, field: Same, old: str) -> list[ImportRow]:
    if field is Same.LIMIT:
        return [row for row in rows(draft) if row.limit["raw"] == old]
    return [row for row in rows(draft) if old in (unit["name"] for unit in [*row.leads, *row.partners])]


def correct_alike(draft: ImportDraft, field: Same, old: str, new: str, actor: Actor) -> int:
    """Correct every row of the part in which ``old`` stands. Returns how many there were."""
    touch(draft)
    if not new.strip():
        raise Invalid("要改成什么没有写。", "new")
    found = _alike(draft, field, old)
    for row in found:
        if field is Same.LIMIT:
            reread_limit(draft, row, new.strip())
            settle(row, {Field.LIMIT})
        else:
            leads, partners = (
                list(dict.fromkeys(new.strip() if unit["name"] == old else unit["name"] for unit in units))
                for units in (row.leads, row.partners)
            )
            set_units(row, leads, [name for name in partners if name not in leads], {new.strip(): old})
            settle(row, {Field.LEADS})
    after = {"field": str(field), "new": new.strip(), "rows": len(found)}
    record(
        actor,
        "import.alike",
        "import_draft",
        draft.id,
        draft.source_document.filename,
        before={"old": old},
        after=after,
    )
    db.session.flush()
    return len(found)
