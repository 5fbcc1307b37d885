"""A slip from its proposal to its end, through the pages; who may, who is told, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from docx import Document
from flask.testing import FlaskClient

from tests.beginnings import beginning
from tests.progress.test_evidence import PDF
from tests.statements import count_statements
from tests.supervision.conftest import DAY, task
from tests.world import EDUCATION, FINANCE, HEALTH, World
from tracker import clock
from tracker.extensions import commit, db
from tracker.importing.readers.office import program
from tracker.plans.models import Plan
from tracker.reminders.models import Delivery, Message
from tracker.supervision.models import Slip, SlipReminder
from tracker.supervision.proposing import Proposed, propose_slips
from tracker.supervision.reminding import remind_of_slips
from tracker.supervision.rules import SlipColour, SlipState

SignIn = Callable[[str], FlaskClient]


@beginning
def proposed(plan: Plan) -> Plan:
    propose_slips(plan, DAY, None)
    commit()
    return plan


def slip_of(plan: Plan, no: str, unit: str) -> Slip:
    """The latest slip to a unit about the task of this number."""
    db.session.expire_all()
    found = [one for one in db.session.scalars(sa.select(Slip).order_by(Slip.id)) if one.unit.name == unit]
    return [one for one in found if one.task.no == no][-1]


def form(slip: Slip, **changes: object) -> dict[str, object]:
    """The form as it was opened."""
    written = {"colour": slip.colour.value, "pace": slip.pace.value, "basis": slip.basis, "content": slip.content}
    return {**written, "contact": "王审核 0728-1", "seen_version": slip.version, **changes}


def act(client: FlaskClient, slip: Slip, step: str, status: int = 303, **data: object) -> str:
    answer = client.post(f"/slips/{slip.id}/{step}", data={"seen_version": slip.version, **data})
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def issue(client: FlaskClient, slip: Slip, status: int = 303, **changes: object) -> str:
    return act(client, slip, "issue", status, **form(slip, **changes))


def test_what_lags_is_proposed_with_its_reason_and_again_nothing(proposed: Plan) -> None:
    matters = {(slip.task.no, slip.unit.name): slip for slip in db.session.scalars(sa.select(Slip))}
    # yellow lamps: 3 and 4 and 5 and 6, each with the leads that have not reported
    assert set(matters) == {
        ("3", EDUCATION),
        ("3", HEALTH),
        ("4", HEALTH),
        ("5", "熊口镇"),
        ("5", "龙湾镇"),
        ("6", FINANCE),
    }
    assert {slip.colour for slip in matters.values()} == {SlipColour.BLUE}
    assert "逾期2天" in matters["4", HEALTH].reason
    assert propose_slips(proposed, DAY, None) == Proposed(0, 0)


def test_what_is_mended_is_taken_back(proposed: Plan, world: World) -> None:
    task(proposed, "4").closed_on = DAY
    db.session.flush()
    assert propose_slips(proposed, DAY, None) == Proposed(0, 1)
    gone = slip_of(proposed, "4", HEALTH)
    assert (gone.state, gone.decision, gone.decided_by_id) == (SlipState.DROPPED, "提出的理由已不在", None)


def test_a_slip_from_its_proposal_to_its_settling(proposed: Plan, sign_in: SignIn) -> None:
    office, unit = sign_in("office1"), sign_in("health")
    slip = slip_of(proposed, "4", HEALTH)
    assert unit.get(f"/slips/{slip.id}").status_code == 404
    issue(office, slip)
    slip = slip_of(proposed, "4", HEALTH)
    assert (slip.doc_number, slip.due_on) == ("潜健督〔2021〕1号", date(2021, 8, 4))
    told = {one.recipient.name for one in db.session.scalars(sa.select(Message)) if one.recipient}
    assert told == {"张填报", "赵主任"}
    assert "潜健督〔2021〕1号" in unit.get(f"/plans/{proposed.id}/").get_data(as_text=True)
    assert "答复还没有写" in act(unit, slip, "answer", 422, answer=" ")
    act(unit, slip, "answer", answer="已启动协同门诊。", file=(BytesIO(PDF), "方案.pdf"))
    slip = slip_of(proposed, "4", HEALTH)
    assert (slip.state, [file.filename for file in slip.files]) == (SlipState.ANSWERED, ["方案.pdf"])
    assert unit.get(f"/slip-files/{slip.files[0].id}").data == PDF
    assert "督办答复待核" in office.get(f"/plans/{proposed.id}/").get_data(as_text=True)
    act(office, slip, "settle", reason="情况属实")
    assert slip_of(proposed, "4", HEALTH).state is SlipState.SETTLED
    assert propose_slips(proposed, DAY, None) == Proposed(0, 0)
    history = unit.get(f"/tasks/{slip.task_id}?course=slip").get_data(as_text=True)
    assert all(words in history for words in ("签发督办单", "答复督办单", "情况属实", f"/slips/{slip.id}"))


def test_without_an_answer_blue_becomes_yellow_and_yellow_red(proposed: Plan, sign_in: SignIn) -> None:
    office = sign_in("office1")
    issue(office, slip_of(proposed, "4", HEALTH))
    for colour, day in ((SlipColour.YELLOW, date(2021, 8, 5)), (SlipColour.RED, date(2021, 8, 13))):
        clock.fix_day(day)
        propose_slips(proposed, day, None)
        commit()
        following = slip_of(proposed, "4", HEALTH)
        before = following.follows
        assert before is not None and following.colour is colour
        issue(sign_in("office1"), following)
        db.session.refresh(before)
        assert before.state is SlipState.ESCALATED
    assert slip_of(proposed, "4", HEALTH).doc_number == "潜健督〔2021〕3号"


def test_an_answer_takes_back_the_slip_that_was_proposed_without_it(proposed: Plan, sign_in: SignIn) -> None:
    issue(sign_in("office1"), slip_of(proposed, "4", HEALTH))
    clock.fix_day(date(2021, 8, 5))
    propose_slips(proposed, date(2021, 8, 5), None)
    commit()
    following = slip_of(proposed, "4", HEALTH)
    first = following.follows
    assert first is not None
    act(sign_in("health-head"), first, "answer", answer="已启动。")
    assert "不能再改" in issue(sign_in("office1"), following, 403)
    assert slip_of(proposed, "4", HEALTH).state is SlipState.DROPPED


def test_an_answer_that_does_not_do_is_escalated_and_the_next_is_at_hand(proposed: Plan, sign_in: SignIn) -> None:
    office = sign_in("office1")
    issue(office, slip_of(proposed, "6", FINANCE))
    slip = slip_of(proposed, "6", FINANCE)
    assert "到期没有答复才能升级" in act(office, slip, "escalate", 403, reason="太慢")
    act(sign_in("finance"), slip, "answer", answer="正在办。")
    slip = slip_of(proposed, "6", FINANCE)
    assert "升级要写原因" in act(office, slip, "escalate", 422, reason="")
    act(office, slip, "escalate", reason="没有资金凭证")
    following = slip_of(proposed, "6", FINANCE)
    assert (following.colour, following.state) == (SlipColour.YELLOW, SlipState.PROPOSED)
    assert "没有资金凭证" in following.reason
    assert propose_slips(proposed, DAY, None) == Proposed(0, 0)


def test_what_was_refused_leaves_no_gap_in_the_numbers(proposed: Plan, sign_in: SignIn) -> None:
    office = sign_in("office1")
    issue(office, slip_of(proposed, "4", HEALTH))
    other = slip_of(proposed, "3", HEALTH)
    issue(office, other, 422, content=" ")
    issue(office, other, 422, colour="red")
    issue(office, other, 409, seen_version=99)
    issue(office, other)
    assert slip_of(proposed, "3", HEALTH).doc_number == "潜健督〔2021〕2号"


def test_a_year_begins_at_one_again(proposed: Plan, sign_in: SignIn) -> None:
    issue(sign_in("office1"), slip_of(proposed, "4", HEALTH))
    clock.fix_day(date(2022, 1, 4))
    issue(sign_in("office1"), slip_of(proposed, "3", HEALTH))
    assert slip_of(proposed, "3", HEALTH).doc_number == "潜健督〔2022〕1号"


def test_one_matter_has_one_slip(proposed: Plan, sign_in: SignIn) -> None:
    office, slip = sign_in("office1"), slip_of(proposed, "4", HEALTH)
    address = f"/tasks/{slip.task_id}/slips"
    assert "一事一单" in office.post(address, data={"unit": slip.unit_id}).get_data(as_text=True)
    issue(office, slip)
    assert office.post(address, data={"unit": slip.unit_id}).status_code == 403
    assert office.post(address, data={"unit": slip_of(proposed, "6", FINANCE).unit_id}).status_code == 422


def test_what_a_person_dropped_is_not_proposed_for_a_week(proposed: Plan, sign_in: SignIn) -> None:
    slip = slip_of(proposed, "4", HEALTH)
    act(sign_in("office1"), slip, "drop", reason="已电话催过")
    assert propose_slips(proposed, DAY, None) == Proposed(0, 0)
    assert propose_slips(proposed, date(2021, 8, 5), None).added == 1


@pytest.mark.parametrize(
    ("login", "page", "answer", "issue_step"),
    [("health", 200, 303, 403), ("finance", 404, 404, 403), ("leader", 200, 403, 403), ("auditor", 403, 403, 403)],
)
def test_who_reads_and_answers_a_slip(
    proposed: Plan, sign_in: SignIn, login: str, page: int, answer: int, issue_step: int
) -> None:
    issue(sign_in("office1"), slip_of(proposed, "4", HEALTH))
    slip, client = slip_of(proposed, "4", HEALTH), sign_in(login)
    assert client.get(f"/slips/{slip.id}").status_code == page
    assert client.get(f"/slips/{slip.id}.docx").status_code == page
    assert client.post(f"/slips/{slip.id}/settle", data={"seen_version": slip.version}).status_code == issue_step
    data = {"seen_version": slip.version, "answer": "已办。"}
    assert client.post(f"/slips/{slip.id}/answer", data=data).status_code == answer


def test_the_paper_of_a_slip(proposed: Plan, sign_in: SignIn) -> None:
    office = sign_in("office1")
    issue(office, slip_of(proposed, "4", HEALTH))
    slip = slip_of(proposed, "4", HEALTH)
    document = Document(BytesIO(office.get(f"/slips/{slip.id}.docx").data))
    words = [paragraph.text for paragraph in document.paragraphs]
    assert "潜健督〔2021〕1号" in words and "市卫生健康委：" in words
    assert any("中西医协同" in line for line in words)
    assert "2021年8月4日前，一次答复（一般）" in [cell.text for row in document.tables[0].rows for cell in row.cells]


def test_a_pdf_where_there_is_libreoffice_and_else_a_sentence(
    proposed: Plan, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, slip = sign_in("office1"), slip_of(proposed, "4", HEALTH)
    if program() is not None:
        assert office.get(f"/slips/{slip.id}.pdf").data.startswith(b"%PDF")
    monkeypatch.setattr("tracker.supervision.paper.program", lambda: None)
    answer = office.get(f"/slips/{slip.id}.pdf")
    assert answer.status_code == 403 and "没有装 LibreOffice" in answer.get_data(as_text=True)


def test_reminders_of_a_slip_follow_the_rules_of_the_plan_and_come_once(proposed: Plan, sign_in: SignIn) -> None:
    issue(sign_in("office1"), slip_of(proposed, "4", HEALTH))  # to be answered by 4 August, a Wednesday
    said = {}
    for day in (date(2021, 7, 28), date(2021, 8, 2), date(2021, 8, 3), date(2021, 8, 7), date(2021, 8, 9)):
        clock.fix_day(day)
        said[day] = remind_of_slips(day).messages
        assert remind_of_slips(day).messages == 0
        commit()
    # nothing on the day of issue; on Monday what fell on Sunday, three days before; the day before; on Saturday
    # nothing; on Monday what fell on Saturday, three days over, which reaches the head too
    assert list(said.values()) == [0, 1, 1, 0, 2]
    sources = db.session.scalars(sa.select(SlipReminder.source).distinct()).all()
    assert "issued" in sources and len(sources) == 4
    assert db.session.scalars(sa.select(Delivery)).first() is not None


def test_a_unit_without_anybody_is_told_to_the_office(proposed: Plan, sign_in: SignIn) -> None:
    issue(sign_in("office1"), slip_of(proposed, "5", "龙湾镇"))
    message = db.session.scalars(sa.select(Message).where(Message.recipient_id.is_(None))).one()
    assert "没有联系人" in message.body


def test_lists_make_a_fixed_number_of_statements(proposed: Plan, sign_in: SignIn) -> None:
    office = sign_in("office1")
    for address in (f"/plans/{proposed.id}/slips", f"/plans/{proposed.id}/slips/proposals"):
        office.get(address)
        db.session.remove()
        with count_statements() as sent:
            assert office.get(address).status_code == 200
        assert len(sent) <= 12, sent


def test_the_list_is_narrowed_by_state_colour_unit_and_words(proposed: Plan, sign_in: SignIn) -> None:
    office = sign_in("office1")
    issue(office, slip_of(proposed, "4", HEALTH))
    clock.fix_day(date(2021, 8, 5))
    office = sign_in("office1")
    base = f"/plans/{proposed.id}/slips"

    def shown(query: str) -> int:
        return office.get(f"{base}?{query}").get_data(as_text=True).count("data-row")

    unit = slip_of(proposed, "6", FINANCE).unit_id
    counts = [shown(query) for query in ("", "state=issued", "late=1", f"unit={unit}", "colour=red", "q=2021〕1号")]
    assert counts == [6, 1, 1, 1, 0, 1]


def test_a_unit_opens_the_list_of_its_slips_and_that_of_the_bulletins(proposed: Plan, sign_in: SignIn) -> None:
    issue(sign_in("office1"), slip_of(proposed, "5", "熊口镇"))
    for login, count in (("xiongkou", 1), ("health", 0)):
        answer = sign_in(login).get(f"/plans/{proposed.id}/slips")
        assert (answer.status_code, answer.get_data(as_text=True).count("data-row")) == (200, count)
        assert sign_in(login).get(f"/plans/{proposed.id}/bulletins").status_code == 200
    assert sign_in("stranger").get(f"/plans/{proposed.id}/slips").status_code == 404
