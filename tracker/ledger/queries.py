"""The rows of the ledger: of today from the kept standings, of any other day worked out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Person, Post
from tracker.accounts.queries import holding
from tracker.extensions import db
from tracker.ledger.facts import facts
from tracker.ledger.forms import Filter, Order
from tracker.ledger.keeping import is_stale
from tracker.ledger.models import Standing
from tracker.ledger.reading import Said, said
from tracker.ledger.standing import TaskStanding, from_facts
from tracker.obligations.models import Period
from tracker.obligations.queries import period_on, periods
from tracker.permissions import UNIT_ROLES, Actor, Subject
from tracker.permissions import Role as PostRole
from tracker.plans.models import Plan, Section
from tracker.plans.queries import subject_of
from tracker.tasks.axes import Colour
from tracker.tasks.models import Assignment, Task
from tracker.tasks.queries import assigned_on, in_force_on, subjects_of, units_of, visible_to
from tracker.tasks.roles import Role
from tracker.units.models import Alias, Membership, Unit
from tracker.units.queries import member_on

PAGE = 200
"""Rows of a page; a longer list is turned over."""


@dataclass(frozen=True)
class Row:
    """One task as the viewer reads it."""

    task: Task
    section: str
    standing: TaskStanding | Standing
    leads: list[Unit]
    partners: list[Unit]
    said: Said
    contact: str = ""
    """The leads' reporters with their telephones, where they were asked for."""

    @property
    def lead_names(self) -> list[str]:
        return [unit.name for unit in self.leads]

    @property
    def partner_names(self) -> list[str]:
        return [unit.name for unit in self.partners]

    @property
    def number(self) -> str:
        """As printed, or the position where the document gave none."""
        return self.task.no or str(self.task.position)


@dataclass(frozen=True)
class Found:
    """What a filter finds: a page of rows, and how many there are by lamp, whichever lamp is asked for."""

    rows: list[Row]
    counts: Counter[Colour]
    total: int
    page: int
    period: Period | None
    """The one that the pages speak of on the day."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def find(
    plan: Plan, actor: Actor, wanted: Filter, today: date, page: int | None = 1, *, contacts: bool = False
) -> Found:
    """The rows that ``wanted`` asks for and ``actor`` may see. ``page`` None: all of them."""
    matching = _matching(plan, actor, wanted, today, page)
    rows = _rows(plan, actor, matching.ids, wanted.as_of, today, matching.known)
    if contacts:
        rows = _with_contacts(rows, today)
    period = matching.period or period_on(periods(plan.id), wanted.as_of)
    return Found(rows, matching.counts, matching.total, page or 1, period)


def ids_in_order(plan: Plan, actor: Actor, wanted: Filter, today: date) -> list[int]:
    """The tasks that ``wanted`` asks for, in the order of the list."""
    return _matching(plan, actor, wanted, today, page=None).ids


def beside(plan: Plan, actor: Actor, wanted: Filter, today: date, task_id: int) -> tuple[int | None, int | None]:
    """The tasks before and after in the list that ``wanted`` asks for."""
    if wanted.asks_standing:
        ids = [None, *ids_in_order(plan, actor, wanted, today), None]
        at = ids.index(task_id) if task_id in ids else 0
        return (ids[at - 1], ids[at + 1]) if at else (None, None)
    in_order = (Task.position, Task.id)
    around = sa.func.lag(Task.id).over(order_by=in_order), sa.func.lead(Task.id).over(order_by=in_order)
    listed = sa.select(Task.id, *around).where(*_scope(plan, actor, wanted, today)).subquery()
    row = db.session.execute(sa.select(listed).where(listed.c.id == task_id)).first()
    return (row[1], row[2]) if row else (None, None)


Known = dict[int, TaskStanding]


@dataclass(frozen=True)
class Matching:
    """The ids of a page in order, counts by lamp over all pages, and the standings if they had to be worked out;
    None: the kept ones hold."""

    ids: list[int]
    counts: Counter[Colour]
    total: int
    known: Known | None = None
    period: Period | None = None
    """The current one of the day, where it was read for working out."""


def _matching(plan: Plan, actor: Actor, wanted: Filter, today: date, page: int | None) -> Matching:
    scope = _scope(plan, actor, wanted, today)
    counts = _kept_counts(scope, wanted, today) if wanted.as_of == today else None
    return _worked_out(scope, wanted, page) if counts is None else _kept(scope, wanted, page, counts)


def _asked_of_standing(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    """What of the filter is asked of a kept standing, but the lamp: it is counted whichever is asked for."""
    asked: list[sa.ColumnElement[bool]] = []
    if wanted.limit:
        asked.append(Standing.limit_kind == wanted.limit)
    if wanted.period:
        asked.append(Standing.period_state == wanted.period)
    return asked


def _kept_counts(scope: Sequence[sa.ColumnElement[bool]], wanted: Filter, today: date) -> Counter[Colour] | None:
    """How many tasks of each lamp, by the kept standings; None when one of them need not be today's answer."""
    asked = sa.func.count().filter(sa.and_(sa.true(), *_asked_of_standing(wanted)))
    stale = sa.func.count().filter(is_stale(today))
    query = (
        sa.select(Standing.colour, asked, stale)
        .select_from(Task)
        .outerjoin(Standing, Standing.task_id == Task.id)
        .where(*scope)
        .group_by(Standing.colour)
    )
    rows = list(db.session.execute(query))
    return None if any(stale for _, _, stale in rows) else Counter({colour: count for colour, count, _ in rows})


