"""Time limits (完成时限): the words as written and what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from tracker.plans.cadence import Every
from tracker.tasks.written_dates import last_day, plain, points


class LimitKind(StrEnum):
    """What a limit says; the values of the import schema."""

    DATE = "date"
    YEAR = "year"
    CONTINUOUS = "continuous"
    START_THEN_CONTINUOUS = "start_then_continuous"
    RECURRING = "recurring"
    NONE = "none"


@dataclass(frozen=True)
class TimeLimit:
    """A limit: ``raw`` is what was printed, the rest what it means.

    ``due_on``: last day, for DATE and YEAR. ``start_on``: for START_THEN_CONTINUOUS (1 January of its year), and
    the first year of a range. ``every``/``times``: for RECURRING, n times each span. ``continues``: goes on after
    the due day or has no end. ``extended_from``: the last day as printed, once more time was granted (延期): ``due_on``
    is then the day it was extended to.
    """

    kind: LimitKind
    due_on: date | None = None
    start_on: date | None = None
    every: Every | None = None
    times: int | None = None
    continues: bool = False
    raw: str = ""
    extended_from: date | None = None

    @property
    def words(self) -> str:
        """As printed, with the day it was extended to: 2021（延至2022-03-31）."""
        return f"{self.raw[:150]}（延至{self.due_on}）" if self.extended_from else self.raw

    @property
    def printed(self) -> TimeLimit:
        """What it said before any extension."""
        return replace(self, due_on=self.extended_from, extended_from=None) if self.extended_from else self

    def extended_to(self, day: date) -> TimeLimit:
        """The same with a later last day; the first one stays named, however often it is extended."""
        return replace(self, due_on=day, extended_from=self.extended_from or self.due_on)


class LimitDoubt(StrEnum):
    """Why a limit should be looked at: the member's name is the code, its value the sentence a clerk reads."""

    BARE_YEAR = "“年”字可能脱落；没有写月、日，按当年12月31日计。"
    BEFORE_MONTH = "“N月前”没有写“底”，按上月最后一天计，也有单位按当月底计。"
    NO_YEAR = "没有写年份，文件里也没有读到年份，不能算出日期。"
    SEVERAL_DAYS = "写了几个日期，按最后一个计。"
    UNREADABLE = "看不出完成时限的含义，原文照录。"


