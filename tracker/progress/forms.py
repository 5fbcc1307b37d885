"""What the pages of reporting send, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tracker.errors import Invalid
from tracker.obligations.rules import Kind
from tracker.progress.actions import Writing
from tracker.web.intake import day, numbers


def writing(form: Mapping[str, str]) -> Writing:
    """What stands in the boxes of a row. Invalid for a percent that is no number from 0 to 100."""
    return Writing(
        progress=_text(form, "progress"),
        problems=_text(form, "problems"),
        next_steps=_text(form, "next_steps"),
        percent=_percent(form.get("percent", "")),
        self_state=form.get("self_state", ""),
        no_news=form.get("no_news") == "1",
        milestone=_mark(form.get("milestone", "")),
        held_on=_held_on(form.get("held_on", "")),
        seen_version=_number(form.get("seen_version", "")),
    )


def _text(form: Mapping[str, str], name: str) -> str:
    return form.get(name, "").replace("\r\n", "\n")


def _percent(written: str) -> int | None:
    written = written.strip().rstrip("%％").strip()
    if not written:
        return None
    percent = _number(written)
    if percent is None or percent > 100:
        raise Invalid("请填 0 到 100 的数。", "percent")
    return percent


def _mark(written: str) -> Kind | None:
    if not written:
        return None
    if written not in (Kind.START, Kind.COMPLETION):
        raise Invalid("这里只能报启动或完成。", "milestone")
    return Kind(written)


def _held_on(written: str) -> date | None:
    try:
        return day(written) if written else None
    except ValueError as error:
        raise Invalid("日期要写成 2021-10-26 这样。", "held_on") from error


def _number(written: str) -> int | None:
    return next(iter(numbers([written])), None)
