"""Reads of schemes, score runs, lines and appeals, each held to what the viewer may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tracker.assessment.board import Points, Row, UnitCounts, board
from tracker.assessment.models import Appeal, Scheme, SchemeVersion, ScoreLine, ScoreRun, ScoreUnit
from tracker.assessment.ranking import group_of
from tracker.assessment.rules import Scheme as Rules
from tracker.assessment.rules import result, with_rating
from tracker.assessment.states import AppealState, RunState
from tracker.assessment.written import read
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.obligations.models import Period
from tracker.permissions import UNIT_ROLES, Actor, Role, Subject
from tracker.plans.models import Plan
from tracker.plans.queries import visible_to
from tracker.units.models import Unit

PAGE = 100
"""Lines of a unit's sheet shown together."""


def rules_of(version: SchemeVersion) -> Rules:
    """What the version says."""
    return read(version.content)


def schemes(office_id: int) -> list[Scheme]:
    """The office's own schemes and the presets, with their versions; its own first."""
    query = (
        sa.select(Scheme)
        .where(Scheme.office_id.is_(None) | (Scheme.office_id == office_id), Scheme.ended_on.is_(None))
        .options(selectinload(Scheme.versions).joinedload(SchemeVersion.made_by))
        .order_by(Scheme.office_id.is_(None), Scheme.id)
    )
    return list(db.session.scalars(query))


def open_scheme(scheme_id: int, office_id: int) -> Scheme:
    """The scheme, or NotFound where it is none of the office's."""
    found = next((one for one in schemes(office_id) if one.id == scheme_id), None)
    if found is None:
        raise NotFound("没有这份考核办法。请回到考核页里找。")
    return found


def runs_visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """`assessment.read_sheet` as a WHERE on runs: the office all of its plans, others what was shown; a unit those it
    is in."""
    in_plan = ScoreRun.plan_id.in_(sa.select(Plan.id).where(visible_to(actor))) & ScoreRun.ended_on.is_(None)
    if actor.role is Role.OFFICE:
        return in_plan
    shown = in_plan & (ScoreRun.state != RunState.DRAFT)
    if actor.role not in UNIT_ROLES:
        return shown
    return shown & ScoreRun.id.in_(sa.select(ScoreUnit.run_id).where(ScoreUnit.unit_id == actor.unit_id))


_RUN = (
    joinedload(ScoreRun.plan),
    joinedload(ScoreRun.first_period),
    joinedload(ScoreRun.last_period),
    joinedload(ScoreRun.scheme_version).joinedload(SchemeVersion.scheme),
    joinedload(ScoreRun.made_by),
    joinedload(ScoreRun.final_by),
)


def runs(plan_id: int, actor: Actor) -> list[ScoreRun]:
    """The plan's runs that the actor may see, the newest first."""
    query = sa.select(ScoreRun).where(ScoreRun.plan_id == plan_id, runs_visible_to(actor)).options(*_RUN)
    return list(db.session.scalars(query.order_by(ScoreRun.id.desc())))


def own_totals(runs_shown: Iterable[ScoreRun], unit_id: int) -> dict[int, int]:
    """Run id -> the unit's total in it."""
    shown = {run.id: run for run in runs_shown}
    units = sa.select(ScoreUnit.run_id, ScoreUnit.rating).where(
        ScoreUnit.run_id.in_(list(shown)), ScoreUnit.unit_id == unit_id
    )
    points = (
        sa.select(ScoreLine.run_id, sa.func.sum(ScoreLine.points))
        .where(ScoreLine.run_id.in_(list(shown)), ScoreLine.unit_id == unit_id)
        .group_by(ScoreLine.run_id)
    )
    if not shown:
        return {}
    given = {run_id: int(total) for run_id, total in db.session.execute(points)}
    found = {}
    for run_id, rating in db.session.execute(units):
        scheme = rules_of(shown[run_id].scheme_version)
        found[run_id] = with_rating(result(given.get(run_id, 0), scheme), rating, scheme.rating_share)
    return found


