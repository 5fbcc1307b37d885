"""What comes in from the pages of reminders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from werkzeug.datastructures import MultiDict

from tracker.errors import Invalid
from tracker.reminders.channels import LABELS
from tracker.reminders.models import DeliveryState
from tracker.reminders.queries import Filter
from tracker.reminders.rules import Audience, Rule
from tracker.web.intake import day, numbers

FILTERS = ("channel", "state", "day", "find")
"""What an address of the page of deliveries may say."""
BEFORE, AFTER = "before", "after"
BLANK = {"days": "", "when": AFTER, "reach": Audience.REPORTER.value, "repeat": ""}


def rule_rows(rules: Iterable[Rule]) -> list[dict[str, str]]:
    """The rules as the rows of the form."""
    return [
        {
            "days": str(abs(rule.offset)),
            "when": AFTER if rule.offset > 0 else BEFORE,
            "reach": rule.reach.value,
            "repeat": str(rule.repeat or ""),
        }
        for rule in rules
    ]


def typed_rows(form: MultiDict[str, str]) -> list[dict[str, str]]:
    """The rows as they were typed, those without days left out."""
    columns = [[text.strip() for text in form.getlist(name)] for name in BLANK]
    rows = [dict(zip(BLANK, row, strict=True)) for row in zip(*columns, strict=False)]
    return [row for row in rows if row["days"]]


def read_rules(rows: Iterable[Mapping[str, str]]) -> list[Rule]:
    """The rules that were typed; Invalid when a number is none."""
    return [_rule(row) for row in rows]


def _rule(row: Mapping[str, str]) -> Rule:
    days = _days(row["days"])
    repeat = _days(row["repeat"]) if row["repeat"] else None
    if row["reach"] not in set(Audience):
        raise Invalid("请选告知谁。")
    return Rule(days if row["when"] == AFTER else -days, Audience(row["reach"]), repeat)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Invalid(f"“{text}”不是天数，请填整数。")
    return int(text)


def ids(form: MultiDict[str, str], name: str) -> set[int]:
    """The ticked ids; what can be no id is left out."""
    return set(numbers(form.getlist(name)))


def read_filter(args: MultiDict[str, str]) -> Filter:
    """The conditions in the address; what is unknown counts as none."""
    channel, state = args.get("channel", ""), args.get("state", "")
    return Filter(
        channel if channel in LABELS else "",
        state if state in {*DeliveryState, "unseen"} else "",
        _day(args.get("day", "")),
        args.get("find", "").strip()[:60],
    )


def _day(text: str) -> date | None:
    try:
        return day(text)
    except ValueError:
        return None
