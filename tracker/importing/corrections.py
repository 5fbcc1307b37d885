"""Writes on the rows of a draft and on its doubts: correct in place, settle one doubt or all of its kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.audit.actions import record
from tracker.errors import Invalid, Stale
from tracker.extensions import db
from tracker.importing.actions import touch
from tracker.importing.drafting import add_doubt
from tracker.importing.extract import doubts as sentences
from tracker.importing.extract.drafts import Field, Span
from tracker.importing.models import ImportDoubt, ImportDraft, ImportRow
from tracker.importing.plain import dump, load
from tracker.importing.queries import doubts
from tracker.permissions import Actor
from tracker.tasks.limits import LimitKind, TimeLimit, read_limit
from tracker.tasks.written_dates import plain, points, run_together
from tracker.web.intake import FIRST_YEAR, LAST_YEAR

SEPARATORS = re.compile(r"[、，,；;\n]+")
ALONE = frozenset({"lost_characters"})
"""Codes whose doubts are each about words of their own: settling one says nothing about the others."""


@dataclass(frozen=True)
class RowWords:
    """A row as typed: unit names parted by 、; ``limit`` the words of the limit, read again when they changed."""

    no: str
    text: str
    leads: str
    partners: str
    limit: str


def correct_row(draft: ImportDraft, row: ImportRow, words: RowWords, version: int, actor: Actor) -> ImportRow:
    """Correct a row as a whole. Raises Invalid, and Stale when somebody saved the row since ``version``."""
    touch(draft)
    if row.version != version:
        raise Stale(f"{row.label}刚才被另一位改过，您的改动没有存上。请对照后再存。")
    if not words.text.strip():
        raise Invalid("任务内容要填；不是任务的行请整份放弃或换一部分。", "text")
    leads, partners = checked_names(words)
    before = _values(row)
    row.no, row.text = words.no.strip()[:20] or None, words.text.strip()
    set_units(row, leads, partners)
    if words.limit.strip() != row.limit["raw"]:
        reread_limit(draft, row, words.limit)
    after = _values(row)
    changed = {key for key in after if after[key] != before[key]}
    settle(row, changed)
    old, new = {key: before[key] for key in changed}, {key: after[key] for key in changed}
    record(actor, "import.correct", "import_draft", draft.id, row.label, before=old, after=new)
    db.session.flush()
    return row


def checked_names(words: RowWords) -> tuple[list[str], list[str]]:
    """Leads and partners as typed. Raises Invalid when a name is both."""
    leads, partners = split_names(words.leads), split_names(words.partners)
    if both := set(leads) & set(partners):
        raise Invalid(f"“{'、'.join(sorted(both))}”不能既牵头又参与，请去掉一处。", "partners")
    return leads, partners


def words_of(row: ImportRow) -> RowWords:
    """A row as it stands, in the words a form shows."""
    leads, partners = ("、".join(unit["name"] for unit in units) for units in (row.leads, row.partners))
    return RowWords(row.no or "", row.text, leads, partners, row.limit["raw"])


def split_names(words: str) -> list[str]:
    """市教育局、市总工会 → the names, each once; nothing inside brackets is parted."""
    names = [name.strip() for name in SEPARATORS.split(words)]
    return list(dict.fromkeys(name for name in names if name))


def _values(row: ImportRow) -> dict[str, Any]:
    return {
        Field.NO: row.no,
        Field.TEXT: row.text,
        Field.LEADS: [unit["name"] for unit in row.leads],
        Field.PARTNERS: [unit["name"] for unit in row.partners],
        Field.LIMIT: row.limit,
    }


def set_units(
    row: ImportRow, leads: Sequence[str], partners: Sequence[str], renamed: Mapping[str, str] | None = None
) -> None:
    """The names get back the words and the place they were read from, where they were in the document. ``renamed``:
    new name -> the one that stood in its place; without it, a name typed where one was read takes over its place."""
    read = {unit["name"]: unit for unit in [*row.leads, *row.partners]}
    for new, old in (renamed or _replaced(row, leads, partners)).items():
        read.setdefault(new, {**read[old], "name": new})
    row.leads = [read.get(name) or {"name": name, "raw": name, "span": None} for name in leads]
    row.partners = [read.get(name) or {"name": name, "raw": name, "span": None} for name in partners]


def _replaced(row: ImportRow, leads: Sequence[str], partners: Sequence[str]) -> dict[str, str]:
    """New name -> the name before it at the same place of its list, where the lists are equally long."""
    found: dict[str, str] = {}
    for units, names in ((row.leads, leads), (row.partners, partners)):
        before = [unit["name"] for unit in units]
        if len(before) == len(names):
            found |= {new: old for old, new in zip(before, names, strict=True) if old != new and new not in before}
    return found


def reread_limit(draft: ImportDraft, row: ImportRow, words: str) -> None:
    """The words of a limit as typed become the row's; what is doubtful about them is asked."""
    limit, found = read_limit(words, draft.first_year)
    row.limit = dump(limit)
    place = (row.spans.get("limit") or [row.source])[0]
    span = load(Span, place)
    for one in found:
        add_doubt(draft, dump(sentences.limit(one, limit, span)), row.part, row.id)


def settle(row: ImportRow, changed: Collection[str]) -> None:
    """Who corrects a field has decided what was doubtful about it; a limit that is doubtful again is asked again."""
    about = {str(name) for name in changed}
    if about & {Field.LEADS, Field.PARTNERS}:
        about |= {Field.LEADS, Field.PARTNERS}
    for doubt in db.session.scalars(
        sa.select(ImportDoubt).where(
            ImportDoubt.row_id == row.id, ImportDoubt.decided.is_(None), ImportDoubt.about.in_(about)
        )
    ):
        if doubt.about != Field.LIMIT or doubt.words != row.limit["raw"]:
            doubt.decided = "已改"


