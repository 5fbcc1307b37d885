"""Rows that are no task, rows that were missed, the same correction at once; indicators and duties of a draft."""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa

from tests.importing.documents import as_docx
from tests.importing.drafts import LIST, decide_all
from tests.importing.test_pages import HTMX, SignIn, body, only_draft, upload
from tests.statements import count_statements
from tests.world import HEALTH, World
from tracker.extensions import commit, db
from tracker.importing.models import ImportIndicator
from tracker.importing.queries import duties, indicators, no_tasks, rows
from tracker.tasks.models import Task

CASES = Path(__file__).parent / "cases"


def test_a_row_that_is_no_task_is_set_aside_and_taken_back(world: World, sign_in: SignIn) -> None:
    office = sign_in("office1")
    address = upload(office, LIST.replace("市教育局", "某某办").encode(), "清单.html").location
    row = rows(only_draft())[1]
    assert office.post(f"{address}/rows/{row.id}/no-task").status_code == 303
    page = body(office.get(address))
    assert "确认，生成 1 项任务" in page
    assert "看去掉的 1 行" in page
    assert "个待认" not in page
    office.post(f"{address}/rows/{row.id}/task")
    assert "确认，生成 2 项任务" in body(office.get(address))
    office.post(f"{address}/rows/{row.id}/no-task")
    decide_all(only_draft(), world.actor("office1"))
    commit()
    assert office.post(f"{address}/confirm").status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Task)) == 1
    assert [one.no for one in no_tasks(only_draft())] == ["2"]


def test_a_row_is_added_from_the_words_of_the_document_or_by_hand(world: World, sign_in: SignIn) -> None:
    office = sign_in("office1")
    html = LIST.replace("</table>", "</table><p>另外，各单位要开展职业健康检查。</p>")
    address = upload(office, html.encode(), "清单.html").location
    blocks = only_draft().source_document.blocks
    block, text = next((n, one["text"]) for n, one in enumerate(blocks) if "职业健康" in one.get("text", ""))
    new = {"text": "开展职业健康检查。", "leads": HEALTH, "limit": "2021年底", "at": str(block)}
    chosen = new | {"start": str(text.index("开展")), "end": str(len(text))}
    assert office.post(f"{address}/rows", data=chosen).status_code == 303
    typed = {"text": "做好疫情防控。", "leads": HEALTH, "after": "1"}
    assert office.post(f"{address}/rows", data=typed).status_code == 303
    added = rows(only_draft())
    assert [row.text[:4] for row in added] == ["开展健康", "做好疫情", "建立学校", "开展职业"]
    assert (added[3].source["block"], added[3].limit["due_on"]) == (block, "2021-12-31")
    assert f'data-of="{added[3].id}" data-kinds="task">开展职业健康检查。' in body(office.get(address))
    decide_all(only_draft(), world.actor("office1"))
    commit()
    assert office.post(f"{address}/confirm").status_code == 303
    places = db.session.execute(sa.select(Task.source_block, Task.source_where).order_by(Task.position)).all()
    assert places[1] == (None, "手工添加")
    assert places[3][0] == block


def test_a_row_that_cannot_be_added_is_said_and_stays_as_typed(sign_in: SignIn) -> None:
    office = sign_in("office1")
    address = upload(office, LIST.encode(), "清单.html").location
    for wrong, sentence in (
        ({"text": " "}, "任务内容要填"),
        ({"text": "甲", "after": "99"}, "没有序号是“99”的行"),
        ({"text": "甲", "at": "1.1.1", "start": "0", "end": "999"}, "找不到了"),
        ({"text": "甲", "at": "x", "start": "0", "end": "1"}, "请填数字"),
        ({"text": "甲", "leads": HEALTH, "partners": HEALTH}, "不能既牵头又参与"),
    ):
        answer = office.post(f"{address}/rows", data=wrong, headers=HTMX)
        assert answer.status_code == 422
        assert sentence in body(answer)
    assert len(rows(only_draft())) == 2


