"""The demo's plan, brought in through the importer, and its invented months: reports from July to October 2021, made
through the same actions the pages use.

Texts and figures come from seed/demo/progress.csv, delays from gaps.csv, applications for more time from extensions.csv
beside it; every text ends with 〔演示〕, so that nobody takes it for 潜江's own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.accounts.demo import NO_PASSWORD
from tracker.accounts.models import Person, Post
from tracker.accounts.queries import actor_of, person_by_login
from tracker.cli._figures import tell_figures
from tracker.cli._remarks import tell_remarks
from tracker.cli._story_inspection import inspect
from tracker.config import bundled
from tracker.desks import Desk
from tracker.extensions import commit, db
from tracker.importing.actions import receive
from tracker.importing.confirming import confirm
from tracker.importing.corrections import decide_doubt
from tracker.importing.names import decide_unit, names, open_names
from tracker.importing.queries import doubts
from tracker.ledger.keeping import refresh_due
from tracker.obligations.actions import derive
from tracker.obligations.models import Obligation, Period
from tracker.obligations.rules import Kind
from tracker.permissions import ROLE_NAMES, Actor, Role
from tracker.plans.models import Plan
from tracker.progress import actions
from tracker.progress.closing import apply_for_closing, decide_closing
from tracker.progress.extending import Asked, apply_for_extension, decide_extension
from tracker.progress.gathering import gathering
from tracker.progress.merging import merge
from tracker.progress.models import Report
from tracker.progress.rules import SelfAssessment
from tracker.tasks.actions import acknowledge
from tracker.tasks.axes import pace
from tracker.tasks.limits import LimitKind
from tracker.tasks.models import Task
from tracker.tasks.queries import current_assignments, unacknowledged
from tracker.tasks.roles import Role as Part
from tracker.units.models import Unit
from tracker.units.queries import unit_by_name
from tracker.workdays import ONE_DAY, state_council

INVENTED = "〔演示〕"
CONFIRMED_ON, LAST_DAY = date(2021, 7, 1), date(2021, 10, 26)
UNSIGNED_FOR = {"市科技局", "市残联", "市银保监办"}
"""Units that have not signed for their tasks, so that the office's queue shows some."""
CLOSED, APPLIED, NOT_STARTED = "50", "36", "49"
GATHERED = "59"
"""The task whose lead takes its partners' words into its own report."""
WAITING_SHARE = 3
"""Of October's reports every third is still with the office."""