def open_run(run_id: int, actor: Actor) -> ScoreRun:
    """The run, or NotFound when there is none for this actor."""
    query = sa.select(ScoreRun).where(ScoreRun.id == run_id, runs_visible_to(actor)).options(*_RUN)
    run = db.session.scalar(query)
    if run is None:
        raise NotFound("没有这次考核，或者还没有公示。请从考核页重新进入。")
    return run


def run_subject(run: ScoreRun, unit_id: int | None = None) -> Subject:
    """What rights on a run depend on, and on the sheet of a unit in it."""
    return Subject(unit_id=unit_id, office_id=run.plan.office_id)


def periods_between(first: Period, last: Period) -> list[Period]:
    """The periods of a run, the earliest first."""
    query = sa.select(Period).where(
        Period.plan_id == first.plan_id, Period.nominal_due_on.between(first.nominal_due_on, last.nominal_due_on)
    )
    return list(db.session.scalars(query.order_by(Period.nominal_due_on)))


def unit_counts(unit_ids: Iterable[int]) -> dict[int, UnitCounts]:
    """Unit id -> the unit as it is named today, with nothing counted yet."""
    query = sa.select(Unit.id, Unit.name, Unit.kind, Unit.sort_key).where(Unit.id.in_(list(unit_ids)))
    return {
        row.id: UnitCounts(row.id, row.name, group_of(row.kind), row.sort_key, 0, 0, 0)
        for row in db.session.execute(query)
    }


def kept_counts(run_id: int) -> list[UnitCounts]:
    """The units of a run as they were kept with it."""
    query = sa.select(ScoreUnit, Unit.sort_key).join(Unit, Unit.id == ScoreUnit.unit_id)
    return [
        UnitCounts(one.unit_id, one.name, one.group, key, one.due, one.received, one.on_time, one.rating, one.rated_by)
        for one, key in db.session.execute(query.where(ScoreUnit.run_id == run_id))
    ]


def kept_points(run_id: int) -> Points:
    """The points of a run, corrections among them."""
    columns = ScoreLine.unit_id, ScoreLine.rule_no
    query = sa.select(*columns, sa.func.sum(ScoreLine.points)).where(ScoreLine.run_id == run_id).group_by(*columns)
    return {(unit_id, number): int(points) for unit_id, number, points in db.session.execute(query)}


def run_board(run: ScoreRun) -> list[Row]:
    """The table of a run as it stands."""
    return board(kept_counts(run.id), kept_points(run.id), rules_of(run.scheme_version))


def score_unit(run_id: int, unit_id: int) -> ScoreUnit:
    """A unit of a run, or NotFound."""
    query = sa.select(ScoreUnit).where(ScoreUnit.run_id == run_id, ScoreUnit.unit_id == unit_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("这次考核里没有这个单位。")
    return found


def score_units(run_id: int) -> list[ScoreUnit]:
    """The units of a run."""
    return list(db.session.scalars(sa.select(ScoreUnit).where(ScoreUnit.run_id == run_id).order_by(ScoreUnit.id)))


def page_of_lines(run_id: int, unit_id: int, page: int | None) -> tuple[list[ScoreLine], int]:
    """A page of a unit's lines with their tasks, deductions first, by rule and day; and how many there are. Corrections
    are left out; ``page`` None: all of them."""
    mine = (ScoreLine.run_id == run_id, ScoreLine.unit_id == unit_id, ScoreLine.corrects_id.is_(None))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(ScoreLine).where(*mine)) or 0
    query = (
        sa.select(ScoreLine)
        .where(*mine)
        .options(joinedload(ScoreLine.task), joinedload(ScoreLine.entered_by))
        .order_by(ScoreLine.raw > 0, ScoreLine.rule_no.is_(None), ScoreLine.rule_no, ScoreLine.id)
    )
    if page is not None:
        query = query.limit(PAGE).offset((page - 1) * PAGE)
    return list(db.session.scalars(query)), total


