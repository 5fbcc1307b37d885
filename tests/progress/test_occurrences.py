"""每季度至少1次例会: recorded with its day, signed and verified as a report, counted as k of n on every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.beginnings import beginning
from tests.plans import make_plan
from tests.world import HEALTH, World
from tracker.errors import Invalid, Refused
from tracker.extensions import commit, db
from tracker.ledger.keeping import differing
from tracker.ledger.standing import lamp_facts_on, standings
from tracker.obligations.actions import derive
from tracker.obligations.models import Obligation
from tracker.obligations.occurrences import EXTRA
from tracker.obligations.queries import period_on, periods
from tracker.obligations.rules import Kind
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.progress import actions
from tracker.progress.around import around
from tracker.progress.duties import duties
from tracker.progress.models import Report
from tracker.progress.occurrences import record_occurrence, take_back
from tracker.progress.rules import ReportState
from tracker.tasks.actions import change_limit
from tracker.tasks.duty import duty_axis
from tracker.tasks.limits import LimitKind, TimeLimit
from tracker.tasks.models import Task

At = Callable[[date], None]
SignIn = Callable[[str], FlaskClient]
QUARTERLY = TimeLimit(LimitKind.RECURRING, every=Every.QUARTER, times=1, raw="每季度至少1次")
AUGUST = date(2021, 8, 12)


@beginning
def plan(world: World) -> Plan:
    """Task 4, led by the health commission alone, is to be done at least once a quarter."""
    plan = make_plan()
    change_limit(the_task(plan), QUARTERLY, "按通知", world.actor("office1"))
    derive(plan, date(2021, 7, 1))
    commit()
    return plan


def the_task(plan: Plan) -> Task:
    return db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == "4")).one()


def recorded(world: World, plan: Plan, held_on: date, today: date) -> Report:
    page = period_on(periods(plan.id), today)
    unit_id, words = world.unit(HEALTH).id, f"例会{held_on}"
    report = record_occurrence(the_task(plan), unit_id, held_on, words, page, world.actor("health"))
    commit()
    return report


def signed(world: World, report: Report) -> None:
    actions.submit([report], world.actor("health"))
    actions.sign([report], world.actor("health-head"))
    commit()


def words_on(plan: Plan, day: date) -> str | None:
    task = the_task(plan)
    return standings([task.id], day)[task.id].occurrences


def test_an_occurrence_is_recorded_signed_verified_and_counted(
    world: World, plan: Plan, sign_in: SignIn, at: At
) -> None:
    at(AUGUST)
    derive(plan, AUGUST)
    commit()
    task, clerk = the_task(plan), sign_in("health")
    page = clerk.get(f"/plans/{plan.id}/report").get_data(as_text=True)
    assert "本季度 0/1 次，还差 1 次" in page
    said = {"held_on": "2021-08-10", "words": "第三季度例会，12家参加"}
    answer = clerk.post(f"/tasks/{task.id}/occurrences", data=said)
    assert answer.status_code == 303
    page = clerk.get(answer.location).get_data(as_text=True)
    assert ("本季度 1/1 次" in page, "2021-08-10办的一次" in page) == (True, True)
    assert words_on(plan, AUGUST) == "本季度 0/1 次，还差 1 次"  # nobody has signed it
    clerk.post(f"/plans/{plan.id}/report/submit")
    report = db.session.scalars(sa.select(Report).join(Obligation).where(Obligation.kind == Kind.OCCURRENCE)).one()
    actions.sign([report], world.actor("health-head"))
    commit()
    assert words_on(plan, AUGUST) == "本季度 1/1 次"
    office = sign_in("office1")
    assert "2021-08-10办的" in office.get(f"/plans/{plan.id}/verify?report={report.id}").get_data(as_text=True)
    assert "本季度 1/1 次" in office.get(f"/plans/{plan.id}/ledger").get_data(as_text=True)
    detail = office.get(f"/tasks/{task.id}").get_data(as_text=True)
    assert ("第三季度例会，12家参加" in detail, "2021-08-10" in detail) == (True, True)
    book = load_workbook(BytesIO(office.get(f"/plans/{plan.id}/ledger.xlsx").data)).worksheets[0]
    assert any("本季度 1/1 次" in str(cell.value) for line in book.iter_rows() for cell in line)
    assert differing(AUGUST) == []


def test_more_than_is_owed_may_be_recorded_and_derivation_leaves_it_alone(world: World, plan: Plan, at: At) -> None:
    at(AUGUST)
    first, second = (recorded(world, plan, day, AUGUST) for day in (date(2021, 7, 20), date(2021, 8, 10)))
    assert (first.obligation.number, second.obligation.number) == (1, EXTRA + 1)
    derive(plan, AUGUST)
    assert second.obligation.withdrawn_on is None
    signed(world, first)
    assert words_on(plan, AUGUST) == "本季度 1/1 次"
    signed(world, second)
    assert words_on(plan, AUGUST) == "本季度 2/1 次"
    thrice = TimeLimit(LimitKind.RECURRING, every=Every.QUARTER, times=3, raw="每季度3次")
    change_limit(the_task(plan), thrice, "按新的通知", world.actor("office1"))
    derive(plan, AUGUST)
    commit()
    assert words_on(plan, AUGUST) == "本季度 2/3 次，还差 1 次"


def test_one_too_many_is_taken_back_by_its_writer_before_it_is_sent(world: World, plan: Plan, at: At) -> None:
    at(AUGUST)
    first, second = (recorded(world, plan, day, AUGUST) for day in (date(2021, 7, 20), date(2021, 8, 10)))
    with pytest.raises(Refused, match="不能撤下"):
        take_back(first.obligation, world.actor("health"))
    take_back(second.obligation, world.actor("health"))
    commit()
    third = recorded(world, plan, date(2021, 8, 11), AUGUST)
    assert third.obligation.number == EXTRA + 2
    assert duties(plan, world.unit(HEALTH).id, AUGUST)[0].count.words == "2/1 次"


def test_what_was_recorded_and_never_sent_is_said_on_the_next_page_and_linked(
    world: World, plan: Plan, sign_in: SignIn, at: At
) -> None:
    at(AUGUST)
    derive(plan, AUGUST)
    report = recorded(world, plan, date(2021, 8, 10), AUGUST)
    derive(plan, date(2021, 9, 10))
    commit()
    health, page = world.unit(HEALTH).id, period_on(periods(plan.id), AUGUST)
    now = period_on(periods(plan.id), date(2021, 9, 10))
    assert page is not None
    assert now is not None
    at(date(2021, 9, 10))
    before = dict(around(periods(plan.id), now, [], health)[1])[page]
    address = f"/plans/{plan.id}/report?period={now.id}"
    assert f'href="/obligations/{report.obligation_id}"' in sign_in("health").get(address).get_data(as_text=True)
    signed(world, report)
    assert dict(around(periods(plan.id), now, [], health)[1]).get(page, 0) == before - 1


def short_on(plan: Plan, day: date) -> str | None:
    """What the duty says on the lamp's axis of reports."""
    axis = duty_axis(lamp_facts_on(the_task(plan).id, day).duties, day)
    return axis and f"{axis.colour} {axis.word} {axis.sentence}"