def _kept(
    scope: Sequence[sa.ColumnElement[bool]], wanted: Filter, page: int | None, counts: Counter[Colour]
) -> Matching:
    query = sa.select(Task.id).join(Standing, Standing.task_id == Task.id).where(*scope, *_asked_of_standing(wanted))
    if wanted.lamp:
        query = query.where(Standing.colour == wanted.lamp)
    if wanted.order is Order.WORST:
        query = query.order_by(Standing.severity.desc())
    query = query.order_by(Task.position, Task.id)
    if page is not None:
        query = query.limit(PAGE).offset((page - 1) * PAGE)
    total = counts[wanted.lamp] if wanted.lamp else counts.total()
    return Matching(list(db.session.scalars(query)), counts, total)


def _worked_out(scope: Sequence[sa.ColumnElement[bool]], wanted: Filter, page: int | None) -> Matching:
    """The same from standings worked out for the day."""
    ids = sa.select(Task.id).where(*scope)
    found = facts(ids, wanted.as_of)
    known = from_facts(found, wanted.as_of, ahead=False)
    among = [
        (task_id, one)
        for task_id, one in known.items()
        if wanted.limit in (None, one.limit_kind) and wanted.period in (None, one.period_state)
    ]
    chosen = [(task_id, one) for task_id, one in among if wanted.lamp in (None, one.colour)]
    if wanted.order is Order.WORST:
        chosen.sort(key=lambda pair: -pair[1].severity)
    current = next((one.plan.current for one in found.values()), None)
    shown = chosen if page is None else chosen[(page - 1) * PAGE : page * PAGE]
    return Matching(
        [task_id for task_id, _ in shown], Counter(one.colour for _, one in among), len(chosen), known, current
    )


def _scope(plan: Plan, actor: Actor, wanted: Filter, today: date) -> list[sa.ColumnElement[bool]]:
    """What of the filter is asked of tasks and their units; rights are those of today."""
    conditions = [
        Task.plan_id == plan.id,
        visible_to(actor, today),
        in_force_on(wanted.as_of),
    ]
    if wanted.lead:
        conditions.append(_has_part(Role.LEAD, wanted.lead, wanted.as_of))
    if wanted.partner:
        conditions.append(_has_part(Role.PARTNER, wanted.partner, wanted.as_of))
    if wanted.q:
        conditions.append(_holds_words(wanted.q, wanted.as_of))
    if wanted.tasks:
        conditions.append(Task.id.in_(wanted.tasks))
    return conditions


