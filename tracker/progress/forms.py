"""What the pages of reporting send, as plain values."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.errors import Invalid
from tracker.obligations.rules import Kind
from tracker.progress.actions import Writing


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
        seen_version=_number(form.get("seen_version", "")),
    )


def ids(values: list[str]) -> list[int]:
    """Numbers out of ticks and hidden fields; what is none is left out."""
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]


def _text(form: Mapping[str, str], name: str) -> str:
    return form.get(name, "").replace("\r\n", "\n").replace("\x00", "")


def _percent(written: str) -> int | None:
    written = written.strip().rstrip("%％").strip()
    if not written:
        return None
    if not written.isdecimal() or int(written[:4]) > 100:
        raise Invalid("请填 0 到 100 的数。", "percent")
    return int(written)


def _mark(written: str) -> Kind | None:
    if not written:
        return None
    if written not in (Kind.START, Kind.COMPLETION):
        raise Invalid("这里只能报启动或完成。", "milestone")
    return Kind(written)


def _number(written: str) -> int | None:
    return next(iter(ids([written])), None)
