"""The import pages through a browser without script: upload, decide, confirm; and all that can be wrong."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.importing.drafts import FORMS, LIST, decide_all, seed, small_draft
from tests.world import HEALTH, World
from tracker.extensions import commit, db
from tracker.importing.models import DraftState, ImportDoubt, ImportDraft, ImportRow
from tracker.importing.queries import doubts, rows
from tracker.plans.models import Plan
from tracker.tasks.models import Task

SignIn = Callable[[str], FlaskClient]
HTMX = {"HX-Request": "true"}


def upload(client: FlaskClient, content: bytes, filename: str) -> Any:
    return client.post("/imports", data={"file": (io.BytesIO(content), filename), "way": "file"})


def only_draft() -> ImportDraft:
    db.session.expire_all()
    return db.session.scalars(sa.select(ImportDraft)).one()


def drafts_there() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(ImportDraft)) or 0


def body(answer: Any) -> str:
    text: str = answer.get_data(as_text=True)
    return text


@pytest.mark.parametrize("form", FORMS)
def test_uploading_each_form_of_the_list_gives_a_review_of_61_rows(sign_in: SignIn, form: str) -> None:
    office = sign_in("office1")
    answer = upload(office, seed(form), form)
    assert answer.status_code == 303
    page = body(office.get(answer.location))
    assert len(re.findall(r'<tr data-row [^>]*id="row-', page)) == 61
    assert "确认，生成 61 项任务" in page
    assert "还有 7 处存疑" in page


def test_the_document_stands_beside_with_lead_partner_limit_and_doubt_marked(sign_in: SignIn) -> None:
    office = sign_in("office1")
    page = body(office.get(upload(office, seed(FORMS[0]), FORMS[0]).location))
    for kind, words in (("lead", "市委组织部"), ("partner", "市科协"), ("limit", "持续推进")):
        assert re.search(rf'class="found is-{kind}"[^>]*>{words}<', page), kind
    assert re.search(r'class="found is-limit is-doubt"[^>]*>2021<', page)
    assert "其中另一部分 37 条（不在本次清单内）" in page


def test_from_upload_to_plan_by_forms_alone(sign_in: SignIn) -> None:
    office = sign_in("office1")
    upload(office, seed(FORMS[0]), FORMS[0])
    draft = only_draft()
    address = f"/imports/{draft.id}"
    while found := doubts(draft):
        form = {"choice": "0", "same": "1"}
        assert office.post(f"{address}/doubts/{found[0].id}", data=form).status_code == 303
        draft = only_draft()
    page = body(office.get(address))
    form = dict(re.findall(r'name="(name-\d+)" value="([^"]+)"', page))
    for number, line in enumerate(re.findall(r'<tr data-as="(\w+)"', page), start=1):
        form[f"as-{number}"] = line
        form[f"kind-{number}"] = "group" if line == "group" else "department"
    assert office.post(f"{address}/units", data=form | {"only": ""}).status_code == 303
    answer = office.post(f"{address}/confirm")
    assert answer.status_code == 303
    assert "61 项任务已生成，分给 38 家单位" in body(office.get(answer.location))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Task)) == 61
    again = upload(office, seed(FORMS[0]), FORMS[0])
    assert again.status_code == 409
    assert "已经导入并确认成案" in body(again)
    assert office.get(address).location == answer.location


def test_the_same_file_can_be_imported_again_if_the_clerk_says_so(sign_in: SignIn) -> None:
    office = sign_in("office1")
    upload(office, LIST.encode(), "清单.html")
    number = only_draft().id
    refused = upload(office, LIST.encode(), "清单.html")
    assert (refused.status_code, drafts_there()) == (409, 1)
    assert f'href="/imports/{number}"' in body(refused)
    assert office.post("/imports", data={"again": str(number)}).status_code == 303
    assert drafts_there() == 2


def test_pasted_text_is_read(sign_in: SignIn) -> None:
    answer = sign_in("office1").post("/imports", data={"text": seed(FORMS[3]).decode(), "way": "paste"})
    assert answer.status_code == 303
    assert only_draft().source_document.filename == "粘贴的文字.txt"


def zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * 300_000_000)
    return packed.getvalue()


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "空.docx"),
    "truncated": (lambda: seed(FORMS[0])[:9000], "断了.docx"),
    "encrypted": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 4000, "加密.docx"),
    "no_table": (lambda: "今天天气很好。".encode(), "天气.txt"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "表.docx"),
    "zip_bomb": (zip_bomb, "炸弹.docx"),
    "external_entity": (
        lambda: b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        "实体.xlsx",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(sign_in: SignIn, kind: str) -> None:
    make, filename = BAD[kind]
    answer = upload(sign_in("office1"), make(), filename)
    assert answer.status_code == 422
    assert 'role="alert"' in body(answer)
    assert "Traceback" not in body(answer)
    assert drafts_there() == 0


def test_no_file_and_no_text_are_said(sign_in: SignIn) -> None:
    office = sign_in("office1")
    assert "还没有选文件" in body(office.post("/imports", data={"way": "file"}))
    assert "还没有粘贴文字" in body(office.post("/imports", data={"way": "paste", "text": " "}))


def test_a_file_above_the_limit_is_refused(app: Flask, sign_in: SignIn) -> None:
    office = sign_in("office1")
    app.config["TRACKER_IMPORT_MB"] = 1
    answer = upload(office, b"0" * (1024 * 1024 + 1), "大.txt")
    assert answer.status_code == 422
    assert "超过 1 MB" in body(answer)
    app.config["MAX_CONTENT_LENGTH"] = 1024
    assert upload(office, b"0" * 5000, "大.txt").status_code == 413


def test_html_named_docx_is_read_as_what_it_is(sign_in: SignIn) -> None:
    assert upload(sign_in("office1"), LIST.encode(), "清单.docx").status_code == 303


def test_a_table_without_a_lead_column_makes_no_plan_before_leads_are_given(world: World, sign_in: SignIn) -> None:
    html = """<p>健康县2021年工作任务清单</p><table>
    <tr><th>序号</th><th>工作任务</th><th>参与单位</th><th>完成时限</th></tr>
    <tr><td>1</td><td>开展健康教育进社区活动。</td><td>市财政局</td><td>持续推进</td></tr></table>"""
    office = sign_in("office1")
    upload(office, html.encode(), "清单.html")
    draft = only_draft()
    assert office.post(f"/imports/{draft.id}/confirm").status_code == 403
    row = rows(draft)[0]
    form = {
        "no": "1",
        "text": row.text,
        "leads": HEALTH,
        "partners": "市财政局",
        "limit": "持续推进",
        "version": row.version,
    }
    assert office.post(f"/imports/{draft.id}/rows/{row.id}", data=form).status_code == 303
    decide_all(only_draft(), world.actor("office1"))
    commit()
    assert office.post(f"/imports/{draft.id}/confirm").status_code == 303


def test_twice_the_same_number_is_kept_and_asked(sign_in: SignIn) -> None:
    upload(sign_in("office1"), LIST.replace("<td>2</td>", "<td>1</td>").encode(), "清单.html")
    draft = only_draft()
    assert [row.no for row in rows(draft)] == ["1", "1"]
    assert {one.code for one in doubts(draft) if one.row_id} == {"repeated_number"}


def test_a_limit_that_cannot_be_read_is_asked_until_it_can(world: World, sign_in: SignIn) -> None:
    office = sign_in("office1")
    upload(office, LIST.replace("2021年底", "择机").encode(), "清单.html")
    draft = only_draft()
    doubt = doubts(draft, code="unreadable")[0]
    address = f"/imports/{draft.id}/doubts/{doubt.id}"
    answer = office.post(address, data={"choice": "own", "own": "看情况"}, headers=HTMX)
    assert answer.status_code == 422
    assert "看不懂“看情况”" in body(answer)
    assert 'value="看情况"' in body(answer)
    assert office.post(address, data={"choice": "own", "own": "9月底前"}, headers=HTMX).status_code == 200
    limit = rows(only_draft())[0].limit
    assert (limit["due_on"], limit["raw"]) == ("2021-09-30", "择机")


def test_a_name_that_two_units_bore_is_asked(world: World, sign_in: SignIn) -> None:
    from tracker.units.actions import add_alias

    for unit in ("市财政局", "市科技局"):
        add_alias(world.unit(unit), "市财科局", None, None, None)
    commit()
    office = sign_in("office1")
    answer = upload(office, LIST.replace("<td>市财政局", "<td>市财科局").encode(), "清单.html")
    page = body(office.get(answer.location))
    assert "一个写法对上了两家，请选定" in page
    form = {"name-1": "市财科局", "as-1": "known", "unit-1": "市科技局", "only": "1"}
    assert office.post(f"{answer.location}/units", data=form).status_code == 303
    assert "个待认" not in body(office.get(answer.location))


def test_of_two_people_editing_one_row_the_second_is_shown_the_first(sign_in: SignIn) -> None:
    first, second = sign_in("office1"), sign_in("office2")
    upload(first, LIST.encode(), "清单.html")
    draft = only_draft()
    row = rows(draft)[0]
    address = f"/imports/{draft.id}/rows/{row.id}"
    form = {"no": "1", "text": "甲写的。", "leads": HEALTH, "partners": "", "limit": "2021年底", "version": row.version}
    assert first.post(address, data=form, headers=HTMX).status_code == 200
    answer = second.post(address, data=form | {"text": "乙写的。"}, headers=HTMX)
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == f"#row-{row.id}"
    assert "甲写的。" in body(answer)
    assert "乙写的。" in body(answer)
    assert rows(only_draft())[0].text == "甲写的。"
    version = re.search(r'name="version" value="(\d+)"', body(answer))
    assert version is not None
    assert (
        second.post(address, data=form | {"text": "乙写的。", "version": version[1]}, headers=HTMX).status_code == 200
    )
    assert rows(only_draft())[0].text == "乙写的。"


def test_a_corrected_limit_is_read_again(sign_in: SignIn) -> None:
    office = sign_in("office1")
    upload(office, LIST.encode(), "清单.html")
    draft = only_draft()
    row = rows(draft)[1]
    form = {
        "no": "2",
        "text": row.text,
        "leads": "市教育局",
        "partners": HEALTH,
        "limit": "每季度",
        "version": row.version,
    }
    office.post(f"/imports/{draft.id}/rows/{row.id}", data=form)
    limit = rows(only_draft())[1].limit
    assert (limit["kind"], limit["every"], limit["raw"]) == ("recurring", "quarter", "每季度")


def test_another_part_of_the_document_can_be_taken(sign_in: SignIn) -> None:
    office = sign_in("office1")
    address = upload(office, seed(FORMS[0]), FORMS[0]).location
    assert office.post(f"{address}/part", data={"part": "1"}).status_code == 303
    page = body(office.get(address))
    assert "确认，生成 37 项任务" in page
    assert office.post(f"{address}/part", data={"part": "9"}).status_code == 422


def test_the_header_is_set_by_hand_and_a_wrong_one_stays_as_typed(sign_in: SignIn) -> None:
    office = sign_in("office1")
    address = upload(office, LIST.encode(), "清单.html").location
    form = {
        "title": "任务清单",
        "short_title": "清单",
        "doc_number": "健办〔2021〕3号",
        "issuer": "健康办",
        "issued_on": "2021年6月29日",
        "first_year": "2021",
        "last_year": "2020",
        "every": "quarter",
        "due_day": "20",
    }
    refused = office.post(f"{address}/header", data=form)
    assert refused.status_code == 422
    assert "终止年份不能早于起始年份" in body(refused)
    assert "健办〔2021〕3号" in body(refused)
    assert office.post(f"{address}/header", data=form | {"last_year": "2022"}).status_code == 303
    draft = only_draft()
    assert (draft.doc_number, draft.last_year, draft.every, draft.due_day) == ("健办〔2021〕3号", 2022, "quarter", 20)
    assert doubts(draft) == []


def test_a_draft_that_was_given_up_makes_no_plan_and_frees_its_file(sign_in: SignIn) -> None:
    office = sign_in("office1")
    address = upload(office, LIST.encode(), "清单.html").location
    assert office.post(f"{address}/abandon", data={"reason": " "}).status_code == 422
    assert office.post(f"{address}/abandon", data={"reason": "传错了"}).status_code == 303
    assert only_draft().state is DraftState.ABANDONED
    assert office.post(f"{address}/confirm").status_code == 403
    assert "传错了" in body(office.get("/imports"))
    assert upload(office, LIST.encode(), "清单.html").status_code == 303


@pytest.mark.parametrize("login", ["health", "health-head", "leader", "system", "security", "auditor"])
def test_only_the_office_imports(world: World, sign_in: SignIn, login: str) -> None:
    draft = small_draft(world.actor("office1"))
    commit()
    other = sign_in(login)
    for answer in (other.get("/imports"), other.get(f"/imports/{draft.id}"), upload(other, b"x", "x.txt")):
        assert answer.status_code == 403
    assert other.post(f"/imports/{draft.id}/confirm").status_code == 403
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Plan)) == 0


def test_a_settled_doubt_can_be_asked_again(world: World, sign_in: SignIn) -> None:
    office = sign_in("office1")
    upload(office, seed(FORMS[0]), FORMS[0])
    draft = only_draft()
    doubt = doubts(draft, code="joint_lead")[0]
    address = f"/imports/{draft.id}/doubts/{doubt.id}"
    office.post(address, data={"choice": "1"})
    office.post(f"{address}/reopen")
    db.session.expire_all()
    assert db.session.get_one(ImportDoubt, doubt.id).decided is None
    office.post(address, data={"choice": "0"})
    row = db.session.get_one(ImportRow, doubt.row_id)
    assert [unit["name"] for unit in row.leads] == ["市教育局", "市机关事务服务中心", "市总工会"]


def test_the_missing_number_is_added_in_the_settings(world: World, sign_in: SignIn) -> None:
    actor = world.actor("office1")
    draft = small_draft(actor)
    decide_all(draft, actor)
    from tracker.importing.confirming import confirm

    plan = confirm(draft, actor)
    commit()
    office, address = sign_in("office1"), f"/plans/{plan.id}/settings"
    assert "文号待补" in body(office.get(address))
    form = {
        "short_title": "清单",
        "doc_number": "健办〔2021〕3号",
        "every": "month",
        "due_day": "25",
        "leader_id": world.person("leader").id,
    }
    assert office.post(address, data=form).status_code == 303
    db.session.expire_all()
    assert (plan.doc_number, plan.leader_id) == ("健办〔2021〕3号", world.person("leader").id)
    assert office.post(address, data=form | {"due_day": "40"}).status_code == 422
    assert sign_in("health").get(address).status_code == 403
    assert office.post(f"/plans/{plan.id}/close", data={"reason": ""}).status_code == 422
    assert office.post(f"/plans/{plan.id}/close", data={"reason": "年度结束"}).status_code == 303
    assert office.post(address, data=form).status_code == 403