def _has_part(role: Role, unit_id: int, day: date) -> sa.ColumnElement[bool]:
    part = sa.select(Assignment.task_id).where(Assignment.unit_id == unit_id, Assignment.role == role, assigned_on(day))
    return Task.id.in_(part)


def _holds_words(words: str, day: date) -> sa.ColumnElement[bool]:
    """Number, text, or a unit with a part in it: by name, by another name, or through a group."""
    named = sa.or_(
        Unit.name.contains(words, autoescape=True),
        Unit.id.in_(sa.select(Alias.unit_id).where(Alias.name.contains(words, autoescape=True))),
    )
    units = sa.select(Unit.id).where(named)
    groups = sa.select(Membership.group_id).where(Membership.member_id.in_(units), member_on(day))
    parts = sa.select(Assignment.task_id).where(
        Assignment.unit_id.in_(units) | Assignment.unit_id.in_(groups), assigned_on(day)
    )
    return sa.or_(Task.no == words, Task.text.contains(words, autoescape=True), Task.id.in_(parts))


def _rows(plan: Plan, actor: Actor, ids: Sequence[int], as_of: date, today: date, known: Known | None) -> list[Row]:
    query = sa.select(Task, Section.title, Standing).outerjoin(Section, Section.id == Task.section_id)
    query = query.outerjoin(Standing, Standing.task_id == Task.id).where(Task.id.in_(ids))
    tasks = {task.id: (task, title, kept) for task, title, kept in db.session.execute(query)}
    units = units_of(ids, as_of)
    subjects = subjects_for(plan, actor, ids, today)
    rows = []
    for task_id in ids:
        task, title, kept = tasks[task_id]
        standing = kept if known is None else known[task_id]
        parts = units.get(task_id, {})
        rows.append(
            Row(
                task=task,
                section=title or "",
                standing=standing,
                leads=parts.get(Role.LEAD, []),
                partners=parts.get(Role.PARTNER, []),
                said=said(standing, actor, subjects[task_id]),
            )
        )
    return rows


def _with_contacts(rows: Sequence[Row], today: date) -> list[Row]:
    query = (
        sa.select(Post.unit_id, Person.name, Person.phone)
        .join(Person, Person.id == Post.person_id)
        .where(Post.role == PostRole.REPORTER, holding(today), Person.ended_on.is_(None))
        .order_by(Post.id)
    )
    people: dict[int | None, list[str]] = {}
    for unit_id, name, phone in db.session.execute(query):
        people.setdefault(unit_id, []).append(f"{name} {phone}".strip())
    return [
        replace(row, contact="；".join(one for unit in row.leads for one in people.get(unit.id, []))) for row in rows
    ]


def subjects_for(plan: Plan, actor: Actor, ids: Iterable[int], today: date) -> dict[int, Subject]:
    """What the viewer's rights on each task depend on; only a unit's depend on the task."""
    if actor.role in UNIT_ROLES:
        return subjects_of(ids, today)
    return dict.fromkeys(ids, subject_of(plan))


def units_to_choose(plan: Plan, actor: Actor, day: date, today: date) -> dict[Role, list[tuple[int, str]]]:
    """(id, name) of the units that lead, and of those that join in, in tasks that ``actor`` sees today; by name."""
    query = (
        sa.select(Assignment.role, Unit.id, Unit.name, Unit.sort_key)
        .join(Unit, Unit.id == Assignment.unit_id)
        .join(Task, Task.id == Assignment.task_id)
        .where(Task.plan_id == plan.id, assigned_on(day), visible_to(actor, today))
        .distinct()
        .order_by(Unit.sort_key, Unit.id)
    )
    found: dict[Role, list[tuple[int, str]]] = {role: [] for role in Role}
    for role, unit_id, name, _ in db.session.execute(query):
        found[role].append((unit_id, name))
    return found
