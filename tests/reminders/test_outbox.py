"""What leaves the house: mail, robots and the webhook, against stand-ins that check what the real ones check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.plans import make_plan
from tests.standins import A_MINUTE, mail_server, robot
from tests.world import World
from tracker import clock
from tracker.extensions import commit, db
from tracker.jobs.sending import send_pending
from tracker.plans.models import Plan
from tracker.reminders import outbox
from tracker.reminders.actions import remind
from tracker.reminders.channels import CHANNELS
from tracker.reminders.channels.letter import Letter
from tracker.reminders.models import Delivery, DeliveryState, Message
from tracker.units.models import Unit

EVE = date(2021, 7, 23)
TEN_IN_THE_MORNING = datetime(2021, 7, 23, 10, 0, tzinfo=clock.SHANGHAI)


@pytest.fixture(autouse=True)
def _plan(app: Flask, world: World, at: Callable[[date], None]) -> None:
    make_plan()
    at(EVE)


@pytest.fixture
def write(app: Flask) -> Callable[..., None]:
    """Switch channels on and write the day's messages."""

    def with_settings(**settings: object) -> None:
        app.config.update(settings)
        remind(EVE)
        commit()

    return with_settings


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Put the real clock forward."""
    begin = clock.real_now()
    monkeypatch.setattr(clock, "real_now", lambda: begin)

    def forward(by: timedelta) -> None:
        moment = clock.real_now() + by
        monkeypatch.setattr(clock, "real_now", lambda: moment)

    return forward


def send() -> dict[str, int]:
    return send_pending(at_any_hour=True)


def stand(channel: str) -> list[tuple[DeliveryState, int, str]]:
    query = sa.select(Delivery.state, Delivery.tries, Delivery.error).where(Delivery.channel == channel)
    return [(row[0], row[1], row[2]) for row in db.session.execute(query.order_by(Delivery.id))]


def test_mail_arrives_in_chinese_with_its_own_message_id_and_a_link(write: Callable[..., None]) -> None:
    with mail_server() as box:
        write(SMTP_HOST="127.0.0.1", SMTP_PORT=box.port, TRACKER_URL="https://tz.example.test")
        assert send()["sent"] == 3
    first = next(mail for mail in box.mails if mail["To"] == "health@example.test")
    row = db.session.scalars(sa.select(Delivery).where(Delivery.address == "health@example.test")).one()
    assert first["Subject"] == "【提醒】潜江“323”攻坚行动 2021年度：6项将到期"
    assert first["Message-ID"] == row.stable_id
    text = first.get_content()
    assert text.startswith("张填报，您好：")
    assert f"查看全部：https://tz.example.test/inbox/{row.message_id}" in text
    assert stand("email") == [(DeliveryState.SENT, 1, "")] * 3


def test_what_was_sent_is_not_sent_again(write: Callable[..., None]) -> None:
    with mail_server() as box:
        write(SMTP_HOST="127.0.0.1", SMTP_PORT=box.port)
        send()
        assert send()["sent"] == 0
        assert len(box.mails) == 3


def test_mail_that_could_not_leave_leaves_when_the_server_is_back(
    write: Callable[..., None], real: Callable[[timedelta], None]
) -> None:
    with mail_server() as box:
        port = box.port
    write(SMTP_HOST="127.0.0.1", SMTP_PORT=port)
    assert send()["failed"] == 3
    state, tries, why = stand("email")[0]
    assert (state, tries) == (DeliveryState.FAILED, 1)
    assert why.startswith("邮件没有发出：")
    assert send()["failed"] == 0  # not before its time
    real(timedelta(minutes=2))
    with mail_server(port) as box:
        assert send()["sent"] == 3
        assert len({mail["Message-ID"] for mail in box.mails}) == 3
    assert stand("email") == [(DeliveryState.SENT, 2, "")] * 3


def test_it_is_given_up_after_the_last_wait(write: Callable[..., None], real: Callable[[timedelta], None]) -> None:
    with mail_server() as box:
        port = box.port
    write(SMTP_HOST="127.0.0.1", SMTP_PORT=port)
    for _ in range(len(outbox.WAITS) + 3):
        send()
        real(timedelta(days=1))
    assert {(state, tries) for state, tries, _ in stand("email")} == {(DeliveryState.FAILED, len(outbox.WAITS) + 1)}
    assert outbox.waiting() == 0


def test_an_address_that_is_refused_for_good_is_not_tried_again(
    write: Callable[..., None], real: Callable[[timedelta], None]
) -> None:
    with mail_server() as box:
        box.unknown.add("finance@example.test")
        write(SMTP_HOST="127.0.0.1", SMTP_PORT=box.port)
        assert send() == {"sent": 2, "failed": 1, "taken_up": 0}
        real(timedelta(days=1))
        assert send()["failed"] == 0
    assert (DeliveryState.FAILED, 1, "邮件服务器不收这个地址：550 no such user") in stand("email")


@pytest.mark.parametrize(
    ("kind", "url", "secret"),
    [
        ("wecom", "WECOM_ROBOT_URL", None),
        ("dingtalk", "DINGTALK_ROBOT_URL", "DINGTALK_ROBOT_SECRET"),
        ("feishu", "FEISHU_ROBOT_URL", "FEISHU_ROBOT_SECRET"),
        ("webhook", "WEBHOOK_URL", "WEBHOOK_SECRET"),
    ],
)
def test_each_channel_is_taken_by_a_stand_in_that_checks_signature_and_body(
    write: Callable[..., None], kind: str, url: str, secret: str | None
) -> None:
    with robot(kind, "SECof-the-robot") as stand_in:
        write(**{url: stand_in.url}, **({secret: "SECof-the-robot"} if secret else {}))
        send()
    assert stand_in.refused == []
    assert len(stand_in.taken) == 4
    assert stand(kind) == [(DeliveryState.SENT, 1, "")] * 4


def test_a_wrong_secret_is_said_in_the_robot_s_words(write: Callable[..., None]) -> None:
    with robot("dingtalk", "the right one") as stand_in:
        write(DINGTALK_ROBOT_URL=stand_in.url, DINGTALK_ROBOT_SECRET="a wrong one")
        send()
    assert {why for _, _, why in stand("dingtalk")} == {"机器人没有收下：310000 sign not match"}


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ((429, None), "对方回答 HTTP 429"),
        ((500, None), "对方回答 HTTP 500"),
        ((200, {"errcode": 45009, "errmsg": "api freq out of limit"}), "机器人没有收下：45009 api freq out of limit"),
        ((200, {"surprise": 1}), '对方的回答看不懂：{"surprise": 1}'),
    ],
)
def test_a_robot_that_says_no_is_asked_again(
    write: Callable[..., None],
    real: Callable[[timedelta], None],
    fault: tuple[int, dict[str, object] | None],
    why: str,
) -> None:
    with robot("wecom") as stand_in:
        stand_in.faults = [fault]
        write(WECOM_ROBOT_URL=stand_in.url)
        send()
        assert (DeliveryState.FAILED, 1, why) in stand("wecom")
        real(timedelta(minutes=2))
        send()
    assert [state for state, _, _ in stand("wecom")] == [DeliveryState.SENT] * 4
    assert len(stand_in.taken) == 4


def test_the_robot_s_key_is_in_no_error(write: Callable[..., None]) -> None:
    write(WECOM_ROBOT_URL="http://127.0.0.1:9/robot/send?key=a-secret-key")
    send()
    assert {state for state, _, _ in stand("wecom")} == {DeliveryState.FAILED}
    assert not any("a-secret-key" in why for _, _, why in stand("wecom"))


def test_a_robot_gets_twenty_messages_a_minute_and_the_rest_in_the_next(
    write: Callable[..., None], real: Callable[[timedelta], None]
) -> None:
    with robot("wecom") as stand_in:
        write(WECOM_ROBOT_URL=stand_in.url)
        add_deliveries(A_MINUTE + 1)
        send()
        assert len(stand_in.taken) == A_MINUTE
        assert send()["sent"] == 0
        stand_in.at.clear()
        real(timedelta(seconds=61))
        send()
        assert len(stand_in.taken) == 4 + A_MINUTE + 1
    assert stand_in.refused == []


def add_deliveries(count: int) -> None:
    """More messages for the robot."""
    sample = db.session.scalars(sa.select(Message)).first()
    assert sample is not None
    for number in range(count):
        one = Message(
            key=f"test:{number}", plan_id=sample.plan_id, day=EVE, title="t", body="b", created_at=sample.created_at
        )
        db.session.add(one)
        db.session.flush()
        way = Delivery(message_id=one.id, channel="wecom", state=DeliveryState.PENDING, stable_id=f"<{number}@test>")
        db.session.add(way)
    commit()


def test_a_claim_that_grew_old_is_sent_again_under_the_same_id(
    write: Callable[..., None], real: Callable[[timedelta], None]
) -> None:
    with mail_server() as box:
        write(SMTP_HOST="127.0.0.1", SMTP_PORT=box.port)
        claimed = outbox.claim(CHANNELS["email"], clock.real_now())
        assert claimed is not None
        stable_id = claimed.stable_id
        commit()
        assert send() == {"sent": 2, "failed": 0, "taken_up": 0}
        real(outbox.OLD)
        assert outbox.take_up_old_claims(clock.real_now()) == 1
        commit()
        assert (DeliveryState.UNKNOWN, 1, outbox.UNKNOWN_END) in stand("email")
        assert send()["sent"] == 1
        assert box.mails[-1]["Message-ID"] == stable_id
    assert (DeliveryState.SENT, 2, "") in stand("email")


def test_outside_working_hours_nothing_leaves(
    write: Callable[..., None], at: Callable[[date], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as box:
        write(SMTP_HOST="127.0.0.1", SMTP_PORT=box.port)
        for hour, minute, leave in ((8, 29, 0), (17, 30, 0), (23, 0, 0), (8, 30, 3)):
            moment = TEN_IN_THE_MORNING.replace(hour=hour, minute=minute)
            monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
            assert send_pending()["sent"] == leave
        saturday = TEN_IN_THE_MORNING + timedelta(days=1)
        monkeypatch.setattr(clock, "now", lambda: saturday)
        assert send_pending()["sent"] == 0
        assert len(box.mails) == 3


def test_a_channel_that_was_switched_off_says_so_instead_of_waiting_for_ever(
    app: Flask, write: Callable[..., None]
) -> None:
    write(WECOM_ROBOT_URL="http://127.0.0.1:9/robot")
    app.config["WECOM_ROBOT_URL"] = ""
    send()
    assert set(stand("wecom")) == {(DeliveryState.FAILED, 1, outbox.OFF)}
    assert outbox.waiting() == 0


def letter(body: str, link: str = "") -> Letter:
    return Letter("<1@tracker>", "a@example.test", "【催办】", body, link, "plan", "张填报", EVE)


def test_a_long_text_is_cut_at_a_line_for_a_robot() -> None:
    long = letter("\n".join(f"{number}. 第{number}项 建立健康科普专家库" for number in range(200)), "https://x/inbox/1")
    cut = long.within(2048)
    assert len(cut.encode()) <= 2048
    assert cut.endswith("建立健康科普专家库\n……\n查看全部：https://x/inbox/1")
    assert letter("短").within(2048) == "【催办】\n短\n\n请登录责任台账查看全部。\n"


def test_mail_through_starttls_is_refused_by_a_server_that_does_not_know_it(app: Flask) -> None:
    with mail_server() as box:
        settings = {**app.config, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": box.port, "SMTP_SECURITY": "starttls"}
        outcome = outbox.send(CHANNELS["email"], letter("b"), settings)
    assert outcome.why.startswith("邮件没有发出：")
    assert box.mails == []


INJECTED = "清单\r\nBcc: evil@example.test\r\n\r\n正文"


def test_a_line_end_in_a_title_or_a_name_makes_no_header(world: World, write: Callable[..., None]) -> None:
    plan = db.session.scalars(sa.select(Plan)).one()
    plan.short_title, plan.title = INJECTED, INJECTED
    for unit in db.session.scalars(sa.select(Unit)):
        unit.name = f"{unit.id}{INJECTED}"
    world.person("health").name = INJECTED
    commit()
    with mail_server() as box:
        write(SMTP_HOST="127.0.0.1", SMTP_PORT=box.port)
        for message in db.session.scalars(sa.select(Message)):
            message.title = INJECTED
        commit()
        assert send()["failed"] == 0
        assert box.mails
        assert not any(mail["Bcc"] for mail in box.mails)
        assert all(str(mail["Subject"]) == "清单 Bcc: evil@example.test 正文" for mail in box.mails)


@pytest.mark.parametrize("address", ["a@b.test\r\nBcc: evil@example.test", "a@b.test, evil@example.test", "no address"])
def test_what_is_not_one_address_gets_no_mail(world: World, write: Callable[..., None], address: str) -> None:
    world.person("health").email = address
    commit()
    with mail_server() as box:
        write(SMTP_HOST="127.0.0.1", SMTP_PORT=box.port)
        send()
        assert not any("evil" in str(mail["To"]) or mail["Bcc"] for mail in box.mails)
    refused = [one for one in db.session.scalars(sa.select(Delivery)) if one.address == address]
    assert refused
    assert {one.state for one in refused} == {DeliveryState.FAILED}
    assert all("不是一个邮件地址" in one.error and one.next_try_at is None for one in refused)