def corrections_of(run_id: int, unit_id: int) -> dict[int, list[ScoreLine]]:
    """Line id -> what was changed of it after appeals, the earliest first."""
    found: dict[int, list[ScoreLine]] = defaultdict(list)
    query = sa.select(ScoreLine).where(
        ScoreLine.run_id == run_id, ScoreLine.unit_id == unit_id, ScoreLine.corrects_id.is_not(None)
    )
    for line in db.session.scalars(query.order_by(ScoreLine.id)):
        found[line.corrects_id or 0].append(line)
    return found


def lines_of(run_id: int, unit_id: int) -> list[ScoreLine]:
    """A unit's lines with their tasks, in the order in which they were written: by rule and day, corrections last."""
    query = (
        sa.select(ScoreLine)
        .where(ScoreLine.run_id == run_id, ScoreLine.unit_id == unit_id)
        .options(joinedload(ScoreLine.task), joinedload(ScoreLine.entered_by))
        .order_by(ScoreLine.id)
    )
    return list(db.session.scalars(query))


def appeals_of(run_id: int, unit_id: int) -> dict[int, Appeal]:
    """Line id -> the appeal against it."""
    query = (
        sa.select(Appeal)
        .join(ScoreLine, ScoreLine.id == Appeal.line_id)
        .where(ScoreLine.run_id == run_id, ScoreLine.unit_id == unit_id)
        .options(joinedload(Appeal.filed_by), joinedload(Appeal.decided_by))
    )
    return {appeal.line_id: appeal for appeal in db.session.scalars(query)}


def open_line(line_id: int, actor: Actor) -> ScoreLine:
    """A line with its run, or NotFound when its run is not for this actor."""
    query = sa.select(ScoreLine).join(ScoreLine.run).where(ScoreLine.id == line_id, runs_visible_to(actor))
    if actor.role in UNIT_ROLES:
        query = query.where(ScoreLine.unit_id == actor.unit_id)
    line = db.session.scalar(query.options(contains_eager(ScoreLine.run).options(*_RUN), joinedload(ScoreLine.unit)))
    if line is None:
        raise NotFound("没有这条计分明细，或者不是本单位的。")
    return line


_APPEAL = (
    contains_eager(Appeal.line).options(
        contains_eager(ScoreLine.run).options(*_RUN), joinedload(ScoreLine.unit), joinedload(ScoreLine.task)
    ),
    joinedload(Appeal.filed_by),
    joinedload(Appeal.decided_by),
)


def appeals(plan_id: int) -> list[Appeal]:
    """The appeals of a plan: the open ones first, the oldest of them on top; then the decided, the newest first."""
    query = (
        sa.select(Appeal)
        .join(Appeal.line)
        .join(ScoreLine.run)
        .where(ScoreRun.plan_id == plan_id)
        .options(*_APPEAL)
        .order_by(Appeal.id)
    )
    found = list(db.session.scalars(query))
    decided = [one for one in found if one.state is not AppealState.FILED]
    return [one for one in found if one.state is AppealState.FILED] + decided[::-1]


def open_appeal(appeal_id: int, actor: Actor) -> Appeal:
    """An appeal with its line and run, or NotFound when it is not for this actor."""
    query = (
        sa.select(Appeal).join(Appeal.line).join(ScoreLine.run).where(Appeal.id == appeal_id, runs_visible_to(actor))
    )
    appeal = db.session.scalar(query.options(*_APPEAL))
    if appeal is None:
        raise NotFound("没有这份申诉。请从申诉页重新进入。")
    return appeal


def open_appeals(plan_id: int, run_id: int | None = None) -> int:
    """How many appeals of a plan, or of one run, wait for the office."""
    query = (
        sa.select(sa.func.count())
        .select_from(Appeal)
        .join(Appeal.line)
        .join(ScoreLine.run)
        .where(ScoreRun.plan_id == plan_id, Appeal.state == AppealState.FILED)
    )
    return db.session.scalar(query if run_id is None else query.where(ScoreRun.id == run_id)) or 0