def test_a_span_that_ended_without_its_occurrence_turns_the_lamp_until_it_is_reported(
    world: World, plan: Plan, at: At
) -> None:
    late, missing = date(2021, 10, 12), "yellow 定期缺1次 市卫生健康委第三季度0/1次，应9月30日前报，逾期"
    at(late)
    derive(plan, late)
    commit()
    assert [short_on(plan, day) for day in (date(2021, 9, 30), late)] == [None, f"{missing}12天"]
    report = recorded(world, plan, date(2021, 9, 28), late)
    actions.submit([report], world.actor("health"))
    commit()
    assert short_on(plan, late) == "blue 待签 第三季度0/1次，已记的等单位负责人签字"
    actions.sign([report], world.actor("health-head"))
    commit()
    assert [short_on(plan, day) for day in (late, date(2021, 10, 11))] == [None, f"{missing}11天"]
    assert differing(late) == []


def test_a_span_that_was_over_before_the_duty_was_given_turns_nothing(world: World, plan: Plan, at: At) -> None:
    late = date(2021, 10, 12)
    at(late)
    change_limit(the_task(plan), replace(QUARTERLY, times=2), "按通知", world.actor("office1"))
    derive(plan, late)
    commit()
    assert [short_on(plan, day) is None for day in (date(2021, 10, 11), late)] == [False, True]


def test_what_is_recorded_late_says_so_and_an_earlier_day_keeps_its_answer(world: World, plan: Plan, at: At) -> None:
    late = date(2021, 10, 12)
    at(late)
    derive(plan, late)
    commit()
    duty = duties(plan, world.unit(HEALTH).id, late)[0]
    assert (duty.label, duty.is_over, duty.count.words) == ("第三季度", True, "0/1 次，还差 1 次")
    report = recorded(world, plan, date(2021, 9, 28), late)
    signed(world, report)
    assert duties(plan, world.unit(HEALTH).id, late)[0].count.missing == 1  # the fourth quarter's own
    assert words_on(plan, date(2021, 9, 30)) == "本季度 0/1 次，还差 1 次"
    assert words_on(plan, late) == "本季度 0/1 次，还差 1 次"
    first = report.obligation
    assert (first.key_on, first.stands_on) == (date(2021, 9, 30), late)


