"""A bulletin over 5,000 tasks × 60 units and one period: its draft from the ledger, and its paper."""

from __future__ import annotations

from datetime import date
from time import process_time

from bench.figure import Figure
from bench.worlds import application, large_plan, office_actor
from tracker import clock
from tracker.extensions import commit
from tracker.obligations.queries import periods
from tracker.supervision.bulletin_rules import content_of
from tracker.supervision.bulletins import draft_bulletin
from tracker.supervision.paper import bulletin_docx
from tracker.supervision.proposing import propose_slips

DAY = date(2021, 7, 28)


def measure() -> list[Figure]:
    with application():
        plan = large_plan()
        clock.fix_day(DAY)
        begun = process_time()
        bulletin = draft_bulletin(plan, periods(plan.id)[0], DAY, office_actor())
        commit()
        drafted = process_time() - begun
        begun = process_time()
        head = (bulletin.office.name, bulletin.title, bulletin.addressees, bulletin.copies)
        bulletin_docx(bulletin, content_of(*head, bulletin.texts, bulletin.facts))
        printed = process_time() - begun
        begun = process_time()
        propose_slips(plan, DAY, None)
        commit()
        return [
            Figure("bulletin over 5,000 tasks × 60 units", drafted, None, 10),
            Figure("its .docx", printed, None, 10),
            Figure("proposing slips for 5,000 tasks", process_time() - begun, None, 30),
        ]
