"""What a local plan has for each task of the plan above (上级任务对照): reads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.exports.table import TableColumn, table_xlsx
from tracker.extensions import db
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.plans.queries import visible_to
from tracker.tasks.likeness import Candidate, Verdict, like
from tracker.tasks.models import Coverage, Task
from tracker.tasks.queries import units_of
from tracker.tasks.roles import Role

LINES_A_PAGE = 100


class State(StrEnum):
    """How a task of the higher plan stands."""

    COVERED = "covered"
    NOT_CONCERNED = "not_concerned"
    OPEN = "open"


STATE_NAMES = {State.COVERED: "已覆盖", State.NOT_CONCERNED: "本地不涉及", State.OPEN: "未覆盖"}


@dataclass
class Line:
    """A task of the higher plan and what was said of it."""

    above: Task
    confirmed: list[tuple[Coverage, Task]] = field(default_factory=list)
    rejected: list[tuple[Coverage, Task]] = field(default_factory=list)
    taken_back: dict[int | None, Coverage] = field(default_factory=dict)
    """Local task, None for 不涉及 -> what was said once and holds no more."""
    not_concerned: Coverage | None = None
    candidates: list[tuple[Candidate, Task]] = field(default_factory=list)

    @property
    def state(self) -> State:
        if self.confirmed:
            return State.COVERED
        return State.NOT_CONCERNED if self.not_concerned else State.OPEN

    def version(self, local_id: int | None) -> int:
        """Of what was said of the local task before; 0 when nothing was."""
        before = self.taken_back.get(local_id)
        return before.version if before else 0


@dataclass(frozen=True)
class CoverageTable:
    """``lines`` of the page that was asked for; ``counts`` of all by State; ``found``: lines of the filter."""

    lines: list[Line]
    counts: Counter[State]
    found: int
    local: list[Task]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def plan_above(plan: Plan) -> Plan | None:
    """The higher plan that this one carries out."""
    return db.session.get(Plan, plan.implements_id) if plan.implements_id else None


def plans_to_implement(plan: Plan, actor: Actor) -> list[tuple[int, str]]:
    """(id, title) of the plans that can stand above this one, the newest first."""
    query = (
        sa.select(Plan.id, Plan.title)
        .where(visible_to(actor), Plan.id != plan.id)
        .order_by(Plan.confirmed_on.desc(), Plan.id.desc())
    )
    return [(row.id, row.title) for row in db.session.execute(query)]


def coverage_table(plan: Plan, show: State | None = None, page: int | None = 1) -> CoverageTable:
    """The tasks of the higher plan in its order, those of the state ``show`` alone if it is given; every page when
    ``page`` is None. Candidates stand with the open ones of the page."""
    local = _tasks(plan.id)
    every = _lines(plan, {task.id: task for task in local})
    found = [line for line in every if show is None or line.state is show]
    lines = found if page is None else found[(page - 1) * LINES_A_PAGE : page * LINES_A_PAGE]
    if page is not None:
        _offer(lines, local)
    return CoverageTable(lines, Counter(line.state for line in every), len(found), local)


def _tasks(plan_id: int) -> list[Task]:
    query = sa.select(Task).where(Task.plan_id == plan_id, Task.withdrawn_on.is_(None)).order_by(Task.position)
    return list(db.session.scalars(query))


def _lines(plan: Plan, local: dict[int, Task]) -> list[Line]:
    lines = {task.id: Line(task) for task in _tasks(plan.implements_id)} if plan.implements_id else {}
    query = (
        sa.select(Coverage)
        .where(Coverage.plan_id == plan.id)
        .options(joinedload(Coverage.decided_by))
        .order_by(Coverage.id)
    )
    for said in db.session.scalars(query):
        if said.above_task_id in lines:
            _put(lines[said.above_task_id], said, local)
    return list(lines.values())


def _put(line: Line, said: Coverage, local: dict[int, Task]) -> None:
    task = local.get(said.local_task_id) if said.local_task_id else None
    if said.verdict is Verdict.NOT_CONCERNED:
        line.not_concerned = said
    elif said.verdict is Verdict.OPEN:
        line.taken_back[said.local_task_id] = said
    elif task is not None:
        (line.confirmed if said.verdict is Verdict.CONFIRMED else line.rejected).append((said, task))


def _offer(lines: list[Line], local: list[Task]) -> None:
    """Candidates for the open lines; one that was rejected is not offered again."""
    tasks = {task.id: task for task in local}
    likely = like(
        {line.above.id: line.above.text for line in lines if line.state is State.OPEN},
        {task.id: task.text for task in local},
    )
    for line in lines:
        known = {task.id for _, task in line.rejected}
        line.candidates = [
            (one, tasks[one.task_id]) for one in likely.get(line.above.id, []) if one.task_id not in known
        ]


def task_numbered(plan: Plan, number: str) -> int | None:
    """The id of the plan's first task with a number as printed."""
    query = sa.select(Task.id).where(Task.plan_id == plan.id, Task.no == number, Task.withdrawn_on.is_(None))
    return db.session.scalar(query.order_by(Task.position).limit(1))


_COLUMNS = (
    TableColumn("上级序号", 16),
    TableColumn("上级任务", 70),
    TableColumn("对照", 20),
    TableColumn("本地序号", 16),
    TableColumn("本地任务", 70),
    TableColumn("本地牵头单位", 36),
    TableColumn("说明", 30),
    TableColumn("谁定的", 18),
)


def coverage_xlsx(plan: Plan, above: Plan, table: CoverageTable, foot: str) -> bytes:
    """The lines of ``table`` as a workbook: a row for each local task of a line, one for a line without any."""
    local_ids = [task.id for line in table.lines for _, task in line.confirmed]
    units = units_of(local_ids, plan.confirmed_on)
    rows: list[tuple[str, ...]] = []
    for line in table.lines:
        said = line.not_concerned
        head = (line.above.no or "", line.above.text, STATE_NAMES[line.state])
        for one, task in line.confirmed:
            leads = "、".join(unit.name for unit in units.get(task.id, {}).get(Role.LEAD, []))
            rows.append((*head, task.no or str(task.position), task.text, leads, "", one.decided_by.name))
        if not line.confirmed:
            rows.append((*head, "", "", "", said.reason if said else "", said.decided_by.name if said else ""))
    return table_xlsx(f"{plan.short_title}对照{above.short_title}", _COLUMNS, rows, foot)
