"""What the rooms offer, in one place: models, blueprints' navigation, what runs before a commit."""

from __future__ import annotations

import sqlalchemy as sa

import tracker.accounts.models
import tracker.assessment.models
import tracker.audit.models
import tracker.importing.models
import tracker.indicators.models
import tracker.jobs.models
import tracker.ledger.models
import tracker.obligations.models
import tracker.plans.models
import tracker.progress.models
import tracker.reminders.models
import tracker.supervision.inspection_models
import tracker.supervision.models
import tracker.tasks.models
import tracker.units.models  # noqa: F401 - importing a models module registers its tables
from tracker import clock
from tracker.assessment.kinds import KINDS, FactKind
from tracker.audit.actions import append_pending
from tracker.extensions import before_commit
from tracker.importing.confirming import after_confirm
from tracker.indicators.queries import count_of_plan, has_indicator, plans_measured_by
from tracker.indicators.value_queries import count_waiting
from tracker.ledger.course import reminded, tellers
from tracker.ledger.keeping import kept_lamps, refresh_touched
from tracker.ledger.standing import lamp_facts_on
from tracker.permissions import EVERYONE, READING_ROLES, UNIT_ROLES, Actor, Role, roles_of
from tracker.plans.queries import menu, set_parts
from tracker.progress import inspected, measured, scored
from tracker.progress.lamps import Knower, knower
from tracker.progress.telling import writers
from tracker.progress.unit_rows import count_for_navigation
from tracker.progress.urging import teller
from tracker.progress.verify_rows import count_to_verify
from tracker.reminders.actions import ensure_rules
from tracker.reminders.notes import write_note
from tracker.reminders.queries import last_urged, told_about, unseen
from tracker.supervision.course import told_of_items, told_of_remarks, told_of_slips
from tracker.supervision.rectification_facts import IN_TIME, LATE, SENT_BACK, UNDONE, rectification_facts
from tracker.supervision.verified import keep, offered_to, resting_on
from tracker.tasks.queries import plans_given_to
from tracker.web import navigation
from tracker.web.navigation import Entry


def fill() -> None:
    """Tell the lower rooms what the upper ones bring. Safe to call again."""
    before_commit[:] = [refresh_touched, append_pending]
    navigation.set_plans(menu)
    set_parts(plans_given_to, plans_measured_by)
    navigation.ENTRIES[:] = ENTRIES
    after_confirm[:] = [ensure_rules]
    reminded[:] = [told_about]
    teller[:] = [last_urged]
    knower[:] = [Knower(lamps=kept_lamps, facts=lamp_facts_on)]
    measured.knower[:] = [has_indicator]
    inspected.knower[:] = [inspected.Knower(offered_to, keep, resting_on)]
    writers[:] = [write_note]
    KINDS.update(KINDS_OF_ROOMS)
    tellers[:] = [told_of_slips, told_of_items, told_of_remarks]


def _to_verify(actor: Actor, plan_id: int) -> sa.ScalarSelect[int]:
    return count_to_verify(plan_id)


def _open_rows(actor: Actor, plan_id: int) -> int:
    return count_for_navigation(actor, plan_id, clock.today())


KINDS_OF_ROOMS = {
    scored.GRANTED: FactKind("准予延期", scored.extension_facts, "天"),
    scored.ASKED_LATE: FactKind("逾期才申请延期", scored.extension_facts, "天"),
    IN_TIME: FactKind("按期整改", rectification_facts),
    LATE: FactKind("逾期整改", rectification_facts, "天"),
    UNDONE: FactKind("到期未整改", rectification_facts),
    SENT_BACK: FactKind("整改被退回", rectification_facts),
}
OFFICE = frozenset({Role.OFFICE})
ENTRIES = [
    Entry("home", "首页", "dashboard.plan_home", UNIT_ROLES | OFFICE),
    Entry("home", "总览", "dashboard.plan_home", frozenset({Role.LEADER})),
    Entry("ledger", "台账", "ledger.listing", READING_ROLES),
    Entry("report", "填报", "progress.unit_page", frozenset({Role.REPORTER}), count=_open_rows),
    Entry("report", "签字", "progress.unit_page", frozenset({Role.HEAD}), count=_open_rows),
    Entry("verify", "审核", "progress.verify", OFFICE, count=_to_verify),
    Entry("reminders", "催办", "reminders.deliveries", OFFICE),
    Entry(
        "indicators",
        "指标",
        "indicators.listing_page",
        OFFICE | UNIT_ROLES,
        count=count_waiting,
        while_any=count_of_plan,
    ),
    Entry("indicators", "指标", "indicators.listing_page", frozenset({Role.LEADER}), while_any=count_of_plan),
    Entry("slips", "督办", "slips.listing", READING_ROLES),
    Entry("bulletins", "通报", "bulletins.listing", READING_ROLES),
    Entry("assessment", "考核", "assessment.listing", roles_of("assessment.read")),
    Entry("analysis", "分析", "analysis.units_periods", OFFICE | {Role.LEADER}),
    Entry("imports", "导入", "importing.listing", OFFICE, needs_plan=False),
    Entry("units", "单位", "units.listing", roles_of("unit.read") - {Role.LEADER} - UNIT_ROLES, needs_plan=False),
    Entry("people", "人员", "people.listing", roles_of("person.read"), needs_plan=False),
    Entry("posts", "岗位", "people.all_posts", roles_of("post.edit"), needs_plan=False),
    Entry("settings", "设置", "web.settings", roles_of("settings.read"), needs_plan=False),
    Entry("jobs", "定时任务", "jobs.listing", roles_of("settings.read"), needs_plan=False),
    Entry("audit", "审计日志", "audit.listing", roles_of("audit.read"), needs_plan=False),
    Entry("failed_logins", "登录失败", "failed_logins.listing", roles_of("login.read"), needs_plan=False),
    Entry("inbox", "消息", "reminders.inbox", EVERYONE, needs_plan=False, count=unseen),
]
"""The words of the top bar, in the order shown."""
