"""What stands in the address of the ledger: filter, order, day, page, columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from tracker.errors import Invalid
from tracker.ledger.rules import PeriodState
from tracker.tasks.axes import Colour
from tracker.tasks.limits import LimitKind
from tracker.web.intake import number

Choice = TypeVar("Choice", bound=StrEnum)


class Order(StrEnum):
    """How the rows are sorted: as in the document, or the worst lamp first."""

    NUMBER = "number"
    WORST = "worst"


class Extra(StrEnum):
    """Columns of papers.md that the list shows only when they are chosen under 列."""

    SOURCE = "source"
    LEADER = "leader"
    CONTACT = "contact"
    PROBLEMS = "problems"
    NEXT_STEPS = "next_steps"

    @property
    def label(self) -> str:
        names = ("任务来源", "牵头领导", "责任人及电话", "存在问题", "下一步措施")
        return dict(zip(Extra, names, strict=True))[self]


@dataclass(frozen=True)
class Filter:
    """What of the ledger is asked for. ``tasks``: only these ids (导出所选); empty: all."""

    as_of: date
    lamp: Colour | None = None
    lead: int | None = None
    partner: int | None = None
    limit: LimitKind | None = None
    period: PeriodState | None = None
    q: str = ""
    order: Order = Order.NUMBER
    tasks: tuple[int, ...] = ()

    def arguments(self, today: date) -> dict[str, Any]:
        """The filter as arguments of an address; what is as usual is left out."""
        found = {field.name: getattr(self, field.name) for field in fields(self) if getattr(self, field.name)}
        found["task"] = found.pop("tasks", None)
        found["as_of"] = None if self.as_of == today else self.as_of.isoformat()
        found["order"] = None if self.order is Order.NUMBER else self.order
        return {name: value for name, value in found.items() if value is not None}

    @property
    def asks_standing(self) -> bool:
        """Whether rows or their order depend on where the tasks stand."""
        return any((self.lamp, self.limit, self.period, self.order is Order.WORST))

    @property
    def is_narrowed(self) -> bool:
        """Whether it leaves out any task."""
        return any((self.lamp, self.lead, self.partner, self.limit, self.period, self.q, self.tasks))


def read_filter(arguments: MultiDict[str, str], today: date, first_on: date) -> Filter:
    """The filter of an address. What it does not know asks for everything; Invalid for a day that cannot be asked."""
    return Filter(
        as_of=_day(arguments.get("as_of", ""), today, first_on),
        lamp=_choice(Colour, arguments.get("lamp")),
        lead=arguments.get("lead", type=number),
        partner=arguments.get("partner", type=number),
        limit=_choice(LimitKind, arguments.get("limit")),
        period=_choice(PeriodState, arguments.get("period")),
        q=arguments.get("q", "").strip()[:100],
        order=_choice(Order, arguments.get("order")) or Order.NUMBER,
        tasks=tuple(arguments.getlist("task", type=number)),
    )


def read_columns(arguments: MultiDict[str, str]) -> list[Extra]:
    """The further columns that are chosen, in their order."""
    chosen = set(arguments.getlist("column"))
    return [column for column in Extra if column in chosen]


def _choice(of: type[Choice], written: str | None) -> Choice | None:
    return next(_matching(of, written), None)


def _matching(of: type[Choice], written: str | None) -> Iterator[Choice]:
    return (member for member in of if member.value == written)


def _day(written: str, today: date, first_on: date) -> date:
    if not written:
        return today
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise Invalid("截至日期要写成 2021-10-26 的样子。", "as_of") from error
    if not first_on <= day <= today:
        raise Invalid(f"截至日期请选 {first_on} 到 {today} 之间的一天。", "as_of")
    return day