def test_the_same_name_and_the_same_limit_are_corrected_at_once(sign_in: SignIn) -> None:
    office = sign_in("office1")
    address = upload(office, LIST.replace("2021年底", "持续推进").encode(), "清单.html").location
    row = rows(only_draft())[0]
    form = {
        "no": "1",
        "text": row.text,
        "leads": "市卫健委",
        "partners": "市财政局",
        "limit": "每季度",
        "version": row.version,
    }
    page = body(office.post(f"{address}/rows/{row.id}", data=form, headers=HTMX))
    assert "“市卫生健康委”改成了“市卫健委”。另有 1 处" in page
    assert "“持续推进”改成了“每季度”。另有 1 处" in page
    assert "data-of" in page
    office.post(f"{address}/alike", data={"field": "unit", "old": HEALTH, "new": "市卫健委"}, headers=HTMX)
    office.post(f"{address}/alike", data={"field": "limit", "old": "持续推进", "new": "每季度"}, headers=HTMX)
    second = rows(only_draft())[1]
    assert [unit["name"] for unit in second.partners] == ["市卫健委"]
    assert second.partners[0]["raw"] == HEALTH
    assert second.partners[0]["span"] is not None
    assert second.limit["every"] == "quarter"
    assert office.post(f"{address}/alike", data={"field": "x", "old": "a", "new": "b"}).status_code == 422


def test_of_five_plans_in_one_file_one_is_taken_by_its_title(sign_in: SignIn) -> None:
    office = sign_in("office1")
    address = upload(office, (CASES / "jizhou.txt").read_bytes(), "蓟州.txt").location
    page = body(office.get(address))
    assert "这个文件里有 5 份清单" in page
    assert office.post(f"{address}/part", data={"part": "4"}).status_code == 303
    draft = only_draft()
    assert (draft.title, draft.first_year, draft.last_year) == (
        "天津市蓟州区贯彻中医药发展战略规划纲要（2016—2030年）实施方案",
        2016,
        2030,
    )
    assert "确认，生成 22 项任务" in body(office.get(address))


def test_indicators_and_duties_stand_in_their_tabs_with_their_words(sign_in: SignIn) -> None:
    office = sign_in("office1")
    address = upload(office, (CASES / "jizhou.txt").read_bytes(), "蓟州.txt").location
    draft = only_draft()
    assert (len(indicators(draft)), len(duties(draft))) == (8, 2)
    for tab, found in (("indicators", indicators(draft)), ("duties", duties(draft))):
        page = body(office.get(f"{address}?tab={tab}"))
        for one in found:
            assert f'id="row-{one.id}"' in page
            assert re.search(rf'data-of="(\d+ )*{one.id}[ "]', page.split('class="pane pane-work"')[0])


def test_an_indicator_is_corrected_and_a_stale_one_is_refused(sign_in: SignIn) -> None:
    office = sign_in("office1")
    address = upload(office, (CASES / "jizhou.txt").read_bytes(), "蓟州.txt").location
    one = indicators(only_draft())[0]
    raw, page = one.targets[0]["raw"], f"{address}/indicators/{one.id}?tab=indicators"
    form = {"name": "规则服药率", "unit": "%", "baseline": "80.5", "attribute": "约束性", "version": str(one.version)}
    form |= {"year-0": "2020", "op-0": ">=", "value-0": "95", "year-1": "2025", "op-1": "<=", "value-1": "3%"}
    assert "规则服药率" in body(office.post(page, data=form, headers=HTMX))
    db.session.expire_all()
    now = db.session.get_one(ImportIndicator, one.id)
    assert (now.name, now.baseline, now.attribute) == ("规则服药率", 80.5, "约束性")
    assert [(t["year"], t["op"], t["value"]) for t in now.targets] == [(2020, ">=", 95), (2025, "<=", 3)]
    assert now.targets[0]["raw"] == raw
    stale = office.post(page, data=form, headers=HTMX)
    assert stale.status_code == 409
    assert stale.headers["HX-Retarget"] == f"#row-{one.id}"
    for wrong in ({"baseline": "nan"}, {"value-0": "多"}, {"year-0": "20"}, {"name": " "}, {"op-0": "?"}):
        assert office.post(page, data=form | {"version": str(now.version)} | wrong, headers=HTMX).status_code == 422


def test_a_word_file_of_xinfeng_has_no_wrong_row(sign_in: SignIn) -> None:
    office = sign_in("office1")
    text = (CASES / "xinfeng.txt").read_text(encoding="utf-8")
    page = body(office.get(upload(office, as_docx(text), "信丰.docx").location))
    assert "确认，生成 26 项任务" in page
    assert "还有 1 处存疑" in page


def test_the_review_page_asks_no_more_for_more_rows(sign_in: SignIn) -> None:
    office = sign_in("office1")
    few = upload(office, LIST.encode(), "清单.html").location
    many = upload(office, (CASES / "jizhou.txt").read_bytes(), "蓟州.txt").location
    counts = []
    for address in (few, many):
        with count_statements() as sent:
            office.get(address)
        counts.append(len(sent))
    assert counts[1] <= counts[0] + 1
