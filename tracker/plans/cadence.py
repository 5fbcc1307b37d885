"""How often something falls due: reports of a plan (填报频次), occurrences of a recurring duty."""

from __future__ import annotations

from enum import StrEnum


class Every(StrEnum):
    """The spans in which something falls due; the values of the import schema."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    TWO_YEARS = "two_years"
