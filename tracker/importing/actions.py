"""Writes on import drafts: receive a document, choose its part, set the plan's header, give it up."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.audit.actions import record
from tracker.audit.stale import check_fresh, standing_of
from tracker.errors import Invalid, Refused, TrackerError
from tracker.extensions import db, file_store, lock
from tracker.importing.drafting import AS_PRINTED, new_draft, short_title, years_of
from tracker.importing.extract.drafts import Field
from tracker.importing.models import DraftState, ImportDoubt, ImportDraft
from tracker.importing.queries import remembered, same_file
from tracker.importing.sandbox import read_limited
from tracker.obligations.periods import Cadence, PeriodSpan, period_spans
from tracker.permissions import Actor
from tracker.plans.cadence import Every
from tracker.plans.models import SourceDocument
from tracker.workdays import ONE_DAY, state_council

PASTED = "粘贴的文字.txt"
IMPORT_LIMIT = 100 * 1024 * 1024
"""Bytes of the largest document taken when no setting says otherwise."""
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
}


class AlreadyImported(TrackerError):
    """The same bytes are under review, or have become a plan."""

    status = 409

    def __init__(self, draft: ImportDraft) -> None:
        confirmed = draft.state is DraftState.CONFIRMED
        done = "已经导入并确认成案" if confirmed else "已经导入，正在核对"
        super().__init__(f"这个文件（{draft.source_document.filename}）{done}：{draft.title}。")
        self.draft = draft


def receive(
    content: bytes,
    filename: str,
    actor: Actor,
    *,
    again: bool = False,
    reading: Mapping[str, Any] | None = None,
    limit: int = IMPORT_LIMIT,
) -> ImportDraft:
    """A document becomes a draft; its bytes go into the store.

    ``again``: even if the same bytes were imported before. ``reading``: what ``read_limited`` gave, when the caller
    has read the file already, outside of any transaction. Raises AlreadyImported, UnreadableFile, StorageFull.
    """
    refuse_known(content, actor, again=again, limit=limit)
    reading = reading or read_limited(content, filename, maps=remembered(actor))
    stored = file_store().put(io.BytesIO(content), limit)
    document = reading["document"]
    source = SourceDocument(
        filename=filename[-255:],
        sha256=stored.sha256,
        size=stored.size,
        media_type=MEDIA_TYPES.get(document["format"], "text/plain"),
        blocks=document["blocks"],
        received_at=clock.now(),
        received_by_id=actor.person_id,
    )
    draft = new_draft(source, reading["draft"], actor)
    record(actor, "import.receive", "import_draft", draft.id, filename, after={"sha256": stored.sha256})
    db.session.flush()
    return draft


def receive_text(text: str, actor: Actor, *, again: bool = False) -> ImportDraft:
    """Pasted text becomes a draft. Raises as ``receive``."""
    return receive(pasted(text), PASTED, actor, again=again)


def pasted(text: str) -> bytes:
    """Pasted text as the file it is kept as. Raises Invalid when there is none."""
    if not text.strip():
        raise Invalid("还没有粘贴文字。请把方案或任务清单的文字粘进来。", "text")
    return text.encode()


def refuse_known(content: bytes, actor: Actor, *, again: bool, limit: int = IMPORT_LIMIT) -> None:
    """Before the slow reading: raises Invalid for a file that is empty or too big, AlreadyImported for a known one."""
    if not content:
        raise Invalid("文件是空的，没有收下。请检查后重新选择文件。", "file")
    if len(content) > limit:
        raise Invalid(f"文件超过 {limit // 2**20} MB，没有收下。请拆开，或只保留任务表后再传。", "file")
    known = None if again else same_file(sha256(content).hexdigest(), actor)
    if known is not None:
        raise AlreadyImported(known)


# What the clerk sets


def touch(draft: ImportDraft) -> None:
    """The draft is being changed: it must be open, and is saved now. Raises Refused."""
    if draft.state is not DraftState.REVIEW:
        ended = "已确认成案" if draft.state is DraftState.CONFIRMED else "已放弃"
        raise Refused(f"这份导入稿{ended}，不能再改。请从导入页重新上传。")
    draft.saved_at = clock.now()


def choose_part(draft: ImportDraft, part: int, actor: Actor) -> ImportDraft:
    """Take another part of the document for the plan; what was decided in each part is kept."""
    touch(draft)
    chosen = next((one for one in draft.parts if one["n"] == part), None)
    if chosen is None:
        raise Invalid(f"没有第 {part} 部分，这个文件有 {len(draft.parts)} 个部分。", "part")
    before, draft.part = draft.part, part
    draft.title, draft.short_title = chosen["title"][:300], short_title(chosen["title"], draft.first_year)
    draft.first_year, draft.last_year = years_of(chosen["title"], draft.first_year)
    _settle_title(draft)
    label = draft.source_document.filename
    record(actor, "import.choose_part", "import_draft", draft.id, label, before={"part": before}, after={"part": part})
    db.session.flush()
    return draft


def _settle_title(draft: ImportDraft) -> None:
    """What was doubtful about the title of the part taken before is no question of the one taken now."""
    query = sa.select(ImportDoubt).where(ImportDoubt.draft_id == draft.id, ImportDoubt.row_id.is_(None))
    for doubt in db.session.scalars(query.where(ImportDoubt.decided.is_(None), ImportDoubt.about == Field.TITLE)):
        doubt.decided = draft.title


@dataclass(frozen=True)
class Header:
    """What the clerk says of the plan. ``doc_number``: None to be added later, "" when the document has none."""

    title: str
    short_title: str
    doc_number: str | None
    issuer: str
    issued_on: date | None
    first_year: int
    last_year: int
    every: Every = Every.MONTH
    due_day: int = 25
    first_due_on: date | None = None


def header_standing(draft: ImportDraft) -> str:
    """How the header stands, for the form that shows it."""
    names = (field.name for field in fields(Header))
    return standing_of(*(getattr(draft, name) for name in names))


def set_header(draft: ImportDraft, header: Header, actor: Actor, loaded: str | None = None) -> ImportDraft:
    """Set what the plan is called, who issued it when, and how often it asks for reports.

    ``loaded``: the `header_standing` that the form was opened on. Raises Invalid, and Stale.
    """
    lock(draft)
    touch(draft)
    check_fresh(
        loaded, header_standing(draft), "import_draft", draft.id, "import.header", "import.choose_part", "import.decide"
    )
    if not header.title.strip():
        raise Invalid("方案标题要填。", "title")
    if header.last_year < header.first_year:
        raise Invalid("终止年份不能早于起始年份。", "last_year")
    if not 1 <= header.due_day <= 31:
        raise Invalid("截止日填 1 到 31；填 31 表示当月最后一天。", "due_day")
    draft.title, draft.issuer = header.title.strip()[:300], header.issuer.strip()[:200] or None
    draft.short_title = header.short_title.strip()[:60] or short_title(draft.title, header.first_year)
    draft.doc_number, draft.issued_on = header.doc_number, header.issued_on
    draft.first_year, draft.last_year = header.first_year, header.last_year
    draft.every, draft.due_day = header.every, header.due_day
    offered = [span.nominal_due_on for span in first_periods(draft, clock.today())]
    if header.first_due_on is not None and header.first_due_on not in offered:
        raise Invalid("首期的截止日与填报频次不符，请重新选首期。", "first_due_on")
    draft.first_due_on = header.first_due_on
    _settle_header(draft)
    after = {"title": draft.title, "doc_number": draft.doc_number, "issuer": draft.issuer}
    record(actor, "import.header", "import_draft", draft.id, draft.source_document.filename, after=after)
    db.session.flush()
    return draft


def _settle_header(draft: ImportDraft) -> None:
    """Who has set the header by hand has decided what was doubtful about it; a missing 文号 stays a question."""
    about = {Field.TITLE: draft.title, Field.ISSUER: draft.issuer, Field.ISSUE_DATE: str(draft.issued_on or "")}
    if draft.doc_number is not None:
        about[Field.DOC_NUMBER] = draft.doc_number or "本文无文号"
    query = sa.select(ImportDoubt).where(ImportDoubt.draft_id == draft.id, ImportDoubt.row_id.is_(None))
    for doubt in db.session.scalars(query.where(ImportDoubt.decided.is_(None), ImportDoubt.about.in_(about))):
        doubt.decided = about[Field(doubt.about)] or AS_PRINTED


def first_periods(draft: ImportDraft, today: date) -> list[PeriodSpan]:
    """The periods that can be the first: from the plan's first January to the first due after ``today``."""
    begin = date(draft.first_year or today.year, 1, 1)
    spans = period_spans(
        Cadence(draft.every, draft.due_day), begin - ONE_DAY, date(today.year + 3, 12, 31), state_council()
    )
    coming = next(n for n, span in enumerate(spans) if span.due_on > today)
    return spans[: coming + 1]


def abandon(draft: ImportDraft, reason: str, actor: Actor) -> ImportDraft:
    """Give the draft up; it stays to be read. Raises Invalid without a reason."""
    touch(draft)
    if not reason.strip():
        raise Invalid("放弃要写原因，例如“传错了文件”。", "reason")
    draft.state, draft.abandoned_reason = DraftState.ABANDONED, reason.strip()
    record(actor, "import.abandon", "import_draft", draft.id, draft.source_document.filename, reason=reason.strip())
    db.session.flush()
    return draft