_NOTHING = re.compile(r"无|/|-+|\\|")
_START = re.compile(
    r"(?P<y>(?:19|20)\d\d)年(?:起|开始|底前)?(?:全面)?(?:组织)?(?:实施|启动|开展|推开)[,、;，]?(?:并|后)?(?:持续|长期|常态|不断)"
)
_EVERY = re.compile(
    r"每(?P<span>两年|2年|半年|年度?|个?季度?|个?月度?)(?:末|底|初)?(?:[^,，、。;；\d]{0,10}?(?P<times>[\d一二两三四五六七八九十]+)[次场])?"
)
_SPANS = {
    "两": Every.TWO_YEARS,
    "2": Every.TWO_YEARS,
    "半": Every.HALF_YEAR,
    "年": Every.YEAR,
    "季": Every.QUARTER,
    "月": Every.MONTH,
}
_TIMES = {word: n for n, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_YEARS = re.compile(r"(?P<first>(?:19|20)\d\d)年?-(?P<last>(?:19|20)\d\d)年?")
_MONTHS = re.compile(r"(?:(?P<y>(?:19|20)\d\d)年)?(?P<first>\d{1,2})(?:月份?)?-(?P<last>\d{1,2})月份?(?![\d底前])")
_YEAR = re.compile(r"(?:到|至|于|在)?(?P<y>(?:19|20)\d\d)(?P<word>年度?)?(?:内?(?:完成|实现|建成))?")
_CONTINUES = re.compile(r"持续|长期|常态|全年|经常性|贯穿|不断|立即整改|长效")
_AT_ONCE = re.compile(r"立行立改|立即(?:办理|执行|落实)?")

Reading = tuple[TimeLimit, list[LimitDoubt]]


def read_limit(raw: str, year: int | None) -> Reading:
    """What a written limit means. ``year`` is the plan's, for words that name none (6月底前).

    The rules are tried in the order of ``RULES``; what none of them reads is kept as kind NONE with a doubt.
    """
    words = plain(raw)
    for rule in RULES:
        reading = rule(words, year)
        if reading:
            limit, doubts = reading
            return replace(limit, raw=raw.strip()), doubts
    unread = LimitDoubt.NO_YEAR if any(points(words, 2000)) else LimitDoubt.UNREADABLE
    return TimeLimit(LimitKind.NONE, raw=raw.strip()), [unread]


def nothing_written(words: str, year: int | None) -> Reading | None:
    """Empty, 无, —: no limit. 立行立改 alone sets no day either."""
    if _NOTHING.fullmatch(words) or _AT_ONCE.fullmatch(words):
        return TimeLimit(LimitKind.NONE), []
    return None


def start_then_continuous(words: str, year: int | None) -> Reading | None:
    """2021年实施,持续推进: begins that year and has no end."""
    found = _START.match(words)
    if not found:
        return None
    return TimeLimit(LimitKind.START_THEN_CONTINUOUS, start_on=date(int(found["y"]), 1, 1), continues=True), []


def recurring(words: str, year: int | None) -> Reading | None:
    """每季度, 每年至少2次: so many times each span, once if unsaid."""
    found = _EVERY.search(words)
    if not found:
        return None
    every = _SPANS[found["span"].lstrip("个")[0]]
    return TimeLimit(LimitKind.RECURRING, every=every, times=_times(found["times"])), []


def _times(words: str | None) -> int:
    if not words:
        return 1
    return int(words) if words.isdecimal() else _TIMES.get(words[-1], 1)


def year_range(words: str, year: int | None) -> Reading | None:
    """2018—2020年: due at the end of the last year, begun with the first."""
    found = _YEARS.fullmatch(words)
    if not found or int(found["last"]) < int(found["first"]):
        return None
    return TimeLimit(LimitKind.YEAR, date(int(found["last"]), 12, 31), date(int(found["first"]), 1, 1)), []


def month_range(words: str, year: int | None) -> Reading | None:
    """4-12月份: due on the last day of the last month."""
    found = _MONTHS.fullmatch(words)
    if not found:
        return None
    of_year = int(found["y"]) if found["y"] else year
    first, last = int(found["first"]), int(found["last"])
    if of_year is None or not 1 <= first <= last <= 12:
        return None
    return TimeLimit(LimitKind.DATE, last_day(of_year, last), date(of_year, first, 1)), []


def within_the_year(words: str, year: int | None) -> Reading | None:
    """年内持续推进: continuous; the end of the year is no due day."""
    if re.fullmatch(
        r"(?:\d{4}年)?年?(?:年内|全年)[,、]?(?:持续|长期|常态化?)?(?:推进|坚持|开展|实施)?", words
    ) and _CONTINUES.search(words):
        return TimeLimit(LimitKind.CONTINUOUS, continues=True), []
    return None


def dated(words: str, year: int | None) -> Reading | None:
    """A month, a quarter, a day, 底 or 前: the last day named. 2024年底前，并长期坚持 goes on after it."""
    named = list(points(words, year))
    if not named:
        return None
    continues = bool(_CONTINUES.search(words))
    # 4月底前出台政策，年内持续推进: the first day is the due day, what follows only says that it goes on.
    before = [p for p in named if not _CONTINUES.match(words, p.end)] if continues else named
    chosen = max(before or named, key=lambda point: point.on)
    doubts = [LimitDoubt.BEFORE_MONTH] if chosen.rule == "before_month" else []
    if len({point.on for point in before}) > 1 and "-" not in words:
        doubts.append(LimitDoubt.SEVERAL_DAYS)
    return TimeLimit(LimitKind.DATE, chosen.on, continues=continues), doubts


def whole_year(words: str, year: int | None) -> Reading | None:
    """2021年, or a bare 2021 whose 年 was lost: due on 31 December."""
    found = _YEAR.fullmatch(words)
    if not found:
        return None
    doubts = [] if found["word"] else [LimitDoubt.BARE_YEAR]
    return TimeLimit(LimitKind.YEAR, date(int(found["y"]), 12, 31)), doubts


def continuous(words: str, year: int | None) -> Reading | None:
    """持续推进, 长期坚持, 常态化, 全年推进: no end."""
    if not _CONTINUES.search(words):
        return None
    return TimeLimit(LimitKind.CONTINUOUS, continues=True), []


RULES: tuple[Callable[[str, int | None], Reading | None], ...] = (
    nothing_written,
    start_then_continuous,
    recurring,
    year_range,
    month_range,
    within_the_year,
    whole_year,
    dated,
    continuous,
)
