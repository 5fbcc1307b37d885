"""A leader's remark: who reads it, and the slip the office makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
import sqlalchemy as sa
from docx import Document
from flask.testing import FlaskClient

from tests.supervision.conftest import DAY, task
from tests.world import FINANCE, HEALTH, World
from tracker.audit.models import AuditEvent
from tracker.extensions import commit, db
from tracker.permissions import Subject, decide
from tracker.plans.models import Plan
from tracker.reminders.models import Message
from tracker.supervision.models import Remark, Slip
from tracker.supervision.proposing import propose_slips
from tracker.supervision.remark_rules import Readers
from tracker.supervision.rules import SlipColour

SignIn = Callable[[str], FlaskClient]
WORDS = "年底前要见到实效，请卫健委每月报数。"


def write(client: FlaskClient, task_id: int, readers: str, words: str = WORDS) -> int:
    return client.post(f"/tasks/{task_id}/remarks", data={"words": words, "readers": readers}).status_code


@pytest.mark.parametrize(
    ("readers", "seen_by"),
    [
        ("office", {"office1", "leader"}),
        ("leads", {"office1", "leader", "health"}),
        ("parts", {"office1", "leader", "health", "finance"}),
    ],
)
def test_a_remark_is_read_by_those_it_is_for(plan: Plan, sign_in: SignIn, readers: str, seen_by: set[str]) -> None:
    one = task(plan, "1")  # 卫健委 leads, 财政局 joins in
    assert write(sign_in("leader"), one.id, readers) == 303
    seen = {
        login
        for login in ("office1", "leader", "health", "finance")
        for page in [sign_in(login).get(f"/tasks/{one.id}").get_data(as_text=True)]
        if WORDS in page
    }
    assert seen == seen_by


def test_a_member_of_a_group_reads_what_is_for_all(plan: Plan, sign_in: SignIn) -> None:
    two = task(plan, "2")
    write(sign_in("leader"), two.id, "parts")
    assert WORDS in sign_in("xiongkou").get(f"/tasks/{two.id}").get_data(as_text=True)


@pytest.mark.parametrize("login", ["office1", "health", "auditor"])
def test_only_a_leader_remarks(plan: Plan, sign_in: SignIn, login: str) -> None:
    assert write(sign_in(login), task(plan, "1").id, "office") == 403


@pytest.mark.parametrize(("readers", "words"), [("office", " "), ("all", WORDS), ("office", "长" * 1001)])
def test_a_remark_without_words_or_readers_is_refused(plan: Plan, sign_in: SignIn, readers: str, words: str) -> None:
    assert write(sign_in("leader"), task(plan, "1").id, readers, words) == 422
    assert db.session.scalar(sa.select(sa.func.count(Remark.id))) == 0


def test_the_log_tells_of_a_remark_and_not_its_words(plan: Plan, sign_in: SignIn) -> None:
    write(sign_in("leader"), task(plan, "1").id, "office")
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "remark.write")).one()
    assert WORDS not in f"{event.subject}{event.after}{event.reason}"


def test_the_office_makes_a_slip_of_it_that_names_the_leader(plan: Plan, sign_in: SignIn, world: World) -> None:
    six, office = task(plan, "6"), sign_in("office1")
    write(sign_in("leader"), six.id, "leads")
    remark = db.session.scalars(sa.select(Remark)).one()
    data = {"unit": world.unit(FINANCE).id, "remark": remark.id}
    address = office.post(f"/tasks/{six.id}/slips", data=data).location
    slip = db.session.scalars(sa.select(Slip)).one()
    assert (slip.colour, slip.remark_id) == (SlipColour.YELLOW, remark.id)
    assert "冯市长批示" in office.get(address).get_data(as_text=True)
    propose_slips(plan, DAY, None)
    commit()
    assert len(db.session.scalars(sa.select(Slip).where(Slip.task_id == six.id)).all()) == 1


@pytest.mark.parametrize(("readers", "is_quoted"), [("office", False), ("leads", True)])
def test_a_slip_quotes_only_what_its_unit_may_read(
    plan: Plan, sign_in: SignIn, world: World, readers: str, is_quoted: bool
) -> None:
    six, office = task(plan, "6"), sign_in("office1")
    write(sign_in("leader"), six.id, readers)
    remark = db.session.scalars(sa.select(Remark)).one()
    unit = world.unit(FINANCE).id
    office.post(f"/tasks/{six.id}/slips", data={"unit": unit, "remark": remark.id})
    slip = db.session.scalars(sa.select(Slip)).one()
    form = {"colour": "yellow", "pace": "normal", "basis": slip.basis, "content": slip.content, "seen_version": 1}
    assert office.post(f"/slips/{slip.id}/issue", data=form).status_code == 303
    client = sign_in("finance")
    texts = [client.get(f"/slips/{slip.id}").get_data(as_text=True)]
    paper = Document(BytesIO(client.get(f"/slips/{slip.id}.docx").data))
    texts.append("".join(paragraph.text for paragraph in paper.paragraphs))
    texts += db.session.scalars(sa.select(Message.body)).all()
    assert [WORDS in text for text in texts] == [is_quoted] * 3 + [is_quoted] * (len(texts) - 3)
    assert "冯市长" in texts[0] and "冯市长" in texts[1]


def test_a_task_that_a_leader_remarked_on_begins_at_yellow(plan: Plan, sign_in: SignIn, world: World) -> None:
    write(sign_in("leader"), task(plan, "4").id, "office")
    propose_slips(plan, DAY, None)
    slips = db.session.scalars(sa.select(Slip)).all()
    assert {slip.colour for slip in slips if slip.task.no == "4"} == {SlipColour.YELLOW}
    assert {slip.colour for slip in slips if slip.task.no != "4"} == {SlipColour.BLUE}


def test_a_remark_on_another_task_makes_no_slip_here(plan: Plan, sign_in: SignIn, world: World) -> None:
    write(sign_in("leader"), task(plan, "1").id, "parts")
    remark = db.session.scalars(sa.select(Remark)).one()
    data = {"unit": world.unit(HEALTH).id, "remark": remark.id}
    assert sign_in("office1").post(f"/tasks/{task(plan, '4').id}/slips", data=data).status_code == 404


def test_who_reads_is_said_once(world: World) -> None:
    subject = Subject(office_id=1, lead_ids=frozenset({2}), partner_ids=frozenset({3}), member_ids=frozenset({4}))
    actor = world.actor("health")
    expected = {Readers.OFFICE: set(), Readers.LEADS: {2}, Readers.PARTS: {2, 3, 4}}
    for readers, units in expected.items():
        shown = replace(subject, reader_ids=readers.units(subject))
        allowed = {n for n in (1, 2, 3, 4, 5) if decide(replace(actor, unit_id=n), "remark.read", shown)}
        assert allowed == units
