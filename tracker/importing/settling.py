"""Writes on the differences between text and table: leave one, add a row for it, give its units to a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, NotFound, Stale
from tracker.extensions import db
from tracker.importing.actions import touch
from tracker.importing.comparing import Comparison, comparison
from tracker.importing.models import ImportDoubt, ImportDraft, ImportPairing, ImportRow, ImportSettlement, Settled
from tracker.importing.queries import rows
from tracker.importing.reconcile import Difference, Kind
from tracker.permissions import Actor


def ignore(draft: ImportDraft, keys: Sequence[str], actor: Actor) -> int:
    """These differences are left as they are. Returns how many; those settled meanwhile stay as they were settled."""
    touch(draft)
    found = _comparison(draft)
    wanted = [one for one in found.open if one.key in set(keys)]
    if not wanted:
        raise Stale("这一处刚才已经处理过，没有再存。请刷新页面。")
    for one in wanted:
        _settle(found, one, Settled.IGNORED, actor)
    words = "；".join(words_of(found, one) for one in wanted[:5])
    _record(draft, words, Settled.IGNORED, actor, count=len(wanted))
    return len(wanted)


def add_row(draft: ImportDraft, key: str, actor: Actor) -> ImportRow:
    """A duty of the other side becomes the last row of the part taken, with its words, units, limit and doubts."""
    touch(draft)
    found = _comparison(draft)
    one = _addable(found, key)
    said = found.row_of(one.item)
    values = ("section", "text", "leads", "partners", "limit", "source", "spans")
    row = ImportRow(draft_id=draft.id, part=draft.part, no=None, **{name: getattr(said, name) for name in values})
    row.position = len(rows(draft)) + 1
    db.session.add(row)
    db.session.flush()
    _copy_doubts(said, row)
    _count_rows(draft, +1)
    _settle(found, one, Settled.ROW_ADDED, actor, row)
    _record(draft, words_of(found, one), Settled.ROW_ADDED, actor, row=row.label)
    return row


def add_units(draft: ImportDraft, key: str, row: ImportRow, actor: Actor) -> ImportRow:
    """The units of a difference join in a row of the part taken. Raises Invalid when the row has them all."""
    touch(draft)
    found = _comparison(draft)
    one = _addable(found, key)
    there = {unit["name"] for unit in (*row.leads, *row.partners)}
    said = found.row_of(one.item)
    new = [unit for unit in (*said.leads, *said.partners) if unit["name"] in one.units and unit["name"] not in there]
    if not new:
        raise Invalid(f"{row.label}里已经有“{'、'.join(one.units)}”，没有再加。请选另一项，或点“不处理”。", "row")
    row.partners = [*row.partners, *new]
    _settle(found, one, Settled.UNITS_ADDED, actor, row, [unit["name"] for unit in new])
    _record(draft, words_of(found, one), Settled.UNITS_ADDED, actor, row=row.label)
    return row


def take_back(draft: ImportDraft, settlement_id: int, actor: Actor) -> None:
    """A settled difference is open again; a row or units that were added for it leave the draft. Raises NotFound."""
    touch(draft)
    settled = db.session.get(ImportSettlement, settlement_id)
    if settled is None or settled.draft_id != draft.id:
        raise NotFound("这一处刚才已经撤回。请刷新页面。")
    row, how, words = settled.row, settled.how, settled.words
    db.session.delete(settled)
    db.session.flush()
    if row is not None and how is Settled.ROW_ADDED:
        _remove_row(draft, row)
    elif row is not None:
        row.partners = [unit for unit in row.partners if unit["name"] not in settled.units]
    record(actor, "import.unsettle", "import_draft", draft.id, words, before={"how": how.value})
    db.session.flush()


def row_called(draft: ImportDraft, words: str) -> ImportRow:
    """The row of the part taken that is meant by its number, or by its position where it has none. Raises Invalid."""
    wanted = words.strip().removeprefix("第").removesuffix("项")
    found = [row for row in rows(draft) if (row.no or str(row.position)) == wanted]
    if len(found) != 1:
        raise Invalid(f"清单里没有第“{words.strip()[:20]}”项，或者有几项同号。请写清单里的序号。", "row")
    return found[0]


def words_of(found: Comparison, one: Difference) -> str:
    """第5-3项“发挥卷烟消费税…”：市税务局, for the log and for the list of what was settled."""
    text = one.item.text if len(one.item.text) <= 40 else one.item.text[:39] + "…"
    return f"{found.row_of(one.item).label}“{text}”：{'、'.join(one.units)}"


def _comparison(draft: ImportDraft) -> Comparison:
    found = comparison(draft)
    if found is None:
        raise NotFound("这份文件没有另一种写法可以对照。请回到核对页。")
    return found


def _addable(found: Comparison, key: str) -> Difference:
    one = next((one for one in found.open if one.key == key), None)
    if one is None:
        raise Stale("这一处刚才已经处理过，没有再存。请刷新页面。")
    if one.kind is Kind.ROW_UNIT or not found.can_be_added(one):
        raise Invalid("这一处本来就在选定的部分里，不用再加。", "key")
    return one


def _settle(
    found: Comparison,
    one: Difference,
    how: Settled,
    actor: Actor,
    row: ImportRow | None = None,
    units: Iterable[str] = (),
) -> None:
    db.session.add(
        ImportSettlement(
            draft_id=found.draft.id,
            key=one.key[:160],
            how=how,
            words=words_of(found, one),
            row_id=row.id if row else None,
            units=list(units),
            at=clock.now(),
            person_id=actor.person_id,
        )
    )


def _record(draft: ImportDraft, words: str, how: Settled, actor: Actor, **more: Any) -> None:
    record(actor, "import.settle", "import_draft", draft.id, words, after={"how": how.value, **more})
    db.session.flush()


def _copy_doubts(said: ImportRow, row: ImportRow) -> None:
    """What is doubtful about the words is doubtful about the new row too."""
    values = ("code", "about", "words", "why", "candidates", "span", "decided")
    for doubt in db.session.scalars(sa.select(ImportDoubt).where(ImportDoubt.row_id == said.id)):
        copied = {name: getattr(doubt, name) for name in values}
        db.session.add(ImportDoubt(draft_id=row.draft_id, part=row.part, row_id=row.id, **copied))


def _remove_row(draft: ImportDraft, row: ImportRow) -> None:
    """A row that was added is taken out of the draft; the rows after it move up."""
    db.session.execute(sa.delete(ImportDoubt).where(ImportDoubt.row_id == row.id))
    db.session.execute(sa.delete(ImportPairing).where(ImportPairing.row_id == row.id))
    given = sa.update(ImportSettlement).where(ImportSettlement.row_id == row.id)
    db.session.execute(given.values(row_id=None))
    for after in rows(draft):
        if after.position > row.position and after.part == row.part:
            after.position -= 1
    db.session.delete(row)
    _count_rows(draft, -1)


def _count_rows(draft: ImportDraft, more: int) -> None:
    draft.parts = [{**part, "tasks": part["tasks"] + more * (part["n"] == draft.part)} for part in draft.parts]
