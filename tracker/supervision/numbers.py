"""Numbers of papers, without gaps: taken in the transaction that issues the paper, and given back with it."""

from __future__ import annotations

from tracker.extensions import db, insert
from tracker.supervision.models import IssueNumber


def take_number(office_id: int, series: str, year: int) -> int:
    """The next number of a series of an office in a year, from 1. Whoever else takes one waits for the end of this
    transaction, so take it last."""
    first = insert(IssueNumber).values(office_id=office_id, series=series, year=year, last=1)
    taken = first.on_conflict_do_update(
        index_elements=["office_id", "series", "year"], set_={"last": IssueNumber.last + 1}
    ).returning(IssueNumber.last)
    return int(db.session.execute(taken).scalar_one())
