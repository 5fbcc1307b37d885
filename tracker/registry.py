"""What the rooms offer, in one place: models, blueprints' navigation, what runs before a commit."""

from __future__ import annotations

import tracker.accounts.models
import tracker.audit.models
import tracker.importing.models
import tracker.jobs.models
import tracker.ledger.models
import tracker.obligations.models
import tracker.plans.models
import tracker.progress.models
import tracker.reminders.models
import tracker.tasks.models
import tracker.units.models  # noqa: F401 - importing a models module registers its tables
from tracker import clock
from tracker.audit.actions import append_pending
from tracker.extensions import before_commit
from tracker.permissions import Actor, Role
from tracker.plans.queries import menu
from tracker.progress.unit_rows import count_for_navigation
from tracker.progress.verify_rows import count_to_verify
from tracker.web import navigation
from tracker.web.navigation import Entry


def fill() -> None:
    """Tell the lower rooms what the upper ones bring. Safe to call again."""
    before_commit[:] = [append_pending]
    navigation.set_plans(menu)
    navigation.ENTRIES[:] = [
        Entry("report", "填报", "progress.unit_page", frozenset({Role.REPORTER}), count=_open_rows),
        Entry("report", "签字", "progress.unit_page", frozenset({Role.HEAD}), count=_open_rows),
        Entry(
            "verify",
            "审核",
            "progress.verify",
            frozenset({Role.OFFICE}),
            count=_to_verify,
        ),
    ]


def _to_verify(actor: Actor, plan_id: int) -> int:
    return count_to_verify(plan_id)


def _open_rows(actor: Actor, plan_id: int) -> int:
    return count_for_navigation(actor, plan_id, clock.today())
