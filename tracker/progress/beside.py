"""The other units' reports of the same task and period, as the lead's desk and the verifier's page show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.desks import Desk
from tracker.extensions import db
from tracker.obligations.models import Obligation
from tracker.progress.models import Evidence, Report, ReportVersion
from tracker.progress.queries import last_version, reports_of
from tracker.progress.rules import RECEIVED, ReportState, desk
from tracker.tasks.roles import Role
from tracker.units.models import Unit


@dataclass(frozen=True)
class Beside:
    """What another unit owes for the task, and the last that it sent: a draft's text is its writer's."""

    obligation: Obligation
    report: Report | None

    @property
    def unit(self) -> str:
        return self.obligation.unit.name

    @property
    def group(self) -> str:
        return self.obligation.via_group.name if self.obligation.via_group else ""

    @property
    def role(self) -> Role:
        return self.obligation.role

    @property
    def state(self) -> ReportState | None:
        return self.report.state if self.report else None

    @property
    def is_received(self) -> bool:
        return self.state in RECEIVED

    @property
    def desk(self) -> Desk | None:
        return desk(self.state)

    @property
    def version(self) -> ReportVersion | None:
        """The last that was sent and not taken back."""
        return last_version(self.report) if self.report else None

    @property
    def files(self) -> Sequence[Evidence]:
        """Of what was sent; a draft's are its writer's."""
        sent = self.version.evidence_ids if self.version else []
        return [one for one in self.report.evidence if one.id in sent] if self.report else []

    def late_days(self, today: date) -> int:
        """Calendar days since the due day, while the report is not there."""
        return 0 if self.is_received else max(0, (today - self.obligation.due_on).days)


def beside(obligation: Obligation) -> list[Beside]:
    """What the other units owe for the same task and period, in the order of the register; four statements."""
    query = (
        sa.select(Obligation)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(
            Obligation.task_id == obligation.task_id,
            Obligation.key_on == obligation.key_on,
            Obligation.kind == obligation.kind,
            Obligation.number == obligation.number,
            Obligation.unit_id != obligation.unit_id,
            Obligation.withdrawn_on.is_(None),
        )
        .options(joinedload(Obligation.unit), joinedload(Obligation.via_group))
        .order_by(Unit.sort_key, Obligation.id)
    )
    owed = list(db.session.scalars(query))
    reports = reports_of(one.id for one in owed)
    return [Beside(one, reports.get(one.id)) for one in owed]
