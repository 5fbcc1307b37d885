"""Days as documents write them: 2021年6月底前, 第三季度, 4.30, 二〇二一年六月 … and the last day each names."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_DASHES = dict.fromkeys(map(ord, "—–―－~～"), "-")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE_YEAR = re.compile(r"[〇○零一二三四五六七八九]{4}(?=年)")
_CHINESE_NUMBER = re.compile(
    r"(?<![一二三四五六七八九十])([一二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])(?=[月日季])"
)
_RANGE = re.compile(r"(?<=[\d年月日旬])至(?=\d)")
_WEEKDAY = re.compile(r"\((?:星期|周).\)")


def plain(raw: str) -> str:
    """The words without blanks, in half width, with figures for Chinese numerals before 年, 月, 日 and 季."""
    text = re.sub(r"\s+", "", raw).translate(_FULL_WIDTH).translate(_DASHES)
    text = _CHINESE_YEAR.sub(lambda found: found[0].translate(_DIGITS), text)
    text = _CHINESE_NUMBER.sub(lambda found: str(_number(found[0])), text)
    text = _RANGE.sub("-", text)
    return _WEEKDAY.sub("", text).rstrip("。.;,、")


def _number(words: str) -> int:
    if "十" not in words:
        return int(words.replace("两", "二").translate(_DIGITS))
    tens, _, units = words.partition("十")
    return int(tens.translate(_DIGITS) or 1) * 10 + int(units.translate(_DIGITS) or 0)


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


@dataclass(frozen=True)
class Point:
    """One day named in a text. ``rule`` is the name of the form it was written in."""

    rule: str
    on: date
    start: int
    end: int


def _day(found: re.Match[str], year: int) -> date:
    return date(year, int(found["m"]), int(found["d"]))


def _month(found: re.Match[str], year: int) -> date:
    return last_day(year, int(found["m"]))


def _before_month(found: re.Match[str], year: int) -> date:
    return date(year, int(found["m"]), 1) - timedelta(days=1)


def _ten_days(found: re.Match[str], year: int) -> date:
    month = int(found["m"])
    return {"上": date(year, month, 10), "中": date(year, month, 20), "下": last_day(year, month)}[found["part"]]


def _quarter(found: re.Match[str], year: int) -> date:
    return last_day(year, 3 * int(found["q"]))


def _half(found: re.Match[str], year: int) -> date:
    return date(year, 6, 30) if found["half"] == "上" else date(year, 12, 31)


def _year_end(found: re.Match[str], year: int) -> date:
    return date(year, 12, 31)


_Y = r"(?:(?P<y>(?:19|20)\d\d)年|(?P<next>次年|明年|翌年)|(?:今年|本年|当年))?"
# Tried in this order at every place: the fuller form before the shorter one.
_FORMS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str], int], date]], ...] = (
    ("day_with_stops", re.compile(r"(?P<y>(?:19|20)\d\d)([./-])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?!\d)日?"), _day),
    ("day", re.compile(_Y + r"(?<!\d)(?P<m>\d{1,2})月(?P<d>\d{1,2})日?"), _day),
    ("ten_days", re.compile(_Y + r"(?<!\d)(?P<m>\d{1,2})月份?(?P<part>[上中下])旬"), _ten_days),
    ("before_month", re.compile(_Y + r"(?<!\d)(?P<m>\d{1,2})月份?(?:以前|之前|前)"), _before_month),
    ("month", re.compile(_Y + r"(?<!\d)(?P<m>\d{1,2})月份?(?:底|末|内)?"), _month),
    ("month_with_stop", re.compile(r"(?P<y>(?:19|20)\d\d)[./](?P<m>0?[1-9]|1[0-2])(?!\d)"), _month),
    ("quarter", re.compile(_Y + r"第?(?P<q>[1-4])季度"), _quarter),
    ("half_year", re.compile(_Y + r"(?P<half>[上下])半年"), _half),
    (
        "year_end",
        re.compile(r"(?:(?P<y>(?:19|20)\d\d)年?|(?P<next>次年|明年))?年?(?:年底|年末|年内|年终|底|末)"),
        _year_end,
    ),
    ("before_year_end", re.compile(r"(?P<y>(?:19|20)\d\d)年(?:以前|之前|前)"), _year_end),
)


def points(text: str, year: int | None) -> Iterator[Point]:
    """Every day named in ``text`` (already ``plain``), in order. A year that is not written is the one before it
    in the text, else ``year``; without either, and for days that do not exist, nothing is given."""
    place, current = 0, year
    while place < len(text):
        point, current = _point_at(text, place, current)
        if point:
            yield point
        place = point.end if point else place + 1


def _point_at(text: str, place: int, year: int | None) -> tuple[Point | None, int | None]:
    for rule, pattern, meaning in _FORMS:
        found = pattern.match(text, place)
        if not found or found.end() == place:
            continue
        written = found.groupdict()
        if written.get("y"):
            year = int(written["y"])
        if year is None:
            continue
        try:
            on = meaning(found, year + 1 if written.get("next") else year)
        except ValueError:
            continue
        return Point(rule, on, found.start(), found.end()), year
    return None, year


def run_together(digits: str) -> list[date]:
    """The days that 2021629 can mean when 年, 月 and 日 were lost; several when it is ambiguous (2021111)."""
    if not re.fullmatch(r"(?:19|20)\d{4,6}", digits):
        return []
    year, rest = int(digits[:4]), digits[4:]
    days = []
    for cut in range(1, len(rest)):
        month, day = rest[:cut], rest[cut:]
        if len(month) > 2 or len(day) > 2 or (len(rest) < 4 and "0" in (month[0], day[0])):
            continue
        try:
            days.append(date(year, int(month), int(day)))
        except ValueError:
            continue
    return days
