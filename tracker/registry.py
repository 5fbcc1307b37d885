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
from tracker.audit.actions import append_pending
from tracker.extensions import before_commit
from tracker.ledger.keeping import refresh_touched
from tracker.permissions import UNIT_ROLES, Role
from tracker.plans.queries import menu
from tracker.web import navigation
from tracker.web.navigation import Entry


def fill() -> None:
    """Tell the lower rooms what the upper ones bring. Safe to call again."""
    before_commit[:] = [refresh_touched, append_pending]
    navigation.set_plans(menu)
    navigation.ENTRIES[:] = [
        Entry("home", "首页", "dashboard.plan_home", UNIT_ROLES | {Role.OFFICE}),
        Entry("home", "总览", "dashboard.plan_home", frozenset({Role.LEADER})),
    ]
