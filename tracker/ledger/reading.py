"""What of a task's figures a viewer may read: list, task page, paper and export all ask here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from tracker.permissions import Actor, Subject, decide

NO_NEWS = "本期无新进展"


class WithFigures(Protocol):
    """A computed or a stored standing, as far as it holds words."""

    @property
    def figures(self) -> list[Any]: ...
    @property
    def percent(self) -> int | None: ...


@dataclass(frozen=True)
class Said:
    """The leads' words as this viewer reads them; joint leads side by side with their names.

    ``percent`` None: not said, or not all of it may be read. ``is_news``: more than 本期无新进展. ``is_missing``:
    reports past their due day stand in place of words.
    """

    progress: str = ""
    problems: str = ""
    next_steps: str = ""
    percent: int | None = None
    is_news: bool = False
    is_missing: bool = False
    is_hidden: bool = False


def readable(figures: Sequence[dict[str, Any]], actor: Actor, subject: Subject) -> list[dict[str, Any]]:
    """The figures of the leads whose reports the viewer may read."""
    return [one for one in figures if decide(actor, "report.read", replace(subject, unit_id=one["unit_id"])).allowed]


def said(standing: WithFigures, actor: Actor, subject: Subject) -> Said:
    """What the viewer reads in the row of a task."""
    figures = readable(standing.figures, actor, subject)
    if not figures:
        return Said(is_hidden=bool(standing.figures))
    are_all = len(figures) == len(standing.figures)
    return Said(
        progress=_beside([(one["unit"], _progress(one)) for one in figures]),
        problems=_beside([(one["unit"], one["problems"]) for one in figures]),
        next_steps=_beside([(one["unit"], one["next_steps"]) for one in figures]),
        percent=standing.percent if are_all else None,
        is_news=any(one["progress"] and not one["missing"] for one in figures),
        is_missing=all(one["missing"] for one in figures),
        is_hidden=not are_all,
    )


def _progress(figure: dict[str, Any]) -> str:
    if figure["missing"]:
        return str(figure["missing"])
    return NO_NEWS if figure["no_news"] else str(figure["progress"])


def _beside(texts: Sequence[tuple[str, str]]) -> str:
    """One lead's text alone; several with their names, the same words said once."""
    if len(texts) == 1:
        return texts[0][1]
    units: dict[str, list[str]] = {}
    for unit, text in texts:
        if text:
            units.setdefault(text, []).append(unit)
    return "；".join(f"{'、'.join(names)}：{text.rstrip('。')}" for text, names in units.items())
