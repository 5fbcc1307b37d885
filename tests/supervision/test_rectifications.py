"""Items to be put right, through the pages: reported, settled or sent back, turned into a slip; who may."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.progress.test_evidence import PDF
from tests.supervision.conftest import task
from tests.supervision.inspecting import SignIn, act, in_post, item, words
from tests.world import FINANCE, HEALTH, OFFICE, World
from tracker import clock
from tracker.audit.models import AuditEvent
from tracker.extensions import commit, db
from tracker.permissions import Role
from tracker.plans.models import Plan
from tracker.reminders.models import Message
from tracker.supervision.inspection_models import RectificationReminder
from tracker.supervision.inspection_rules import RectificationState
from tracker.supervision.models import Slip, SlipReminder
from tracker.supervision.reminding import remind_of_slips


def test_an_item_is_reported_sent_back_reported_again_and_settled(issued: Plan, sign_in: SignIn) -> None:
    unit, office = sign_in("health"), sign_in("office1")
    assert "整改情况还没有写" in act(unit, "report", 422, words=" ")
    act(unit, "report", words="已更新。", file=(BytesIO(PDF), "名册.pdf"))
    assert "整改待核" in words(office.get(f"/plans/{issued.id}/"))
    assert "退回要写原因" in act(office, "reopen", 422, reason="")
    assert "不能早于今天" in act(office, "reopen", 422, reason="不全", due_again_on="2021-07-01")
    act(office, "reopen", reason="没有名册", due_again_on="2021-08-20")
    assert "没有名册" in words(unit.get(f"/rectifications/{item().id}"))
    reopened = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "rectification.reopen")).one()
    assert (reopened.before["整改时限"], reopened.after["整改时限"]) == ("2021-08-04", "2021-08-20")
    clock.fix_day(date(2021, 8, 10))
    unit, office = sign_in("health"), sign_in("office1")
    act(unit, "report", words="名册见附件。")
    act(office, "settle", reason="属实")
    one = item()
    assert (one.state, one.first_due_on, one.due_on) == (
        RectificationState.SETTLED,
        date(2021, 8, 4),
        date(2021, 8, 20),
    )
    assert [report.words for report in one.reports] == ["已更新。", "名册见附件。"]
    file = one.reports[0].files[0]
    assert unit.get(f"/rectification-files/{file.id}").data == PDF
    assert sign_in("finance").get(f"/rectification-files/{file.id}").status_code == 404
    history = words(unit.get(f"/tasks/{one.task_id}?course=rectification"))
    assert all(part in history for part in ("检查发现问题", "报整改情况", "没有名册", f"/rectifications/{one.id}"))


def test_the_list_says_of_an_earlier_day_what_it_said_then(issued: Plan, sign_in: SignIn) -> None:
    act(sign_in("health"), "report", words="已更新。")
    clock.fix_day(date(2021, 8, 6))
    office = sign_in("office1")
    act(office, "settle", reason="")
    base = f"/plans/{issued.id}/rectifications"
    now, then = words(office.get(base)), words(office.get(f"{base}?as_of=2021-08-05"))
    assert "已销号 1/2" in now and "整改逾期2天" in now
    assert "已销号 0/2" in then and "已报，待核" in then and "整改逾期1天" in then
    assert "没有整改事项" in words(office.get(f"{base}?as_of=2021-07-27"))


def test_the_list_is_narrowed_and_its_workbook_has_the_same_rows(issued: Plan, world: World, sign_in: SignIn) -> None:
    clock.fix_day(date(2021, 8, 5))
    act(sign_in("health"), "report", words="已更新。")
    office, base = sign_in("office1"), f"/plans/{issued.id}/rectifications"

    def shown(query: str) -> tuple[int, int]:
        book = load_workbook(BytesIO(office.get(f"{base}.xlsx?{query}").data)).active
        assert book is not None
        return words(office.get(f"{base}?{query}")).count("data-row"), book.max_row - 2

    unit = world.unit(FINANCE).id
    for query, count in (
        ("", 2),
        ("late=1", 1),
        ("state=reported", 1),
        (f"unit={unit}", 1),
        ("q=名册", 1),
        ("q=無", 0),
    ):
        assert shown(query) == (count, count), query


@pytest.mark.parametrize(
    ("login", "own", "report", "settle"),
    [("health", 200, 303, 403), ("health-head", 200, 303, 403), ("finance", 404, 404, 403), ("leader", 200, 403, 403)],
)
def test_who_reads_and_reports_an_item(
    issued: Plan, sign_in: SignIn, login: str, own: int, report: int, settle: int
) -> None:
    client, one = sign_in(login), item()
    assert client.get(f"/rectifications/{one.id}").status_code == own
    assert client.post(f"/rectifications/{one.id}/settle", data={"seen_version": one.version}).status_code == settle
    data = {"seen_version": one.version, "words": "已改。"}
    assert client.post(f"/rectifications/{one.id}/report", data=data).status_code == report


def test_what_is_overdue_becomes_a_slip_and_stays_owed(issued: Plan, sign_in: SignIn) -> None:
    office, at = sign_in("office1"), task(issued, "4").id
    assert "逾期以后才能转督办单" in act(office, "slip", 403, task=at)
    clock.fix_day(date(2021, 8, 9))
    office = sign_in("office1")
    act(office, "slip", task=at)
    slip = db.session.scalars(sa.select(Slip)).one()
    assert "整改逾期5天" in slip.reason and slip.unit.name == HEALTH
    assert "一事一单" in act(office, "slip", 403, task=at)
    page = words(office.get(f"/rectifications/{item().id}"))
    assert "已转督办单" in page and f"/slips/{slip.id}" in page
    act(sign_in("health"), "report", words="已更新。")


def test_one_chain_reminds_of_slips_and_items_in_one_message(issued: Plan, world: World, sign_in: SignIn) -> None:
    office, at = sign_in("office1"), task(issued, "1").id
    office.post(f"/tasks/{at}/slips", data={"unit": world.unit(HEALTH).id})
    slip = db.session.scalars(sa.select(Slip)).one()
    written = {"colour": "blue", "pace": "normal", "content": "请办理。", "seen_version": slip.version}
    assert office.post(f"/slips/{slip.id}/issue", data=written).status_code == 303  # due on 4 August, as the items are
    clock.fix_day(date(2021, 8, 3))
    told = remind_of_slips(date(2021, 8, 3))
    assert (told.messages, told.slips, told.items) == (2, 1, 2)
    assert remind_of_slips(date(2021, 8, 3)).messages == 0
    commit()
    sent = db.session.scalars(
        sa.select(Message).where(Message.day == date(2021, 8, 3), Message.title.contains("督办单"))
    )
    assert [("督办单" in one.title, "整改事项" in one.title, "名册没有更新" in one.body) for one in sent] == [
        (True,) * 3
    ]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SlipReminder)) == 3
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RectificationReminder)) == 6


def test_who_reported_of_an_item_does_not_settle_it(issued: Plan, world: World, sign_in: SignIn) -> None:
    act(sign_in("health"), "report", words="已更新。")
    both = in_post(sign_in("health"), world, "health", Role.OFFICE, OFFICE)
    assert "请另一位审核" in act(both, "settle", 403)
    assert "请另一位审核" in words(both.get(f"/rectifications/{item().id}"))
    assert "整改待核" not in words(both.get(f"/plans/{issued.id}/"))
    for client, mine in ((both, False), (sign_in("office1"), True)):
        queue = words(client.get(f"/plans/{issued.id}/rectifications?waiting=1"))
        assert ("名册没有更新" in queue, "等我核" in queue) == (mine, True)
    act(sign_in("office1"), "settle")


def act_on_slip(client: FlaskClient, step: str, **data: object) -> None:
    db.session.expire_all()
    slip = db.session.scalars(sa.select(Slip).order_by(Slip.id.desc()).limit(1)).one()
    answer = client.post(f"/slips/{slip.id}/{step}", data={"seen_version": slip.version, **data})
    assert answer.status_code == 303, words(answer)


def test_a_second_slip_about_an_item_changes_no_day_before_it(issued: Plan, sign_in: SignIn) -> None:
    at, written = task(issued, "4").id, {"colour": "blue", "pace": "normal", "content": "请办理。"}
    for day, number in ((date(2021, 8, 9), 1), (date(2021, 8, 19), 2)):
        clock.fix_day(day)
        office = sign_in("office1")
        act(office, "slip", task=at)
        act_on_slip(office, "issue", **written)
        if number == 1:
            act_on_slip(sign_in("health"), "answer", answer="已办。")
            act_on_slip(office, "settle", reason="")
    office = sign_in("office1")

    def named(day: str) -> list[object]:
        book = load_workbook(BytesIO(office.get(f"/plans/{issued.id}/rectifications.xlsx?as_of={day}").data)).active
        assert book is not None
        return [cell.value for row in book.iter_rows() for cell in row if "健督" in str(cell.value)]

    assert named("2021-08-08") == []
    assert named("2021-08-12") == ["潜健督〔2021〕1号"]
    assert named("2021-08-19") == ["潜健督〔2021〕2号"]
    page = words(office.get(f"/rectifications/{item().id}"))
    assert "潜健督〔2021〕1号" in page and "潜健督〔2021〕2号" in page


def test_the_later_of_two_keeps_the_words_before_his_eyes(issued: Plan, sign_in: SignIn) -> None:
    seen = item().version
    act(sign_in("health"), "report", words="已更新。")
    later = act(sign_in("health-head"), "report", 409, words="名册已换成新的。", seen_version=seen)
    assert "刚才被别人办过" in later and "名册已换成新的。" in later
    seen = item().version
    act(sign_in("office1"), "reopen", reason="没有名册")
    later = act(sign_in("office2"), "settle", 409, reason="看过，属实。", seen_version=seen)
    assert "刚才被别人办过" in later and "看过，属实。" in later
