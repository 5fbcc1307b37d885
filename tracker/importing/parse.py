"""A file to the JSON of ``tracker parse``: read, extract, print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from tracker.errors import Invalid, UnreadableFile
from tracker.importing.blocks import Document
from tracker.importing.extract.columns import can_be_mapped
from tracker.importing.extract.drafts import (
    ColumnMap,
    Draft,
    DutyDraft,
    IndicatorDraft,
    PartDraft,
    Span,
    TaskDraft,
    UnitName,
)
from tracker.importing.extract.flattened import rebuild
from tracker.importing.extract.plan import extract
from tracker.importing.plain import dump, load
from tracker.importing.readers import read, read_text
from tracker.importing.reconcile import Difference, Item, reconcile
from tracker.importing.steps import READ, tell
from tracker.tasks.limits import TimeLimit

Part = int | Literal["all"] | None


@dataclass(frozen=True)
class Reading:
    """A file that was read: its blocks, as shown beside the draft, and the draft."""

    document: Document
    draft: Draft

    def to_json(self) -> dict[str, Any]:
        """Plain values, for storing."""
        return dump(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Reading:
        """What ``to_json`` gave."""
        return load(cls, data)


def read_plan(content: bytes, filename: str) -> Reading:
    """A file as a draft. Raises UnreadableFile when it cannot be read or nothing in it is a task."""
    return _with_tasks(_reading(read(content, filename)))


def read_for_review(content: bytes, filename: str, maps: Sequence[ColumnMap] = ()) -> Reading:
    """A file as a draft for a clerk: one whose tables have no known heads is kept, with a part without tasks, so that
    the clerk can say what its columns hold. ``maps``: what was said before. Raises UnreadableFile."""
    reading = _reading(read(content, filename), maps)
    blocks = can_be_mapped(reading.document)
    if reading.draft.parts or not blocks:
        return _with_tasks(reading)
    title = reading.draft.header.title or reading.document.blocks[blocks[0]].where
    empty = PartDraft(1, title, "table", [])
    return replace(reading, draft=replace(reading.draft, parts=[empty], chosen=1))


def read_pasted(text: str) -> Reading:
    """Pasted text as a draft. Raises UnreadableFile when nothing in it is a task."""
    return _with_tasks(_reading(read_text(text, "pasted")))


def _reading(document: Document, maps: Sequence[ColumnMap] = ()) -> Reading:
    tell(READ)
    document = rebuild(document)
    return Reading(document, extract(document, maps))


def _with_tasks(reading: Reading) -> Reading:
    if not reading.draft.parts:
        raise UnreadableFile(
            "没有读到任务：既没有带“牵头单位”“责任单位”等表头的任务表，也没有写明责任单位的条目。"
            "请检查是不是选错了文件；任务表若是图片或附件，请上传附件本身。"
        )
    return reading


def parse(content: bytes, filename: str, part: Part = None) -> dict[str, Any]:
    """The JSON object that ``tracker parse`` prints. ``part``: a number of ``parts``, ``"all"``, or None for the part
    taken for the plan. Raises UnreadableFile; Invalid for a part that is not there."""
    return as_printed(read_plan(content, filename).draft, part)


def as_printed(draft: Draft, part: Part = None) -> dict[str, Any]:
    """A draft in the printed schema."""
    header, parts = draft.header, _chosen(draft, part)
    title = header.title if part in (None, "all", draft.chosen) else parts[0].title
    return {
        "title": title,
        "doc_number": header.doc_number,
        "issuer": header.issuer,
        "issue_date": header.issued_on.isoformat() if header.issued_on else None,
        "year": header.year,
        "parts": [{"n": p.n, "title": p.title, "tasks": len(p.tasks)} for p in draft.parts],
        "notes": [
            *header.notes,
            *map(str, header.doubts),
            *(note for p in parts for note in [*p.notes, *map(str, p.doubts)]),
        ],
        "tasks": [_task(task, p) for p in parts for task in p.tasks],
        "indicators": _once(_indicator(indicator) for p in parts for indicator in p.indicators),
        "duties": _once(_duty(duty) for p in parts for duty in p.duties),
    }


def _chosen(draft: Draft, part: Part) -> list[PartDraft]:
    if part == "all":
        return draft.parts
    found = draft.part(draft.chosen if part is None else part)
    if found is None:
        raise Invalid(f"没有第 {part} 部分，这个文件有 {len(draft.parts)} 个部分。", "part")
    return [found]


def compare(content: bytes, filename: str) -> dict[str, Any]:
    """The JSON object that ``tracker compare`` prints: the document's prose parts against its table parts.

    Raises UnreadableFile; Invalid when the document has only one of the two.
    """
    parts = read_plan(content, filename).draft.parts
    tasks = [(part, task) for part in parts for task in part.tasks]
    duties, rows = (
        [_item(key, task) for key, (part, task) in enumerate(tasks) if part.layout == layout]
        for layout in ("prose", "table")
    )
    if not duties or not rows:
        raise Invalid("这个文件只有正文或者只有任务表，没有可以对照的另一种写法。请换一份两样都有的文件。", "file")
    found = reconcile(duties, rows)
    return {
        "duties": len(duties),
        "rows": len(rows),
        "only_in_text": found.only_in_text,
        "only_in_table": found.only_in_table,
        "pairs": [
            {"duty": _at(tasks, pair.duty), "row": _at(tasks, pair.row), "similarity": pair.similarity}
            for pair in found.pairs
        ],
        "differences": [_difference(tasks, one) for one in found.differences],
    }


def _item(key: int, task: TaskDraft) -> Item:
    return Item(key, task.text, tuple(unit.name for unit in (*task.leads, *task.partners)))


def _at(tasks: list[tuple[PartDraft, TaskDraft]], item: Item) -> dict[str, Any]:
    part, task = tasks[item.key]
    return {"part": part.n, "no": task.no, "text": task.text, "source": _source(task.source)}


def _difference(tasks: list[tuple[PartDraft, TaskDraft]], one: Difference) -> dict[str, Any]:
    nearest = {**_at(tasks, one.nearest[0]), "similarity": one.nearest[1]} if one.nearest else None
    item, units = _at(tasks, one.item), {"units": list(one.units), "nowhere": list(one.nowhere)}
    return {"kind": str(one.kind), **item, **units, "nearest": nearest}


def _task(task: TaskDraft, part: PartDraft) -> dict[str, Any]:
    return {
        "part": part.n,
        "no": task.no,
        "section": task.section,
        "text": task.text,
        "leads": _units(task.leads),
        "partners": _units(task.partners),
        "deadline": deadline(task.limit),
        "source": _source(task.source),
        "confidence": task.confidence,
        "doubts": [str(doubt) for doubt in task.doubts],
    }


def _units(units: list[UnitName]) -> list[dict[str, str]]:
    return [{"name": unit.name, "raw": unit.raw} for unit in units]


def deadline(limit: TimeLimit) -> dict[str, Any]:
    """A time limit in the printed schema."""
    return {
        "kind": str(limit.kind),
        "due": limit.due_on.isoformat() if limit.due_on else None,
        "start": limit.start_on.isoformat() if limit.start_on else None,
        "every": str(limit.every) if limit.every else None,
        "times": limit.times,
        "continues": limit.continues,
        "raw": limit.raw,
    }


def _indicator(indicator: IndicatorDraft) -> dict[str, Any]:
    return {**dump(indicator), "source": _source(indicator.source)}


def _duty(duty: DutyDraft) -> dict[str, Any]:
    return {**dump(duty), "source": _source(duty.source)}


def _once(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Parts share what stands around them: said once."""
    unlike: list[dict[str, Any]] = []
    for one in found:
        if one not in unlike:
            unlike.append(one)
    return unlike


def _source(span: Span) -> dict[str, Any]:
    printed = {"block": span.block, "start": span.start, "end": span.end, "where": span.where}
    return printed if span.row is None else {**printed, "row": span.row, "column": span.column}
