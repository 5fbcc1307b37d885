"""A reading kept as a draft: the header, the rows of every part, their doubts, indicators and duties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.errors import Refused
from tracker.extensions import db
from tracker.importing.extract.drafts import Field
from tracker.importing.models import DraftState, ImportDoubt, ImportDraft, ImportDuty, ImportIndicator, ImportRow
from tracker.permissions import Actor
from tracker.plans.models import SourceDocument

AS_PRINTED = "照原文"
KEEP = {"label": AS_PRINTED, "value": None, "likely": True}
NUMBER_WAYS = [
    {"label": "本文无文号", "value": "", "likely": False},
    {"label": "以后再补", "value": None, "likely": True},
]


def new_draft(source: SourceDocument, read: Mapping[str, Any], actor: Actor) -> ImportDraft:
    """A draft of the actor's office with all that was read: ``read`` is a Draft as plain values. Raises Refused."""
    draft = _draft(source, read, actor)
    db.session.add(draft)
    db.session.flush()
    _rows(draft, read["parts"])
    _figures(draft, read["parts"])
    for doubt in read["header"]["doubts"]:
        add_doubt(draft, doubt)
    return draft


def _draft(source: SourceDocument, read: Mapping[str, Any], actor: Actor) -> ImportDraft:
    if actor.unit_id is None:
        raise Refused("导入方案要由领导小组办公室来办。")
    header, now = read["header"], clock.now()
    issued_on = date.fromisoformat(header["issued_on"]) if header["issued_on"] else None
    first_year, last_year = years_of(header["title"], header["year"])
    return ImportDraft(
        source_document=source,
        office_id=actor.unit_id,
        state=DraftState.REVIEW,
        parts=[_part(part) for part in read["parts"]],
        part=read["chosen"],
        spans=header["spans"],
        notes=header["notes"],
        title=header["title"][:300],
        short_title=short_title(header["title"], header["year"]),
        doc_number=header["doc_number"],
        issuer=header["issuer"],
        issued_on=issued_on,
        first_year=first_year,
        last_year=last_year,
        columns=read["columns"],
        unit_choices={},
        created_at=now,
        saved_at=now,
        created_by_id=actor.person_id,
    )


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    blocks = [task["source"]["block"] for task in part["tasks"]]
    return {
        "n": part["n"],
        "title": part["title"],
        "tasks": len(part["tasks"]),
        "indicators": len(part["indicators"]),
        "duties": len(part["duties"]),
        "notes": part["notes"],
        "first": min(blocks, default=0),
        "last": max(blocks, default=0),
    }


def short_title(title: str, year: int | None) -> str:
    """A title short enough for the top bar: without 关于印发…的通知 and 清单, with the year."""
    short = title.removeprefix("关于印发").removesuffix("的通知")
    for ending in ("重点任务清单", "任务清单", "工作方案", "实施方案", "行动方案", "清单", "方案"):
        if short.endswith(ending) and len(short) > len(ending) + 4:
            short = short.removesuffix(ending)
            break
    named = f" {year}年度" if year and str(year) not in short else ""
    return short[: 30 - len(named)] + named


def years_of(title: str, year: int | None) -> tuple[int | None, int | None]:
    """First and last year of a plan: （2016—2030年） of its title, else ``year`` twice."""
    found = _YEARS.search(title)
    return (int(found[1]), int(found[2])) if found and found[1] <= found[2] else (year, year)


_YEARS = re.compile(r"((?:19|20)\d\d)年?\s*[-—－–~～至到]+\s*((?:19|20)\d\d)\s*年?")


def _rows(draft: ImportDraft, parts: list[dict[str, Any]]) -> None:
    """The tasks of every part with their doubts, in two statements however many they are."""
    tasks = [(part["n"], position, task) for part in parts for position, task in enumerate(part["tasks"], start=1)]
    if tasks:
        db.session.execute(sa.insert(ImportRow), [_row(draft, *one) for one in tasks])
    query = sa.select(ImportRow.part, ImportRow.position, ImportRow.id).where(ImportRow.draft_id == draft.id)
    ids = {(row.part, row.position): row.id for row in db.session.execute(query)}
    found = [_doubt(draft, doubt, part["n"]) for part in parts for doubt in part["doubts"]]
    for part, position, task in tasks:
        found += [_doubt(draft, doubt, part, ids[part, position]) for doubt in task["doubts"]]
    if found:
        db.session.execute(sa.insert(ImportDoubt), found)


def _figures(draft: ImportDraft, parts: list[dict[str, Any]]) -> None:
    """The indicators and the recurring duties of every part."""
    for model, key in ((ImportIndicator, "indicators"), (ImportDuty, "duties")):
        read = [
            {"draft_id": draft.id, "part": part["n"], "position": position, **one}
            for part in parts
            for position, one in enumerate(part[key], start=1)
        ]
        if read:
            db.session.execute(sa.insert(model), read)


def _row(draft: ImportDraft, part: int, position: int, task: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: task[name] for name in ("section", "text", "leads", "partners", "limit", "source", "spans")}
    no = (task["no"] or "")[:20] or None
    return {"draft_id": draft.id, "part": part, "position": position, "no": no, "version": 1, **values}


def _doubt(
    draft: ImportDraft, doubt: Mapping[str, Any], part: int | None = None, row_id: int | None = None
) -> dict[str, Any]:
    """The columns of a doubt; one without a way to settle it can at least be left as printed."""
    ways = NUMBER_WAYS if doubt["about"] == Field.DOC_NUMBER else doubt["candidates"]
    values = {name: doubt[name] for name in ("code", "about", "words", "why", "span")}
    return {"draft_id": draft.id, "part": part, "row_id": row_id, "candidates": list(ways or [KEEP]), **values}


def add_doubt(
    draft: ImportDraft, doubt: Mapping[str, Any], part: int | None = None, row_id: int | None = None
) -> ImportDoubt:
    """Ask one more thing about the document (neither part nor row), a part or a row."""
    asked = ImportDoubt(**_doubt(draft, doubt, part, row_id))
    db.session.add(asked)
    return asked
