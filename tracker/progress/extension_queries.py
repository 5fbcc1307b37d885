"""Reads of extensions (延期申请), by the viewer's rights."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.accounts.queries import leaders
from tracker.desks import Desk
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.obligations.models import Obligation
from tracker.permissions import UNIT_ROLES, Actor, Role, Subject, decide
from tracker.plans.models import Plan
from tracker.progress.extension_rules import WAITING, ExtensionState, desk_of
from tracker.progress.models import Extension, Report, ReportVersion
from tracker.tasks.models import Task
from tracker.tasks.queries import subject_of, subjects_of, visible_to

MOST = 300
"""Decided ones that the list shows, the newest."""
ACTIONS = {Desk.HEAD: "extension.agree", Desk.OFFICE: "extension.decide", Desk.LEADER: "extension.grant"}
"""The right that each desk needs."""
DESK_OF_ROLE = {Role.HEAD: Desk.HEAD, Role.OFFICE: Desk.OFFICE, Role.LEADER: Desk.LEADER}
_WHOLE = (
    joinedload(Extension.task).joinedload(Task.plan),
    joinedload(Extension.unit),
    joinedload(Extension.applied_by),
    joinedload(Extension.agreed_by),
    joinedload(Extension.passed_by),
    joinedload(Extension.decided_by),
)


def is_running() -> sa.ColumnElement[bool]:
    """Tasks that are neither closed nor ended: nobody need decide about the time of others."""
    return Task.closed_on.is_(None) & Task.withdrawn_on.is_(None)


def waiting_of_task(task_id: int) -> Extension | None:
    """The application that waits, if one does."""
    query = sa.select(Extension).where(Extension.task_id == task_id, Extension.state.in_(WAITING))
    return db.session.scalar(query.options(*_WHOLE))


def open_extension(extension_id: int, actor: Actor) -> Extension:
    """The application, or NotFound when there is none for this actor."""
    query = sa.select(Extension).join(Task).where(Extension.id == extension_id, visible_to(actor, clock.today()))
    found = db.session.scalar(query.options(*_WHOLE))
    if found is None:
        raise NotFound("没有这份延期申请，或者它不是本单位的。请从导航重新进入。")
    return found


def extension_subject(extension: Extension, task_subject: Subject | None = None) -> Subject:
    """What rights on it depend on: its task and unit, who applied, who agreed, which leaders are in charge."""
    return replace(
        task_subject or subject_of(extension.task, clock.today()),
        unit_id=extension.unit_id,
        writer_ids=frozenset({extension.applied_by_id}),
        signer_ids=frozenset(filter(None, (extension.agreed_by_id,))),
        leader_ids=in_charge(extension.task, {person.id for person in leaders(clock.today())}),
    )


def in_charge(task: Task, present: Collection[int]) -> frozenset[int]:
    """The task's leader and the plan's, as far as they hold the post today; none: any leader may decide."""
    named = (task.leader_id, task.plan.leader_id)
    return frozenset(one for one in named if one is not None and one in present)


def _waiting(plan_id: int, states: Collection[ExtensionState], unit_id: int | None) -> list[Extension]:
    """Those in one of the states, of tasks that run, the oldest first; ``unit_id``: of one unit."""
    query = (
        sa.select(Extension)
        .join(Task)
        .where(Task.plan_id == plan_id, is_running(), Extension.state.in_(states))
        .options(*_WHOLE)
        .order_by(Extension.id)
    )
    return list(db.session.scalars(query if unit_id is None else query.where(Extension.unit_id == unit_id)))


def waiting_at(plan_id: int, desk: Desk, unit_id: int | None = None) -> list[Extension]:
    """What lies at a desk, the oldest first; ``unit_id``: of one unit."""
    return _waiting(plan_id, _states_at(desk), unit_id)


def waiting_of_unit(plan_id: int, unit_id: int) -> list[Extension]:
    """What a unit applied for and nobody has decided, the oldest first."""
    return _waiting(plan_id, WAITING, unit_id)


def count_for_office(plan_id: int) -> sa.ScalarSelect[int]:
    """How many wait for the office."""
    query = sa.select(sa.func.count()).select_from(Extension).join(Task)
    states = _states_at(Desk.OFFICE)
    return query.where(Task.plan_id == plan_id, is_running(), Extension.state.in_(states)).scalar_subquery()


def _states_at(desk: Desk) -> list[ExtensionState]:
    return [state for state in WAITING if desk_of(state) is desk]


def own_to_decide(plan_id: int, actor: Actor) -> list[Extension]:
    """What this actor may decide now."""
    desk = DESK_OF_ROLE.get(actor.role)
    if desk is None:
        return []
    found = waiting_at(plan_id, desk, actor.unit_id if actor.role is Role.HEAD else None)
    if desk is not Desk.LEADER:
        return found
    present = {person.id for person in leaders(clock.today())}
    charged = [(one, in_charge(one.task, present)) for one in found]
    return [one for one, people in charged if not people or actor.person_id in people]


def extensions_of_plan(plan: Plan, actor: Actor) -> list[Extension]:
    """All that this viewer may read: what waits first, then the newest."""
    today = clock.today()
    query = (
        sa.select(Extension)
        .join(Task)
        .where(Task.plan_id == plan.id, visible_to(actor, today))
        .options(*_WHOLE)
        .order_by(Extension.decided_at.is_not(None), Extension.id.desc())
        .limit(MOST)
    )
    found = list(db.session.scalars(query))
    if actor.role not in UNIT_ROLES:
        return found
    subjects = subjects_of({one.task_id for one in found}, today)
    return [
        one for one in found if decide(actor, "extension.read", replace(subjects[one.task_id], unit_id=one.unit_id))
    ]


def last_words(task_id: int, unit_id: int) -> str:
    """The progress that the unit last had signed for the task: nothing is asked twice."""
    query = (
        sa.select(ReportVersion.progress)
        .join(Report, Report.id == ReportVersion.report_id)
        .join(Obligation, Obligation.id == Report.obligation_id)
        .where(Obligation.task_id == task_id, Obligation.unit_id == unit_id, ReportVersion.progress != "")
        .where(ReportVersion.signed_at.is_not(None), ReportVersion.returned_at.is_(None))
        .order_by(Obligation.key_on.desc(), ReportVersion.number.desc())
        .limit(1)
    )
    return db.session.scalar(query) or ""
