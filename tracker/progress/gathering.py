"""The lead's desk of one item (汇总): the partners' reports of the period, who is late, and what was taken over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.desks import Desk
from tracker.obligations.models import Obligation
from tracker.progress.beside import Beside, beside
from tracker.progress.merging import passages_of, taken
from tracker.progress.models import Passage, Report, ReportVersion
from tracker.progress.partners import Line, fold
from tracker.progress.passages import Box, Fate, fates
from tracker.progress.rules import ReportState
from tracker.progress.urging import last_urged
from tracker.tasks.roles import Role

Kept = tuple[Box, int, Fate]
"""The box of a passage, the version it comes from, and what became of it."""


@dataclass(frozen=True)
class Partner:
    """One other unit of the item. ``urged_on``: the last time by hand; ``fates``: what became of its words here."""

    beside: Beside
    urged_on: date | None
    fates: tuple[Kept, ...]

    @property
    def id(self) -> int:
        """Of what it owes."""
        return self.beside.obligation.id

    @property
    def unit(self) -> str:
        return self.beside.unit

    @property
    def group(self) -> str:
        return self.beside.group

    @property
    def is_received(self) -> bool:
        return self.beside.is_received

    @property
    def state(self) -> ReportState | None:
        return self.beside.state

    @property
    def desk(self) -> Desk | None:
        return self.beside.desk

    @property
    def signed(self) -> ReportVersion | None:
        """What may be taken over: the latest version that its head signed and nobody returned."""
        versions = reversed(self.beside.report.versions) if self.beside.report else ()
        return next((one for one in versions if one.signed_at and not one.returned_at), None)

    @property
    def may_take(self) -> bool:
        """There are words of the signed version that were not taken over yet, or are gone again."""
        version = self.signed
        if version is None:
            return False
        boxes = {box for box in Box if getattr(version, box.value).strip()}
        return bool(
            boxes - {box for box, number, fate in self.fates if number >= version.number and fate is not Fate.GONE}
        )

    @property
    def replaces(self) -> bool:
        """A newer version would take the place of what was taken over, which nobody changed."""
        return bool(self.fates) and all(fate is Fate.WHOLE for _, _, fate in self.fates)


@dataclass(frozen=True)
class Gathering:
    """The desk of one item."""

    leads: list[Partner]
    """Joint leads: each has a desk of its own, and their words are theirs."""
    partners: list[Partner]

    @property
    def lines(self) -> list[Line[Partner]]:
        return fold(self.partners)

    @property
    def missing(self) -> list[Partner]:
        return [one for one in self.partners if not one.is_received]

    @property
    def to_take(self) -> list[ReportVersion]:
        return [one.signed for one in self.partners if one.may_take and one.signed]

    @property
    def received(self) -> int:
        return len(self.partners) - len(self.missing)


def gathering(obligation: Obligation, report: Report | None) -> Gathering:
    """The desk of the lead that owes ``obligation``; ``report``: its own."""
    around, passages = beside(obligation), passages_of(report)
    urged = last_urged([one.obligation.id for one in around])
    kept = _fates(report, passages) if report else []
    found = [
        Partner(one, urged.get(one.obligation.id), tuple(fate for author, fate in kept if author == one.unit))
        for one in around
    ]
    return Gathering(
        leads=[one for one in found if one.beside.role is Role.LEAD],
        partners=[one for one in found if one.beside.role is Role.PARTNER],
    )


def _fates(report: Report, passages: Sequence[Passage]) -> list[tuple[str, Kept]]:
    """(author, what became of its passage) in the lead's draft as it stands."""
    return [
        (one.author, (box, one.number, fate))
        for box in Box
        for one, fate in fates(getattr(report, box.value), taken(passages, box))
    ]
