"""Reads of import drafts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from tracker.errors import NotFound
from tracker.extensions import db
from tracker.importing.models import (
    ColumnMemory,
    DraftState,
    ImportDoubt,
    ImportDraft,
    ImportDuty,
    ImportIndicator,
    ImportRow,
    ImportSettlement,
)
from tracker.permissions import Actor, Role
from tracker.plans.models import SourceDocument

ROWS_A_PAGE = 200
MOST_REMEMBERED = 200
"""Remembered columns that a reading is given, the newest."""


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """`plan.import` as a WHERE: an office its own drafts, nobody else any."""
    return ImportDraft.office_id == actor.unit_id if actor.role is Role.OFFICE else sa.false()


def drafts(actor: Actor) -> list[ImportDraft]:
    """The office's drafts: those under review first, each group the last saved first."""
    query = (
        sa.select(ImportDraft)
        .where(visible_to(actor))
        .options(
            joinedload(ImportDraft.source_document).defer(SourceDocument.blocks),
            joinedload(ImportDraft.created_by),
            joinedload(ImportDraft.plan),
        )
        .order_by(ImportDraft.state != DraftState.REVIEW, ImportDraft.saved_at.desc(), ImportDraft.id.desc())
    )
    return list(db.session.scalars(query))


def open_draft(draft_id: int, actor: Actor) -> ImportDraft:
    """The draft, or NotFound when there is none for this actor."""
    query = sa.select(ImportDraft).where(ImportDraft.id == draft_id, visible_to(actor))
    draft = db.session.scalar(query.options(joinedload(ImportDraft.source_document), joinedload(ImportDraft.plan)))
    if draft is None:
        raise NotFound("没有这份导入稿，或者它属于另一个办公室。请回到导入页里找。")
    return draft


