"""正文与清单对照: each difference is settled by the clerk, and can be taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.beginnings import beginning
from tests.importing.drafts import FORMS, LIST, decide_all, seed, small_draft
from tests.statements import count_statements
from tests.world import World
from tracker.audit.models import AuditEvent
from tracker.errors import Invalid, Refused, Stale
from tracker.extensions import commit, db
from tracker.importing.actions import choose_part, receive
from tracker.importing.comparing import Comparison, comparison
from tracker.importing.confirming import confirm
from tracker.importing.models import ImportDraft, ImportSettlement, Settled
from tracker.importing.queries import doubts, rows, settlements
from tracker.importing.reconcile import Difference, Kind
from tracker.importing.settling import add_row, add_units, ignore, row_called, take_back
from tracker.tasks.models import Task
from tracker.tasks.roles import Role

SignIn = Callable[[str], FlaskClient]
MADE = """<p>健康县2021年工作要点</p>
<p>一、加强健康教育</p>
<p>1.开展健康教育进社区活动，每季度举办讲座。（市卫生健康委牵头，市财政局、市科技局配合）</p>
<p>2.发挥价格对控烟的引导作用。（市税务局负责）</p>
<p>健康县2021年工作任务清单</p><table>
<tr><th>序号</th><th>工作任务</th><th>牵头单位</th><th>参与单位</th><th>完成时限</th></tr>
<tr><td>1</td><td>开展健康教育进社区活动。</td><td>市卫生健康委</td><td>市财政局</td><td>2021年底</td></tr>
<tr><td>2</td><td>建立学校卫生监测点。</td><td>市教育局</td><td>市卫生健康委</td><td>持续推进</td></tr>
</table>"""


@beginning
def draft(world: World) -> ImportDraft:
    """A document that says its work in text and in a table."""
    return small_draft(world.actor("office1"), MADE)


def compared(draft: ImportDraft) -> Comparison:
    found = comparison(draft)
    assert found is not None
    return found


def difference(draft: ImportDraft, kind: Kind, unit: str) -> Difference:
    return next(one for one in compared(draft).open if one.kind is kind and unit in one.units)


def body(answer: Any) -> str:
    text: str = answer.get_data(as_text=True)
    return text


def test_the_made_document_differs_as_it_was_made(draft: ImportDraft) -> None:
    found = compared(draft)
    assert found.only_in_text == ["市科技局", "市税务局"]
    assert [(one.kind.value, one.units) for one in found.open] == [
        ("duty", ("市税务局",)),
        ("unit", ("市科技局",)),
        ("row", ("市教育局", "市卫生健康委")),
        ("row_unit", ("市教育局",)),
    ]


def test_a_duty_becomes_a_row_with_its_words_units_and_place(draft: ImportDraft, world: World) -> None:
    office = world.actor("office1")
    added = add_row(draft, difference(draft, Kind.DUTY, "市税务局").key, office)
    assert (added.position, added.text) == (3, "发挥价格对控烟的引导作用。")
    assert [unit["name"] for unit in added.leads] == ["市税务局"]
    assert [part["tasks"] for part in draft.parts] == [2, 3]
    assert "市税务局" not in {unit for one in compared(draft).open for unit in one.units}
    decide_all(draft, office)
    plan = confirm(draft, office)
    task = db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.position == 3)).one()
    assert [(one.unit.name, one.role) for one in task.assignments] == [("市税务局", Role.LEAD)]


def test_what_was_doubtful_in_the_text_is_doubtful_in_the_new_row(world: World) -> None:
    office = world.actor("office1")
    draft = receive(seed(FORMS[0]), FORMS[0], office)
    before = len(doubts(draft))
    said = next(one for one in compared(draft).open if one.kind is Kind.DUTY and one.units == ("市卫生健康委",))
    row = add_row(draft, said.key, office)
    assert len(doubts(draft)) == before + sum(one.row_id == row.id for one in doubts(draft))


def test_a_unit_joins_in_a_row(draft: ImportDraft, world: World) -> None:
    office = world.actor("office1")
    one = difference(draft, Kind.UNIT, "市科技局")
    row = add_units(draft, one.key, row_called(draft, "第1项"), office)
    assert [unit["name"] for unit in row.partners] == ["市财政局", "市科技局"]
    assert one.key not in {left.key for left in compared(draft).open}
    with pytest.raises(Stale):
        add_units(draft, one.key, row, office)


def test_what_is_left_says_who_left_it_and_can_be_taken_back(draft: ImportDraft, world: World) -> None:
    office = world.actor("office1")
    keys = [one.key for one in compared(draft).open]
    assert ignore(draft, keys, office) == 4
    assert compared(draft).open == []
    kept = settlements(draft)
    assert {one.person.name for one in kept.values()} == {"王审核"}
    with pytest.raises(Stale):
        ignore(draft, keys, world.actor("office2"))
    take_back(draft, kept[keys[0]].id, office)
    assert [one.key for one in compared(draft).open] == keys[:1]
    commit()
    logged = db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert logged[-2:] == ["import.settle", "import.unsettle"]


def test_a_row_or_unit_that_was_added_leaves_the_draft_when_taken_back(draft: ImportDraft, world: World) -> None:
    office = world.actor("office1")
    duty, unit = difference(draft, Kind.DUTY, "市税务局"), difference(draft, Kind.UNIT, "市科技局")
    row = add_row(draft, duty.key, office)
    add_units(draft, unit.key, row, office)
    kept = settlements(draft)
    take_back(draft, kept[unit.key].id, office)
    assert [one["name"] for one in row.partners] == []
    take_back(draft, kept[duty.key].id, office)
    assert [(one.position, one.no) for one in rows(draft)] == [(1, "1"), (2, "2")]
    assert {duty.key, unit.key} <= {one.key for one in compared(draft).open}


@pytest.mark.parametrize("words", ["", "9", "第x项"])
def test_a_row_that_is_not_there_is_asked_for_again(draft: ImportDraft, words: str) -> None:
    with pytest.raises(Invalid, match="清单里没有"):
        row_called(draft, words)


def test_a_row_that_has_the_unit_does_not_get_it_twice(draft: ImportDraft, world: World) -> None:
    office = world.actor("office1")
    key = difference(draft, Kind.UNIT, "市科技局").key
    row = row_called(draft, "2")
    row.partners = [*row.partners, {"name": "市科技局", "raw": "市科技局", "span": None}]
    with pytest.raises(Invalid, match="已经有"):
        add_units(draft, key, row, office)


def test_what_the_plan_has_already_is_not_added(draft: ImportDraft, world: World) -> None:
    office = world.actor("office1")
    with pytest.raises(Invalid, match="不用再加"):
        add_row(draft, difference(draft, Kind.ROW, "市教育局").key, office)


def test_with_the_text_taken_for_the_plan_it_is_the_table_s_rows_that_can_be_added(
    draft: ImportDraft, world: World
) -> None:
    office = world.actor("office1")
    choose_part(draft, 1, office)
    row = add_row(draft, difference(draft, Kind.ROW, "市教育局").key, office)
    assert (row.part, row.position, row.text) == (1, 3, "建立学校卫生监测点。")


def test_a_confirmed_draft_is_not_settled_any_more(draft: ImportDraft, world: World) -> None:
    office = world.actor("office1")
    key = difference(draft, Kind.DUTY, "市税务局").key
    decide_all(draft, office)
    confirm(draft, office)
    with pytest.raises(Refused, match="已确认成案"):
        add_row(draft, key, office)


def test_a_list_alone_has_nothing_to_compare(world: World, sign_in: SignIn) -> None:
    draft = small_draft(world.actor("office1"), LIST)
    commit()
    assert comparison(draft) is None
    assert sign_in("office1").get(f"/imports/{draft.id}/compare").status_code == 404
    assert "正文与清单对照" not in body(sign_in("office1").get(f"/imports/{draft.id}"))


def test_the_city_s_document_from_page_to_row_by_forms_alone(world: World, sign_in: SignIn) -> None:
    draft = receive(seed(FORMS[0]), FORMS[0], world.actor("office1"))
    commit()
    office, address = sign_in("office1"), f"/imports/{draft.id}/compare"
    assert "正文里的 3 家单位，清单里一项也没有：" in body(office.get(f"/imports/{draft.id}"))
    page = body(office.get(address))
    assert "正文 37 项职责，清单 61 项" in page
    assert "市商务局、市税务局、市信访局" in page
    key = re.search(r'name="key" value="(duty:\d+)"(?:(?!</tr>).)*?', page.split("发挥卷烟消费税")[-1], re.DOTALL)
    assert key is not None
    form = {"key": key[1], "how": Settled.ROW_ADDED.value}
    assert office.post(f"{address}?show=duty", data=form).status_code == 303
    assert "市商务局、市信访局" in body(office.get(address))
    settled = db.session.scalars(sa.select(ImportSettlement)).one()
    assert "加了一行" in body(office.get(f"{address}?show=settled"))
    assert office.post(f"{address}/{settled.id}/back").status_code == 303
    assert "市商务局、市税务局、市信访局" in body(office.get(address))


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"how": "units_added", "key": "{unit}", "row": "99"}, "清单里没有第"),
        ({"how": "burn", "key": "{unit}"}, "怎样处理没有选"),
        ({"how": "ignored", "key": "duty:0"}, "刚才已经处理过"),
    ],
)
def test_a_wrong_form_says_so_and_keeps_nothing(
    draft: ImportDraft, sign_in: SignIn, form: dict[str, str], sentence: str
) -> None:
    key = difference(draft, Kind.UNIT, "市科技局").key
    commit()
    answer = sign_in("office1").post(
        f"/imports/{draft.id}/compare", data={name: value.format(unit=key) for name, value in form.items()}
    )
    assert answer.status_code in {409, 422}
    assert sentence in body(answer)
    assert settlements(draft) == {}


@pytest.mark.parametrize(("login", "status"), [("health", 403), ("leader", 403)])
def test_nobody_but_the_office_compares(draft: ImportDraft, sign_in: SignIn, login: str, status: int) -> None:
    commit()
    assert sign_in(login).get(f"/imports/{draft.id}/compare").status_code == status


@pytest.mark.parametrize("kind", [*(kind.value for kind in Kind), "paired", "settled", "x"])
def test_every_list_is_shown_with_few_statements(world: World, sign_in: SignIn, kind: str) -> None:
    draft = receive(seed(FORMS[0]), FORMS[0], world.actor("office1"))
    commit()
    office = sign_in("office1")
    with count_statements() as sent:
        assert office.get(f"/imports/{draft.id}/compare?show={kind}").status_code == 200
    assert len(sent) <= 12
