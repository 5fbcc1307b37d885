"""A bulletin: its figures by hand, editing, publishing, and that it never changes again.

By hand, as of 28 July 2021, from the reports of conftest. Owed 13. Received 3: 卫健委 for 1 and 2, 熊口 for 2, which is
23.1 %. In time 4 (30.8 %): those and 财政局 for 6, which a return does not undo. Missing 10 of five units:
卫健委 3, 4, 5, 6; 财政局 1 and 6; 熊口 5; 龙湾 2 and 5; 教育局 3. Submitted 4, returned 1 (财政局, 6): 25.0 %.
Lamps: 1 has 60 % against 7/12 = 58 % and its lead reported: green; 2 its lead reported: green; 3 to 6 lack a lead's
report, two days over: yellow.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from docx import Document
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError

from tests.beginnings import beginning
from tests.statements import count_statements
from tests.supervision.conftest import DAY, task
from tests.world import EDUCATION, FINANCE, HEALTH, World
from tracker import clock
from tracker.errors import Invalid, Refused
from tracker.extensions import commit, db
from tracker.obligations.queries import periods
from tracker.plans.models import Plan
from tracker.supervision.bulletin_facts import take
from tracker.supervision.bulletin_rules import BulletinState, BulletinVerb, blocks_of, digest_of, next_bulletin_state
from tracker.supervision.bulletins import draft_bulletin, is_whole
from tracker.supervision.models import Bulletin

SignIn = Callable[[str], FlaskClient]


@beginning
def draft(plan: Plan, world: World) -> Bulletin:
    bulletin = draft_bulletin(plan, periods(plan.id)[0], DAY, world.actor("office1"))
    commit()
    return bulletin


def form(bulletin: Bulletin, **changes: object) -> dict[str, object]:
    texts = {key: bulletin.texts[key] for key in ("state", "problems", "demands")}
    head = {"title": bulletin.title, "addressees": "各区镇街道，市直各部门", "copies": ""}
    return {**head, **texts, "seen_version": bulletin.version, **changes}


def publish(client: FlaskClient, bulletin: Bulletin, status: int = 303, **changes: object) -> str:
    answer = client.post(f"/bulletins/{bulletin.id}/publish", data=form(bulletin, **changes))
    assert answer.status_code == status, answer.get_data(as_text=True)
    db.session.expire_all()
    return answer.get_data(as_text=True)


def test_the_figures_are_those_worked_out_by_hand(draft: Bulletin) -> None:
    figures = draft.facts["figures"]
    assert figures["应报"] == "13"
    assert figures["报送率"] == "3/13（23.1%）"
    assert figures["及时率"] == "4/13（30.8%）"
    assert figures["退回率"] == "1/4（25.0%）"
    assert (figures["欠报"], figures["欠报单位"]) == ("10", "5")
    assert (figures["事项数"], figures["正常"], figures["滞后"]) == ("6", "2/6（33.3%）", "4/6（66.7%）")
    assert figures["逾期"] == "0/6（0.0%）"


def test_what_lags_is_named_by_unit_and_number(draft: Bulletin) -> None:
    lists = draft.facts["lists"]
    assert lists["逾期事项"] == []
    assert set(lists["滞后事项"]) == {
        f"{EDUCATION}：第3项。",
        f"{HEALTH}：第3、4项。",
        "熊口镇：第5项。",
        "龙湾镇：第5项。",
        f"{FINANCE}：第6项。",
    }
    assert set(lists["未报情况"]) == {
        f"{HEALTH}：4件，第3、4、5、6项。",
        f"{FINANCE}：1件，第1项。",
        "熊口镇：1件，第5项。",
        "龙湾镇：2件，第2、5项。",
        f"{EDUCATION}：1件，第3项。",
    }
    assert lists["退回情况"] == [f"{FINANCE}：1件，第6项。"]


def test_the_annex_has_every_unit_the_lowest_rate_first(draft: Bulletin) -> None:
    rows = draft.facts["tables"]["各单位情况"]["rows"]
    by_unit = {row[1]: row[2:] for row in rows}
    # 牵头, 逾期, 滞后, 已报/应报, 按时, 退回, 欠报. 卫健委 leads 1, 2, 3, 4, of which 3 and 4 are yellow.
    assert by_unit[HEALTH] == ["4", "0", "2", "2/6（33.3%）", "2", "0", "4"]
    assert by_unit[FINANCE] == ["1", "0", "1", "0/2（0.0%）", "1", "1", "2"]
    assert by_unit["熊口镇"] == ["1", "0", "1", "1/2（50.0%）", "1", "0", "1"]
    assert [row[1] for row in rows][-1] == "熊口镇"
    assert [row[0] for row in rows] == ["1", "2", "3", "4", "5"]


def test_an_earlier_day_has_the_figures_of_that_day(plan: Plan, world: World) -> None:
    bulletin = draft_bulletin(plan, periods(plan.id)[0], date(2021, 7, 23), world.actor("office1"))
    assert bulletin.facts["figures"]["报送率"] == "2/13（15.4%）"
    assert bulletin.facts["figures"]["退回率"] == "0/2（0.0%）"


@pytest.mark.parametrize("day", [date(2021, 6, 1), date(2021, 7, 29)])
def test_a_day_before_the_period_or_to_come_is_refused(plan: Plan, world: World, day: date) -> None:
    with pytest.raises(Invalid):
        draft_bulletin(plan, periods(plan.id)[0], day, world.actor("office1"))


FACTS = {
    "figures": {"应报": "13"},
    "lists": {"滞后事项": ["甲：第1项。"], "逾期事项": []},
    "tables": {"表": {"rows": [["1"]]}, "空表": {"rows": []}},
}


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("", []),
        ("共{应报}件。", [{"kind": "para", "pieces": [["共", False], ["13", True], ["件。", False]]}]),
        ("{滞后事项}", [{"kind": "para", "pieces": [["甲：第1项。", True]]}]),
        ("{逾期事项}", [{"kind": "para", "pieces": [["无。", True]]}]),
        ("（一）报送", [{"kind": "heading", "level": 2, "text": "（一）报送"}]),
        ("{空表}", []),
        ("1.报送", [{"kind": "heading", "level": 3, "text": "1.报送"}]),
        ("（一）各单位要报数。", [{"kind": "para", "pieces": [["（一）各单位要报数。", False]]}]),
        ("{表}\n\n好", [{"kind": "table", "rows": [["1"]]}, {"kind": "para", "pieces": [["好", False]]}]),
    ],
)
def test_a_text_is_lines_with_figures_put_in(text: str, blocks: list[object]) -> None:
    assert blocks_of(text, FACTS) == blocks


@pytest.mark.parametrize("text", ["{应报数}", "见{滞后事项}", "{}", "长" * 20_001])
def test_a_name_that_the_ledger_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        blocks_of(text, FACTS)


def test_a_published_bulletin_goes_no_further() -> None:
    with pytest.raises(Refused):
        next_bulletin_state(BulletinState.PUBLISHED, BulletinVerb.EDIT)


def test_a_draft_is_edited_published_and_read_by_all(draft: Bulletin, sign_in: SignIn) -> None:
    office, unit = sign_in("office1"), sign_in("xiongkou")
    address = f"/bulletins/{draft.id}"
    assert unit.get(address).status_code == 404
    assert office.post(address, data=form(draft, demands="请于8月2日前补报。")).status_code == 303
    db.session.expire_all()
    page = office.get(address).get_data(as_text=True)
    assert "请于8月2日前补报。" in page and '<span class="derived">3/13（23.1%）</span>' in page
    publish(office, draft, demands="请于8月2日前补报。")
    assert (draft.year, draft.number, draft.state) == (2021, 1, BulletinState.PUBLISHED)
    page = unit.get(address).get_data(as_text=True)
    assert "2021年第1期" in page and str(draft.sha256) in page
    assert office.post(address, data=form(draft, title="改")).status_code == 403


def test_a_published_bulletin_says_the_same_when_the_ledger_moves_on(draft: Bulletin, sign_in: SignIn) -> None:
    office = sign_in("office1")
    publish(office, draft)
    before = office.get(f"/bulletins/{draft.id}.docx").data
    clock.fix_day(date(2022, 7, 28))
    task(draft.plan, "4").closed_on = date(2022, 1, 5)
    draft.plan.office.name = "健康潜江办"
    commit()
    assert sign_in("office2").get(f"/bulletins/{draft.id}.docx").data == before
    assert is_whole(draft) and digest_of(draft.content) == draft.sha256
    words = [paragraph.text for paragraph in Document(BytesIO(before)).paragraphs]
    assert "2021年第1期" in words and "2021年7月28日" in words
    assert any("已报3/13（23.1%）" in line for line in words)


@pytest.mark.parametrize("statement", ["UPDATE bulletin SET title = 'x'", "DELETE FROM bulletin"])
def test_the_database_refuses_to_change_a_published_one(draft: Bulletin, sign_in: SignIn, statement: str) -> None:
    db.session.execute(sa.text("UPDATE bulletin SET copies = '市委办'"))
    commit()
    publish(sign_in("office1"), draft)
    with pytest.raises(DBAPIError, match="frozen"):
        db.session.execute(sa.text(statement))
    db.session.rollback()


def test_the_second_of_two_who_edit_is_told_and_keeps_what_he_wrote(draft: Bulletin, sign_in: SignIn) -> None:
    address, mine = f"/bulletins/{draft.id}", form(draft, demands="我写的")
    assert sign_in("office2").post(address, data=form(draft, demands="他写的")).status_code == 303
    db.session.expire_all()
    answer = sign_in("office1").post(address, data=mine)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "我写的" in page and "他写的" in page
    assert db.session.get_one(Bulletin, draft.id).texts["demands"] == "他写的"


def test_figures_of_another_day_leave_the_texts(draft: Bulletin, sign_in: SignIn) -> None:
    data = {"as_of": "2021-07-23", "seen_version": draft.version}
    assert sign_in("office1").post(f"/bulletins/{draft.id}/retake", data=data).status_code == 303
    db.session.expire_all()
    assert draft.facts["figures"]["报送率"] == "2/13（15.4%）"
    assert "{报送率}" in draft.texts["state"]


def test_a_refused_publication_leaves_no_gap(plan: Plan, draft: Bulletin, sign_in: SignIn, world: World) -> None:
    office = sign_in("office1")
    assert "台账里没有" in publish(office, draft, 422, state="{没有}")
    publish(office, draft)
    other = draft_bulletin(plan, periods(plan.id)[0], DAY, world.actor("office1"))
    commit()
    publish(office, other)
    assert (draft.number, other.number) == (1, 2)


def test_only_the_office_writes(draft: Bulletin, sign_in: SignIn) -> None:
    for login in ("health", "leader"):
        assert sign_in(login).post(f"/bulletins/{draft.id}", data=form(draft)).status_code == 403


def test_what_it_takes_and_what_it_shows_are_a_fixed_number_of_statements(
    plan: Plan, draft: Bulletin, sign_in: SignIn
) -> None:
    with count_statements() as sent:
        take(plan, periods(plan.id)[0], DAY)
    assert len(sent) <= 12, sent
    office = sign_in("office1")
    office.get(f"/plans/{plan.id}/bulletins")
    with count_statements() as sent:
        office.get(f"/plans/{plan.id}/bulletins")
    assert len(sent) <= 12, sent