def same_file(sha256: str, actor: Actor) -> ImportDraft | None:
    """The newest draft of this office made from the same bytes that was not given up."""
    query = (
        sa.select(ImportDraft)
        .join(SourceDocument)
        .where(SourceDocument.sha256 == sha256, ImportDraft.state != DraftState.ABANDONED, visible_to(actor))
        .order_by(ImportDraft.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def remembered(actor: Actor) -> list[dict[str, Any]]:
    """What the actor's office said of columns, as ColumnMaps in plain values, the newest first."""
    query = (
        sa.select(ColumnMemory)
        .where(ColumnMemory.office_id == actor.unit_id, ColumnMemory.ended_at.is_(None))
        .order_by(ColumnMemory.id.desc())
        .limit(MOST_REMEMBERED)
    )
    return [
        {"heads": one.heads, "meanings": one.meanings, "memory_id": one.id, "issuer": one.issuer}
        for one in db.session.scalars(query)
    ]


def open_row(draft: ImportDraft, row_id: int) -> ImportRow:
    """A row of the draft, or NotFound."""
    row = db.session.get(ImportRow, row_id)
    if row is None or row.draft_id != draft.id:
        raise NotFound("这份导入稿里没有这一行，可能换过文件或部分。请刷新页面。")
    return row


def open_doubt(draft: ImportDraft, doubt_id: int) -> ImportDoubt:
    """A doubt of the draft, or NotFound."""
    doubt = db.session.get(ImportDoubt, doubt_id)
    if doubt is None or doubt.draft_id != draft.id:
        raise NotFound("这份导入稿里没有这一处存疑，可能换过文件或部分。请刷新页面。")
    return doubt


def _of_part(draft: ImportDraft) -> sa.ColumnElement[bool]:
    """The doubts that concern the chosen part: its own, its rows' unless they are no tasks, and the document's."""
    no_task = sa.select(ImportRow.id).where(ImportRow.draft_id == draft.id, ImportRow.is_task.is_(False))
    return (
        (ImportDoubt.draft_id == draft.id)
        & (ImportDoubt.part.is_(None) | (ImportDoubt.part == draft.part))
        & (ImportDoubt.row_id.is_(None) | ImportDoubt.row_id.not_in(no_task))
    )


def doubts(draft: ImportDraft, *, code: str | None = None, decided: bool = False) -> list[ImportDoubt]:
    """The doubts of the chosen part in the order of the document, those of the header first."""
    query = (
        sa.select(ImportDoubt)
        .outerjoin(ImportDoubt.row)
        .where(_of_part(draft), ImportDoubt.decided.is_not(None) if decided else ImportDoubt.decided.is_(None))
        .options(contains_eager(ImportDoubt.row))
        .order_by(ImportDoubt.row_id.is_not(None), ImportRow.position, ImportDoubt.id)
    )
    if code is not None:
        query = query.where(ImportDoubt.code == code)
    return list(db.session.scalars(query))


def doubts_left(draft: ImportDraft) -> int:
    """How many doubts of the chosen part are still open."""
    query = sa.select(sa.func.count()).select_from(ImportDoubt).where(_of_part(draft), ImportDoubt.decided.is_(None))
    return db.session.scalar(query) or 0


def rows(draft: ImportDraft) -> list[ImportRow]:
    """Every row of the chosen part, in the order of the document."""
    return list(db.session.scalars(_rows(draft).order_by(ImportRow.position)))


def page_of_rows(draft: ImportDraft, page: int) -> list[ImportRow]:
    """One page of the rows, doubtful ones first (``page`` from 1)."""
    doubtful = sa.exists().where(ImportDoubt.row_id == ImportRow.id, ImportDoubt.decided.is_(None)).correlate(ImportRow)
    query = _rows(draft).order_by(sa.not_(doubtful), ImportRow.position)
    return list(db.session.scalars(query.offset((page - 1) * ROWS_A_PAGE).limit(ROWS_A_PAGE)))


def _tasks(draft: ImportDraft) -> sa.ColumnElement[bool]:
    """The rows of the chosen part that are tasks."""
    return (ImportRow.draft_id == draft.id) & (ImportRow.part == draft.part) & ImportRow.is_task


def _rows(draft: ImportDraft) -> sa.Select[ImportRow]:
    return sa.select(ImportRow).where(_tasks(draft))


def no_tasks(draft: ImportDraft) -> list[ImportRow]:
    """The rows of the chosen part that the clerk said are no tasks, in the order of the document."""
    query = sa.select(ImportRow).where(
        ImportRow.draft_id == draft.id, ImportRow.part == draft.part, ImportRow.is_task.is_(False)
    )
    return list(db.session.scalars(query.order_by(ImportRow.position)))


def row_count(draft: ImportDraft) -> int:
    """How many tasks the chosen part has."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(ImportRow).where(_tasks(draft))) or 0


def rows_without_lead(draft: ImportDraft) -> list[str]:
    """第3项 …: rows that nobody leads; they cannot become tasks."""
    query = sa.select(ImportRow.no, ImportRow.position, ImportRow.leads).order_by(ImportRow.position)
    found = db.session.execute(query.where(_tasks(draft)))
    return [f"第{no or position}项" for no, position, leads in found if not leads]


def indicators(draft: ImportDraft) -> list[ImportIndicator]:
    """The indicators of the chosen part, in the order of the document."""
    query = sa.select(ImportIndicator).where(ImportIndicator.draft_id == draft.id, ImportIndicator.part == draft.part)
    return list(db.session.scalars(query.order_by(ImportIndicator.position)))


def duties(draft: ImportDraft) -> list[ImportDuty]:
    """The recurring duties of the chosen part, in the order of the document."""
    query = sa.select(ImportDuty).where(ImportDuty.draft_id == draft.id, ImportDuty.part == draft.part)
    return list(db.session.scalars(query.order_by(ImportDuty.position)))


def open_indicator(draft: ImportDraft, indicator_id: int) -> ImportIndicator:
    """An indicator of the draft, or NotFound."""
    one = db.session.get(ImportIndicator, indicator_id)
    if one is None or one.draft_id != draft.id:
        raise NotFound("这份导入稿里没有这个指标，可能换过文件或部分。请刷新页面。")
    return one


@dataclass(frozen=True)
class Written:
    """A unit's name as written in the document, how often, and in which row first."""

    name: str
    times: int
    row_id: int


def names_written(draft: ImportDraft) -> list[Written]:
    """Every unit name of the chosen part, in the order of the document."""
    query = sa.select(ImportRow.id, ImportRow.leads, ImportRow.partners).order_by(ImportRow.position)
    found: dict[str, Written] = {}
    for row_id, leads, partners in db.session.execute(query.where(_tasks(draft))):
        for name in _names(leads, partners):
            before = found.get(name)
            found[name] = Written(name, before.times + 1, before.row_id) if before else Written(name, 1, row_id)
    return list(found.values())


def _names(*lists: Iterable[dict[str, Any]]) -> Iterable[str]:
    return (unit["name"] for units in lists for unit in units)


def settlements(draft: ImportDraft) -> dict[str, ImportSettlement]:
    """What was said of the differences found in a draft, by their keys, in the order of saying."""
    query = sa.select(ImportSettlement).where(ImportSettlement.draft_id == draft.id).order_by(ImportSettlement.id)
    query = query.options(joinedload(ImportSettlement.person), joinedload(ImportSettlement.row))
    return {one.key: one for one in db.session.scalars(query)}
