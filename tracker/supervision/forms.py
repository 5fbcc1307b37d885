"""What comes in from the pages of supervision."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from tracker.errors import Invalid
from tracker.supervision.rules import AnswerDays, Ladder, Pace, SlipColour, SlipState
from tracker.supervision.setting import Setting
from tracker.supervision.slip_queries import Filter
from tracker.supervision.slips import Writing
from tracker.tasks.axes import Colour
from tracker.web.intake import number

FILTERS = ("state", "colour", "unit", "late", "q")
"""What an address of the list of slips may say."""
LONGEST_FIND = 60
Choice = TypeVar("Choice", bound=StrEnum)


def chosen(of: type[Choice], text: str) -> Choice | None:
    """The value of an enumeration, None for what is none."""
    return next((one for one in of if one.value == text), None)


def read_filter(args: MultiDict[str, str]) -> Filter:
    """The conditions in the address; what is unknown counts as none."""
    return Filter(
        state=chosen(SlipState, args.get("state", "")),
        colour=chosen(SlipColour, args.get("colour", "")),
        unit=args.get("unit", type=number),
        overdue=args.get("late") == "1",
        words=args.get("q", "").strip()[:LONGEST_FIND],
    )


def seen_version(form: MultiDict[str, str]) -> int:
    """How the row stood when the form was opened; 0, which none is, when it does not say."""
    return form.get("seen_version", 0, type=number)


def read_writing(form: MultiDict[str, str]) -> Writing:
    """What the office wrote in a slip. Invalid for a colour or a time that is none."""
    colour, pace = chosen(SlipColour, form.get("colour", "")), chosen(Pace, form.get("pace", ""))
    if colour is None or pace is None:
        raise Invalid("请选颜色和答复时限。", "colour")
    basis, content, contact = (form.get(name, "") for name in ("basis", "content", "contact"))
    return Writing(colour, pace, basis, content, contact, seen_version(form))


def read_setting(form: Mapping[str, str]) -> Setting:
    """What was typed into the settings. Invalid for what is no number."""
    starts_at = chosen(Colour, form.get("starts_at", ""))
    if starts_at is None:
        raise Invalid("请选从红灯起还是从黄灯起。", "starts_at")
    days = AnswerDays(*(_days(form, name) for name in ("normal_days", "urgent_days", "ordinary_days")))
    return Setting(form.get("prefix", "").strip(), Ladder(starts_at), days)


def _days(form: Mapping[str, str], name: str) -> int:
    try:
        return number(form.get(name, "").strip())
    except ValueError as error:
        raise Invalid("天数请填整数。", name) from error
