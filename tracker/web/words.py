"""Days and moments as an office writes them."""

from __future__ import annotations

from datetime import date, datetime

WEEKDAYS = "一二三四五六日"


def weekday(day: date) -> str:
    """周一 … 周日."""
    return f"周{WEEKDAYS[day.weekday()]}"


def day_words(day: date) -> str:
    """2021-10-26（周二）."""
    return f"{day.isoformat()}（{weekday(day)}）"


def month_day(day: date) -> str:
    """10月25日（周一）."""
    return f"{day.month}月{day.day}日（{weekday(day)}）"


def moment_words(moment: datetime) -> str:
    """2021-10-26 17:20."""
    return f"{moment:%Y-%m-%d %H:%M}"