@pytest.mark.parametrize(
    ("held_on", "words", "why"),
    [
        (date(2021, 8, 13), "例会", "还没有到"),
        (date(2021, 3, 1), "例会", "不在要办的期间里"),
        (date(2021, 8, 1), "  ", "请写明办了什么"),
    ],
)
def test_what_cannot_be_recorded_is_refused_with_a_sentence(
    world: World, plan: Plan, at: At, held_on: date, words: str, why: str
) -> None:
    at(AUGUST)
    with pytest.raises(Invalid, match=why):
        record_occurrence(the_task(plan), world.unit(HEALTH).id, held_on, words, None, world.actor("health"))


def test_an_occurrence_keeps_its_day_while_its_words_are_changed(world: World, plan: Plan, at: At) -> None:
    at(AUGUST)
    report = recorded(world, plan, date(2021, 8, 10), AUGUST)
    writer, obligation = world.actor("health"), report.obligation
    actions.save_draft(obligation, actions.Writing("改过的话", seen_version=report.version), writer)
    assert (report.held_on, report.progress) == (date(2021, 8, 10), "改过的话")
    in_june = actions.Writing("话", held_on=date(2021, 6, 1), seen_version=report.version)
    with pytest.raises(Invalid, match="要在"):
        actions.save_draft(obligation, in_june, writer)
    with pytest.raises(Invalid, match="无新进展"):
        actions.save_draft(obligation, actions.Writing(no_news=True, seen_version=report.version), writer)


def test_no_news_for_the_rest_is_not_said_of_occurrences_and_an_unrecorded_one_has_no_page(
    world: World, plan: Plan, sign_in: SignIn, at: At
) -> None:
    at(AUGUST)
    clerk = sign_in("health")
    clerk.post(f"/plans/{plan.id}/report/no-news")
    kinds = set(db.session.scalars(sa.select(Obligation.kind).join(Report, Report.obligation_id == Obligation.id)))
    assert kinds == {Kind.PERIOD}
    owed = db.session.scalars(sa.select(Obligation).where(Obligation.kind == Kind.OCCURRENCE)).first()
    assert owed is not None
    assert clerk.get(f"/obligations/{owed.id}").status_code == 403
    assert clerk.post(f"/obligations/{owed.id}/draft", data={"progress": "x"}).status_code == 403


def test_what_was_reported_before_the_day_was_asked_for_counts(
    world: World, plan: Plan, sign_in: SignIn, at: At
) -> None:
    at(AUGUST)
    recorded(world, plan, date(2021, 8, 10), AUGUST).held_on = None
    commit()
    duty = duties(plan, world.unit(HEALTH).id, AUGUST)[0]
    assert (duty.count.words, [one.held_on for one in duty.recorded]) == ("1/1 次", [None])
    assert ">没有记日期</a>" in sign_in("health").get(f"/plans/{plan.id}/report").get_data(as_text=True)


def test_what_is_taken_back_was_not_sent_meanwhile_and_who_sends_it_later_is_told(
    world: World, plan: Plan, at: At
) -> None:
    at(AUGUST)
    _first, second = (recorded(world, plan, day, AUGUST) for day in (date(2021, 7, 20), date(2021, 8, 10)))
    sent = sa.update(Report).where(Report.id == second.id).values(state=ReportState.SUBMITTED, version=2)
    assert second.state is ReportState.DRAFT
    db.session.execute(sent, execution_options={"synchronize_session": False})
    with pytest.raises(Refused, match="现在不能撤下"):
        take_back(second.obligation, world.actor("health"))
    db.session.rollback()
    seen = second.version
    take_back(second.obligation, world.actor("health"))
    commit()
    assert second.version == seen + 1


@pytest.mark.parametrize("held_on", ["2021-03-01", "", "x"])
def test_an_occurrence_that_is_refused_keeps_what_was_typed(
    world: World, plan: Plan, sign_in: SignIn, at: At, held_on: str
) -> None:
    at(AUGUST)
    said = {"held_on": held_on, "words": "第三季度例会，12家参加", "key_on": "2021-09-30"}
    answer = sign_in("health").post(f"/tasks/{the_task(plan).id}/occurrences", data=said)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, 'value="第三季度例会，12家参加"' in page, "记上这一次" in page) == (422, True, True)
    assert '<p class="error" role="alert">' in page