@dataclass(frozen=True)
class Words:
    """What the leads of one task report: a sentence with figures that grow, and the percent of each month."""

    text: str
    first: int
    step: int
    percents: tuple[int, ...]

    def in_month(self, index: int) -> str:
        figure = self.first + self.step * index
        return self.text.format(n=figure, m=figure // 3 + index + 1) + INVENTED

    def percent(self, index: int) -> int | None:
        return self.percents[index] if self.percents else None


def _seed(name: str) -> Iterator[dict[str, str]]:
    with (bundled("seed") / "demo" / name).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _words() -> dict[str, Words]:
    return {
        row["no"]: Words(
            row["text"], int(row["first"]), int(row["step"]), tuple(int(value) for value in row["percents"].split())
        )
        for row in _seed("progress.csv")
    }


def _gaps() -> dict[tuple[str, str, str], str]:
    """(unit, period, task number or *) -> missing, draft, submitted, returned, or ``late n``."""
    return {
        (row["unit"], row["period"], number): row["what"] for row in _seed("gaps.csv") for number in row["no"].split()
    }


class Cast:
    """The people who act for each unit: real demo posts where there are some, made ones for the rest."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.actors: dict[tuple[int | None, Role], Actor] = {}
        posts = sa.select(Post).options(joinedload(Post.person), joinedload(Post.unit)).order_by(Post.id)
        for post in db.session.scalars(posts):
            self.actors.setdefault((post.unit_id, post.role), actor_of(post.person, post, "演示"))

    def actor(self, unit: Unit, role: Role) -> Actor:
        """Who acts for the unit; a person without a usable password is made where the demo names nobody."""
        if (unit.id, role) not in self.actors:
            login = f"demo-{unit.id}-{role.value}"
            person = person_by_login(login) or Person(login=login, name=f"{unit.name}{ROLE_NAMES[role]}")
            person.password_hash, person.must_change_password = NO_PASSWORD, True
            post = Post(person=person, unit=unit, role=role, from_on=self.today, reason="演示数据")
            db.session.add_all([person, post])
            db.session.flush()
            self.actors[unit.id, role] = actor_of(person, post, "演示")
        return self.actors[unit.id, role]


def bring_in_plan() -> Plan:
    """The 潜江 notice through the importer, doubts settled as the reader finds likely, on CONFIRMED_ON."""
    clock.fix_day(CONFIRMED_ON)
    office = cast_office(0)
    file = bundled("seed") / "潜江323通知.docx"
    draft = receive(file.read_bytes(), file.name, office)
    for doubt in doubts(draft):
        likely = next((n for n, way in enumerate(doubt.candidates) if way["likely"]), len(doubt.candidates) - 1)
        if doubt.decided is None:
            decide_doubt(draft, doubt, likely, office, same=True)
    for name in open_names(names(draft)):
        decide_unit(draft, name.written.name, name.proposal, office)
    plan = confirm(draft, office)
    commit()
    return plan


def tell(plan: Plan) -> int:
    """Live through July to October 2021; the business day ends at LAST_DAY. Returns how many reports were written."""
    cast, words, gaps = Cast(plan.confirmed_on), _words(), _gaps()
    _sign_for_everything(plan, cast)
    written = 0
    for index, period in enumerate(_periods(plan)):
        written += _live_through(plan, period, index, cast, words, gaps)
    tell_remarks(plan, cast_office(0))
    health = unit_by_name("市卫生健康委")
    if health is not None:
        inspect(plan, cast_office(0), cast.actor(health, Role.REPORTER))
    tell_figures(plan, cast_office(1), cast.actor, LAST_DAY)
    clock.fix_day(LAST_DAY)
    derive(plan, LAST_DAY)
    _ask_for_more_time(plan, cast)
    refresh_due(LAST_DAY)
    commit()
    return written


def _ask_for_more_time(plan: Plan, cast: Cast) -> None:
    """Two applications: one waits for the head, one for the office."""
    for row in _seed("extensions.csv"):
        task = db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == row["no"])).one()
        unit = current_assignments(task, LAST_DAY)[0].unit
        asked = Asked(date.fromisoformat(row["new_on"]), row["reason"] + INVENTED, row["progress"] + INVENTED)
        extension = apply_for_extension(task, unit, asked, cast.actor(unit, Role.REPORTER))
        if row["until"] == "head_agreed":
            decide_extension(extension, Desk.HEAD, True, "", cast.actor(unit, Role.HEAD))


def _periods(plan: Plan) -> Iterator[Period]:
    """Each period up to LAST_DAY, the business day standing in its last week."""
    seen: set[int] = set()
    while True:
        query = sa.select(Period).where(Period.plan_id == plan.id).order_by(Period.nominal_due_on)
        period = next((one for one in db.session.scalars(query) if one.id not in seen), None)
        if period is None or period.due_on > LAST_DAY:
            return
        seen.add(period.id)
        yield period
        clock.fix_day(period.nominal_due_on + ONE_DAY)
        derive(plan, clock.today())
        commit()


def _sign_for_everything(plan: Plan, cast: Cast) -> None:
    owing = sa.select(Obligation.unit_id).join(Task).where(Task.plan_id == plan.id)
    units = db.session.scalars(sa.select(Unit).where(Unit.id.in_(owing)).order_by(Unit.id))
    for position, unit in enumerate(units):
        if unit.name not in UNSIGNED_FOR:
            clock.fix_day(plan.confirmed_on + timedelta(days=position % 9))
            rows = unacknowledged(unit.id, plan.id, clock.today())
            acknowledge(rows, unit, clock.now(), cast.actor(unit, Role.REPORTER))
    commit()


def _live_through(
    plan: Plan, period: Period, index: int, cast: Cast, words: dict[str, Words], gaps: dict[tuple[str, str, str], str]
) -> int:
    query = (
        sa.select(Obligation)
        .where(Obligation.period_id == period.id, Obligation.kind == Kind.PERIOD, Obligation.withdrawn_on.is_(None))
        .options(joinedload(Obligation.task), joinedload(Obligation.unit))
        .order_by(Obligation.unit_id, Obligation.task_id)
    )
    written = 0
    by_day: dict[date, list[tuple[Obligation, str]]] = {}
    for obligation in db.session.scalars(query):
        what = _what(obligation, period, gaps)
        if what != "missing":
            by_day.setdefault(_day(obligation, period, what), []).append((obligation, what))
    for day, rows in sorted(by_day.items()):
        clock.fix_day(day)
        for _, of_unit in groupby(rows, key=lambda row: row[0].unit_id):
            written += _send(plan, list(of_unit), index, cast, words)
        commit()
    return written


def _what(obligation: Obligation, period: Period, gaps: dict[tuple[str, str, str], str]) -> str:
    unit, number = obligation.unit.name, obligation.task.no or ""
    return gaps.get((unit, period.name, number)) or gaps.get((unit, period.name, "*")) or ""


def _day(obligation: Obligation, period: Period, what: str) -> date:
    """The working day on which it is written: in the last week before the due day, or late."""
    if what.startswith("late"):
        return state_council().next_workday(period.due_on + timedelta(days=int(what.split()[1])))
    return state_council().add_workdays(period.due_on, -((obligation.task_id + obligation.unit_id) % 5))


def _send(plan: Plan, rows: list[tuple[Obligation, str]], index: int, cast: Cast, words: dict[str, Words]) -> int:
    """One unit's reports of a day: all are written, then sent, signed and decided at once. Returns how many."""
    unit = rows[0][0].unit
    writer, head = cast.actor(unit, Role.REPORTER), cast.actor(unit, Role.HEAD)
    sent, signed = [], []
    for obligation, what in rows:
        report = actions.save_draft(obligation, _writing(plan, obligation, index, words), writer)
        if what != "draft":
            sent.append(report)
        if what not in ("draft", "submitted"):
            signed.append((report, what))
        if what != "draft" and obligation.role is Part.LEAD and obligation.task.no == GATHERED:
            _gather(obligation, report, writer)
    actions.submit(sent, writer)
    actions.sign([report for report, _ in signed], head)
    _decide(signed, writer)
    return len(rows)


def _decide(signed: list[tuple[Report, str]], writer: Actor) -> None:
    """The office sends back what the table says, leaves some waiting, and accepts the rest."""
    accepted: dict[int, list[Report]] = {0: [], 1: []}
    for report, what in signed:
        if what == "returned":
            actions.send_back(report, "佐证材料不是本期的，请补充本期数据后重报。", cast_office(0), by_office=True)
        elif report.obligation.period is not None and not _waits(report.obligation):
            accepted[report.obligation.task_id % 2].append(report)
    for number, reports in accepted.items():
        actions.accept(reports, cast_office(number))
        for report in reports:
            _close(report.obligation, writer)


def _gather(obligation: Obligation, report: Report, writer: Actor) -> None:
    """What the partners had signed by then."""
    sources = gathering(obligation, report).to_take
    if sources:
        merge(obligation, sources, writer)


def _waits(obligation: Obligation) -> bool:
    is_last = obligation.period is not None and obligation.period.due_on + ONE_DAY >= LAST_DAY
    return is_last and (obligation.task_id + obligation.unit_id) % WAITING_SHARE == 0


def cast_office(number: int) -> Actor:
    """One of the demo's two verifiers."""
    login = ("office1", "office2")[number]
    person = person_by_login(login)
    if person is None:
        raise LookupError(f"the demo has no {login}")
    return actor_of(person, person.posts[0], "演示")


def _writing(plan: Plan, obligation: Obligation, index: int, words: dict[str, Words]) -> actions.Writing:
    task = obligation.task
    spoken = words[task.no or ""]
    if obligation.role is Part.PARTNER:
        if (task.id + obligation.unit_id + index) % 4 == 0:
            return actions.Writing(no_news=True, self_state=SelfAssessment.CONTINUING)
        text = f"按分工配合{task.label}，提供材料{index + 2}份，参加会商{index + 1}次。{INVENTED}"
        return actions.Writing(progress=text, self_state=SelfAssessment.CONTINUING)
    percent = spoken.percent(index)
    starts = task.limit_kind is LimitKind.START_THEN_CONTINUOUS and task.no != NOT_STARTED and index == 0
    return actions.Writing(
        progress=spoken.in_month(index),
        problems=f"个别单位材料报送不齐。{INVENTED}" if task.id % 5 == 0 else "",
        next_steps=f"下月继续按计划推进，月底前补齐材料。{INVENTED}" if task.id % 3 == 0 else "",
        percent=percent,
        self_state=_self_state(plan, task, percent),
        milestone=Kind.START if starts else None,
    )


def _self_state(plan: Plan, task: Task, percent: int | None) -> str:
    if percent is None or task.limit_due_on is None:
        return SelfAssessment.CONTINUING
    expected = pace(clock.today(), plan.first_year, task.limit_due_on)
    return SelfAssessment.BEHIND if percent < expected - 5 else SelfAssessment.ON_TRACK


def _close(obligation: Obligation, writer: Actor) -> None:
    """One task is closed in September, another applied for in October."""
    month = obligation.period.name if obligation.period else ""
    if obligation.role is not Part.LEAD or (obligation.task.no, month) not in {(CLOSED, "9月期"), (APPLIED, "10月期")}:
        return
    closing = apply_for_closing(obligation.task, obligation.unit, f"全部工作已完成，材料已归档。{INVENTED}", writer)
    if obligation.task.no == CLOSED:
        decide_closing(closing, True, "资料齐全，同意销号。", cast_office(0))
