"""What the people of the city do in the story, each step through the action its page uses.

Reports of the many are made for a list of units at once; units, tasks and periods are called by their names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.accounts.actions import add_person, give_post
from tracker.accounts.models import Post
from tracker.accounts.queries import actor_of
from tracker.extensions import commit, db
from tracker.jobs.table import JOBS
from tracker.obligations.models import Obligation, Period
from tracker.obligations.rules import Kind
from tracker.permissions import Actor, Role
from tracker.plans.models import Plan
from tracker.progress.actions import Writing, accept, save_draft, send_back, sign, submit
from tracker.progress.models import Report, ReportVersion
from tracker.progress.queries import reports_by_id
from tracker.progress.rules import ReportState
from tracker.tasks.actions import acknowledge
from tracker.tasks.models import Task
from tracker.tasks.queries import unacknowledged
from tracker.tasks.roles import Role as Part
from tracker.units.models import Unit
from tracker.units.queries import unit_by_name

SINCE = date(2021, 1, 1)
Rows = Collection[tuple[str, str]]
"""(unit, number of the task): rows of a unit's page."""


class City:
    """The people of the city by their unit and post."""

    def __init__(self) -> None:
        self.actors: dict[tuple[str, Role], Actor] = {}
        posts = sa.select(Post).options(joinedload(Post.person), joinedload(Post.unit)).order_by(Post.id)
        for post in db.session.scalars(posts):
            name = post.unit.name if post.unit else ""
            self.actors.setdefault((name, post.role), actor_of(post.person, post))
        for unit in db.session.scalars(sa.select(Unit).where(Unit.id.in_(sa.select(Obligation.unit_id)))):
            self.staff(unit)
        self.end_of_day()

    def staff(self, unit: Unit) -> None:
        """Give the unit a reporter and a head where it has none."""
        for role, title in ((Role.REPORTER, "填报人"), (Role.HEAD, "负责人")):
            if (unit.name, role) not in self.actors:
                person = add_person(f"{role.value}-{unit.id}", f"{unit.name}{title}", "", None, hashed="!")
                post = give_post(person, role, unit, SINCE, None)
                self.actors[unit.name, role] = actor_of(person, post)

    # Days

    @contextmanager
    def on(self, day: str) -> Iterator[date]:
        """A day: in the night the jobs run, then what happens, in the evening it is committed and forgotten."""
        clock.fix_day(date.fromisoformat(day))
        for night in ("derive", "standings"):
            JOBS[night].run(clock.today())
        commit()
        yield clock.today()
        self.end_of_day()

    def end_of_day(self) -> None:
        commit()
        db.session.remove()

    # Who and what

    @property
    def plan(self) -> Plan:
        return db.session.scalars(sa.select(Plan)).one()

    @property
    def office(self) -> Actor:
        return self.actors["健康潜江工作领导小组办公室", Role.OFFICE]

    @property
    def leader(self) -> Actor:
        return self.actors["", Role.LEADER]

    def reporter(self, unit: str) -> Actor:
        return self.actors[unit, Role.REPORTER]

    def head(self, unit: str) -> Actor:
        return self.actors[unit, Role.HEAD]

    def unit(self, name: str) -> Unit:
        unit = unit_by_name(name)
        assert unit is not None, name
        return unit

    def task(self, no: str) -> Task:
        return db.session.scalars(sa.select(Task).where(Task.no == no)).one()

    # Signing for tasks

    def sign_for_everything(self, but: str) -> None:
        """Every unit but one signs for what it got (签收)."""
        for unit in db.session.scalars(sa.select(Unit).where(Unit.id.in_(sa.select(Obligation.unit_id)))):
            if unit.name != but:
                rows = unacknowledged(unit.id, self.plan.id, clock.today())
                acknowledge(rows, unit, clock.now(), self.reporter(unit.name))

    # Reports

    def report_all(
        self,
        period: str,
        percents: Mapping[str, int],
        *,
        but: Rows = (),
        starting: Collection[str] = (),
    ) -> int:
        """Everybody writes and signs what is still owed for the period, ``but`` for these rows. Returns how many.

        ``percents``: of the leads, by task. ``starting``: tasks whose leads report the start (启动).
        """
        rows = [one for one in self._owed(period) if (one.unit.name, one.task.no) not in but]
        for unit, of_unit in groupby(rows, key=lambda one: one.unit):
            reports = [self._write(one, percents.get(one.task.no or ""), starting) for one in of_unit]
            submit(reports, self.reporter(unit.name))
            self._sign(unit.name, reports)
        return len(rows)

    def write(self, unit: str, period: str, *nos: str, percent: int | None = None, starting: bool = False) -> None:
        """The unit's reporter writes these rows and sends them to the head's desk."""
        rows = [one for one in self._owed(period, unit) if one.task.no in nos]
        assert len(rows) == len(nos), (unit, period, nos)
        reports = [self._write(one, percent, nos if starting else ()) for one in rows]
        submit(reports, self.reporter(unit))

    def sign(self, unit: str, period: str) -> None:
        """The unit's head signs the batch that lies on the desk."""
        self._sign(unit, self._reports(ReportState.SUBMITTED, unit, period))

    def report(self, unit: str, period: str, *nos: str) -> None:
        """Written and signed on one day."""
        self.write(unit, period, *nos)
        self.sign(unit, period)

    def accept_all(self) -> int:
        """The office accepts whatever was signed. Returns how many."""
        return accept(self._reports(ReportState.SIGNED), self.office)

    def returned(self, unit: str, period: str, no: str, reason: str, *, by_office: bool) -> ReportVersion:
        """A report goes back to the writer's desk, from the office or from the unit's head."""
        state = ReportState.SIGNED if by_office else ReportState.SUBMITTED
        found = [one for one in self._reports(state, unit, period) if one.obligation.task.no == no]
        return send_back(found[0], reason, self.office if by_office else self.head(unit), by_office=by_office)

    def answer(self, unit: str, period: str, no: str) -> None:
        """A report that is back on the writer's desk is written anew and sent again."""
        back = [*self._reports(ReportState.RETURNED, unit, period), *self._reports(ReportState.DRAFT, unit, period)]
        (report,) = [one for one in back if one.obligation.task.no == no]
        save_draft(report.obligation, Writing("已补充本期数据。", percent=report.percent), self.reporter(unit))
        submit([report], self.reporter(unit))

    def _write(self, one: Obligation, percent: int | None, starting: Collection[str]) -> Report:
        if one.role is Part.PARTNER:
            writing = Writing(no_news=True)
        else:
            mark = Kind.START if one.task.no in starting else None
            writing = Writing("本期按计划推进。", percent=percent, milestone=mark)
        return save_draft(one, writing, self.reporter(one.unit.name))

    def _sign(self, unit: str, reports: Sequence[Report]) -> None:
        unsigned = [report for report in reports if report.state is ReportState.SUBMITTED]
        if unsigned:
            sign(unsigned, self.head(unit))

    def _owed(self, period: str, unit: str = "") -> list[Obligation]:
        """What nobody has reported yet, unit by unit."""
        query = (
            sa.select(Obligation)
            .join(Obligation.period)
            .join(Obligation.unit)
            .where(Period.name == period, Obligation.submitted_on.is_(None), Obligation.withdrawn_on.is_(None))
            .options(joinedload(Obligation.task), joinedload(Obligation.unit), joinedload(Obligation.period))
            .order_by(Obligation.unit_id, Obligation.task_id)
        )
        return list(db.session.scalars(query.where(Unit.name == unit) if unit else query))

    def _reports(self, state: ReportState, unit: str = "", period: str = "") -> list[Report]:
        query = (sa.select(Report.id).join(Report.obligation).join(Obligation.unit).join(Obligation.period)).where(
            Report.state == state
        )
        if unit:
            query = query.where(Unit.name == unit, Period.name == period)
        return reports_by_id(db.session.scalars(query))
