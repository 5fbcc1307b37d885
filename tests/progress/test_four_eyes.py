"""Who wrote does not sign, who wrote or signed does not verify: on every way a report or a closing can take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.beginnings import beginning
from tests.plans import make_plan, owed_by
from tests.world import FINANCE, HEALTH, OFFICE, World
from tracker.accounts.actions import give_post
from tracker.accounts.queries import actor_of
from tracker.permissions import Actor, Role, decide
from tracker.plans.models import Plan
from tracker.progress import actions
from tracker.progress.closing import apply_for_closing
from tracker.progress.models import Report
from tracker.progress.queries import closing_subject, report_subject


@beginning
def plan(world: World, at: Callable[[date], None]) -> Plan:
    at(date(2021, 7, 20))
    return make_plan()


def other_post(world: World, login: str, role: Role, unit: str) -> Actor:
    """The same person in another post."""
    person = world.person(login)
    return actor_of(person, give_post(person, role, world.unit(unit), date(2021, 1, 1), None))


def wrote(plan: Plan, writer: Actor, text: str, seen: int | None = None, no: str = "1") -> Report:
    return actions.save_draft(owed_by(plan, HEALTH, no), actions.Writing(text, seen_version=seen), writer)


def test_the_first_writer_does_not_sign_after_a_colleague_wrote_on(world: World, plan: Plan) -> None:
    first, second = world.actor("health"), other_post(world, "finance", Role.REPORTER, HEALTH)
    head = other_post(world, "health", Role.HEAD, HEALTH)
    report = wrote(plan, first, "已入库46人。")
    wrote(plan, second, "已入库46人，课件18件。")
    actions.submit([report], second)
    assert not decide(head, "report.sign", report_subject(report))
    assert decide(world.actor("health-head"), "report.sign", report_subject(report))


def test_who_withdrew_and_sent_again_is_a_writer_too(world: World, plan: Plan) -> None:
    first, second = world.actor("health"), other_post(world, "finance", Role.REPORTER, HEALTH)
    heads = [other_post(world, login, Role.HEAD, HEALTH) for login in ("health", "finance")]
    report = wrote(plan, first, "已入库46人。")
    actions.submit([report], first)
    actions.withdraw([report], second)
    actions.submit([report], second)
    assert [bool(decide(head, "report.sign", report_subject(report))) for head in heads] == [False, False]


def test_who_signed_an_earlier_version_does_not_verify_a_later_one(world: World, plan: Plan) -> None:
    writer, head = world.actor("health"), world.actor("health-head")
    in_office, second_head = other_post(world, "health-head", Role.OFFICE, OFFICE), world.actor("finance-head")
    report = wrote(plan, writer, "已入库46人。")
    actions.submit([report], writer)
    actions.sign([report], head)
    actions.send_back(report, "缺数据", world.actor("office1"), by_office=True)
    wrote(plan, writer, "已入库46人，课件18件。")
    actions.submit([report], writer)
    actions.sign([report], second_head)
    assert not decide(in_office, "report.verify", report_subject(report))
    assert decide(world.actor("office2"), "report.verify", report_subject(report))


def test_a_unit_that_skips_signing_still_has_another_verify(world: World, plan: Plan) -> None:
    writer, in_office = world.actor("health"), other_post(world, "health", Role.OFFICE, OFFICE)
    world.unit(HEALTH).skips_signing = True
    report = wrote(plan, writer, "已入库46人。")
    actions.submit([report], writer)
    assert not decide(in_office, "report.verify", report_subject(report))


def test_who_applied_for_a_closing_does_not_decide_it(world: World, plan: Plan) -> None:
    head, in_office = world.actor("finance-head"), other_post(world, "finance-head", Role.OFFICE, OFFICE)
    owed = owed_by(plan, FINANCE, "6")
    closing = apply_for_closing(owed.task, owed.unit, "已全部落实。", head)
    assert not decide(in_office, "closing.decide", closing_subject(closing))
    assert decide(world.actor("office1"), "closing.decide", closing_subject(closing))
