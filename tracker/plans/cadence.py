"""How often something falls due: reports of a plan (填报频次), occurrences of a recurring duty."""

from __future__ import annotations

from enum import StrEnum

from tracker.errors import Invalid


class Every(StrEnum):
    """The spans in which something falls due; the values of the import schema."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    TWO_YEARS = "two_years"

    @property
    def label(self) -> str:
        return _EVERY_LABELS[self]


_EVERY_LABELS = dict(zip(Every, ("每月", "每季度", "每半年", "每年", "每两年"), strict=True))


def read_every(written: str) -> Every:
    """What a form sent; Invalid for anything else."""
    if written not in set(Every):
        raise Invalid("填报频次没有选。", "every")
    return Every(written)
