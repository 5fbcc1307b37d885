"""Which day and which period a home page was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tracker.errors import Invalid, NotFound
from tracker.obligations.models import Period
from tracker.obligations.queries import period_on, periods
from tracker.plans.models import Plan
from tracker.web.intake import day


@dataclass(frozen=True)
class Asked:
    """The day, the period shown on it (None: none has opened yet) and its neighbours that have opened."""

    as_of: date
    today: date
    period: Period | None
    opened: tuple[Period, ...]

    @property
    def is_today(self) -> bool:
        return self.as_of == self.today

    @property
    def earlier(self) -> Period | None:
        return self._beside(-1)

    @property
    def later(self) -> Period | None:
        return self._beside(1)

    def _beside(self, step: int) -> Period | None:
        if self.period is None:
            return None
        place = self.opened.index(self.period) + step
        return self.opened[place] if 0 <= place < len(self.opened) else None


def read(plan: Plan, args: Mapping[str, str], today: date) -> Asked:
    """What the address asks for: ``as_of``, a day up to today, and ``period``, the id of a period opened by then.

    Invalid for a day that is none or still to come; NotFound for a period of another plan or time.
    """
    as_of = _day(args.get("as_of", ""), today)
    opened = tuple(period for period in periods(plan.id) if period.opens_on <= as_of)
    wanted = args.get("period", "")
    if not wanted:
        return Asked(as_of, today, period_on(opened, as_of), opened)
    period = next((one for one in opened if str(one.id) == wanted), None)
    if period is None:
        raise NotFound("没有这个填报期，或者那一天它还没有开始。请从首页重新进入。")
    return Asked(as_of, today, period, opened)


def _day(written: str, today: date) -> date:
    if not written:
        return today
    try:
        as_of = day(written)
    except ValueError as error:
        raise Invalid("“截至”要填日期，如 2021-10-26。", "as_of") from error
    if as_of > today:
        raise Invalid(f"“截至”不能晚于今天（{today.isoformat()}）。", "as_of")
    return as_of