# Doubts


def kin(draft: ImportDraft, doubt: ImportDoubt) -> list[ImportDoubt]:
    """The other open doubts that can be settled in the same way (同类)."""
    if doubt.code in ALONE or doubt.row_id is None:
        return []
    same = (one for one in doubts(draft, code=doubt.code) if one.id != doubt.id)
    return [one for one in same if len(one.candidates) == len(doubt.candidates)]


def decide_doubt(draft: ImportDraft, doubt: ImportDoubt, candidate: int, actor: Actor, *, same: bool = False) -> int:
    """Settle a doubt by its candidate (from 0), and with ``same`` all others of its code, each by its own candidate of
    that place. Returns how many were settled; one that is settled already stays as it is."""
    touch(draft)
    if not 0 <= candidate < len(doubt.candidates):
        raise Invalid("请先选一种处理办法，再采用。", "choice")
    settled = [one for one in [doubt, *(kin(draft, doubt) if same else [])] if one.decided is None]
    for one in settled:
        chosen = one.candidates[candidate]
        _apply(draft, one, chosen["value"], keeps=chosen["label"] == keep_label(one))
        one.decided = chosen["label"]
    _record_decision(draft, doubt, settled, doubt.candidates[candidate]["label"], actor)
    return len(settled)


def keep_label(doubt: ImportDoubt) -> str | None:
    """The label of the candidate that leaves the field as it is."""
    if doubt.about == Field.DOC_NUMBER:
        return None
    return next((way["label"] for way in doubt.candidates if way["value"] is None), None)


def decide_otherwise(draft: ImportDraft, doubt: ImportDoubt, words: str, actor: Actor, *, same: bool = False) -> int:
    """Settle a doubt by what the clerk wrote (另填), and with ``same`` the others of its code too. Raises Invalid."""
    touch(draft)
    if not words.strip():
        raise Invalid("选了“另填”，请把内容写上。", "own")
    settled = [one for one in [doubt, *(kin(draft, doubt) if same else [])] if one.decided is None]
    for one in settled:
        _apply(draft, one, _own_value(draft, one, words.strip()))
        one.decided = words.strip()
    _record_decision(draft, doubt, settled, words.strip(), actor)
    return len(settled)


def reopen_doubt(draft: ImportDraft, doubt: ImportDoubt, actor: Actor) -> ImportDoubt:
    """Ask a settled doubt again; the field keeps its value until it is settled anew."""
    touch(draft)
    doubt.decided = None
    db.session.flush()
    return doubt


def _record_decision(
    draft: ImportDraft, doubt: ImportDoubt, settled: Sequence[ImportDoubt], how: str, actor: Actor
) -> None:
    label = doubt.row.label if doubt.row else draft.source_document.filename
    after = {"code": doubt.code, "words": doubt.words, "decided": how, "rows": len(settled)}
    record(actor, "import.decide", "import_draft", draft.id, label, after=after)
    db.session.flush()


def _own_value(draft: ImportDraft, doubt: ImportDoubt, words: str) -> Any:
    """What was typed as the value the field takes."""
    match Field(doubt.about):
        case Field.LEADS | Field.PARTNERS:
            return {str(doubt.about): split_names(words)}
        case Field.LIMIT:
            limit, found = read_limit(words, draft.first_year)
            if limit.kind is LimitKind.NONE and found:
                raise Invalid(f"看不懂“{words}”。请写成“2021年12月31日”“2021年底”“每季度”或“持续推进”。", "own")
            return {key: value for key, value in dump(limit).items() if key != "raw"}
        case Field.ISSUE_DATE:
            return written_day(words).isoformat()
        case Field.YEAR if not (words.isascii() and words.isdigit() and FIRST_YEAR <= int(words[:5]) <= LAST_YEAR):
            raise Invalid(f"看不出“{words[:20]}”是哪一年。请填四位年份，例如 2021。", "own")
    return words


def written_day(words: str) -> date:
    """A day as typed: 2021-06-29, 2021年6月29日, 2021629. Raises Invalid."""
    text = plain(words)
    found = [point.on for point in points(text, None)] or run_together(text)
    if len(found) != 1 or not FIRST_YEAR <= found[0].year <= LAST_YEAR:
        raise Invalid(f"看不出“{words}”是哪一天。请写成“2021年6月29日”。", "own")
    return found[0]


def _apply(draft: ImportDraft, doubt: ImportDoubt, value: Any, keeps: bool = False) -> None:
    if keeps:
        return
    if doubt.row is not None:
        _apply_to_row(doubt.row, Field(doubt.about), value)
    elif doubt.about == Field.ISSUE_DATE:
        draft.issued_on = date.fromisoformat(value)
    elif doubt.about in {Field.TITLE, Field.DOC_NUMBER, Field.ISSUER}:
        setattr(draft, doubt.about, value)
    elif doubt.about == Field.YEAR:
        draft.first_year = draft.last_year = int(value)


def _apply_to_row(row: ImportRow, about: Field, value: Any) -> None:
    if isinstance(value, Mapping) and about in (Field.LEADS, Field.PARTNERS):
        leads = value.get("leads", [unit["name"] for unit in row.leads])
        partners = value.get("partners", [unit["name"] for unit in row.partners])
        set_units(row, leads, [name for name in partners if name not in leads])
    elif about is Field.LIMIT:
        row.limit = dump(load(TimeLimit, {**row.limit, **value}))
    elif about is Field.TEXT:
        row.text = value
    elif about is Field.NO:
        row.no = value[:20]
