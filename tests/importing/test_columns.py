"""Columns that a clerk names: the reading with them, what is remembered, what is asked first, taking it back."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.importing.drafts import LIST
from tests.importing.test_pages import HTMX, SignIn, body, only_draft, upload
from tracker.errors import UnreadableFile
from tracker.extensions import db
from tracker.importing.extract.drafts import ColumnMap, Meaning
from tracker.importing.models import ColumnMemory, DraftState, ImportDraft
from tracker.importing.parse import read_for_review, read_plan
from tracker.importing.queries import rows

ODD = LIST
for _words, _odd in zip(("序号", "工作任务", "牵头单位", "参与单位", "完成时限"), "甲乙丙丁戊", strict=True):
    ODD = ODD.replace(f"<th>{_words}</th>", f"<th>{_odd}</th>")
ISSUED = "<p>健康潜江工作领导小组办公室</p><p>2021年6月29日</p>"
MEANT = [Meaning.NUMBER, Meaning.TEXT, Meaning.LEAD, Meaning.PARTNER, Meaning.LIMIT]


def newest() -> ImportDraft:
    db.session.expire_all()
    draft = db.session.scalars(sa.select(ImportDraft).order_by(ImportDraft.id.desc())).first()
    assert draft is not None
    return draft


def form(draft: ImportDraft, meanings: list[Meaning] = MEANT) -> dict[str, Any]:
    block = next(n for n, one in enumerate(draft.source_document.blocks) if one["kind"] == "table")
    return {"block": str(block), "head": "0"} | {f"column-{n}": one.value for n, one in enumerate(meanings)}


def test_the_columns_of_a_map_are_read_as_it_says() -> None:
    one = ColumnMap(list("甲乙丙丁戊"), MEANT)
    (part,) = read_for_review(ODD.encode(), "清单.html", [one]).draft.parts
    assert [(task.no, [unit.name for unit in task.leads], task.limit.raw) for task in part.tasks] == [
        ("1", ["市卫生健康委"], "2021年底"),
        ("2", ["市教育局"], "持续推进"),
    ]


def test_a_map_of_another_issuer_counts_only_where_the_document_names_none() -> None:
    one = ColumnMap(list("甲乙丙丁戊"), MEANT, issuer="某县卫生健康局")
    assert len(read_for_review(ODD.encode(), "清单.html", [one]).draft.parts[0].tasks) == 2
    assert read_for_review((ODD + ISSUED).encode(), "清单.html", [one]).draft.parts[0].tasks == []


def test_a_table_without_known_heads_is_kept_for_the_clerk_and_refused_on_the_command_line() -> None:
    assert read_for_review(ODD.encode(), "清单.html").draft.parts[0].tasks == []
    with pytest.raises(UnreadableFile):
        read_plan(ODD.encode(), "清单.html")


@given(st.lists(st.sampled_from(list(Meaning)), min_size=5, max_size=5), st.integers(-1, 2))
def test_any_meaning_of_the_columns_is_read_without_a_fault(meanings: list[Meaning], head: int) -> None:
    draft = read_for_review(ODD.encode(), "清单.html", [ColumnMap([], meanings, 1, head)]).draft
    if Meaning.TEXT not in meanings:
        assert [part.tasks for part in draft.parts] == [[]]


def test_a_clerk_names_the_columns_and_the_next_file_of_the_issuer_is_read_at_once(sign_in: SignIn) -> None:
    office = sign_in("office1")
    page = body(office.get(upload(office, (ODD + ISSUED).encode(), "一.html").location))
    assert "没有读出任务" in page
    assert "确认，生成 0 项任务" in page
    first = only_draft()
    assert office.post(f"/imports/{first.id}/confirm").status_code == 403
    answer = office.post(f"/imports/{first.id}/columns", data=form(first))
    assert answer.status_code == 303
    assert "读出 2 项任务" in body(office.get(answer.location))
    assert [one.state for one in db.session.scalars(sa.select(ImportDraft).order_by(ImportDraft.id))] == [
        DraftState.ABANDONED,
        DraftState.REVIEW,
    ]
    second = upload(office, (ODD.replace("社区", "家庭") + ISSUED).encode(), "二.html")
    page = body(office.get(second.location))
    assert "按健康潜江工作领导小组办公室上次的列对应读的" in page
    assert "确认，生成 2 项任务" in page


def test_taking_it_back_reads_by_the_heads_and_forgets(sign_in: SignIn) -> None:
    office = sign_in("office1")
    upload(office, (LIST + ISSUED).encode(), "一.html")
    swapped = [Meaning.NUMBER, Meaning.TEXT, Meaning.PARTNER, Meaning.LEAD, Meaning.LIMIT]
    first = only_draft()
    office.post(f"/imports/{first.id}/columns", data=form(first, swapped))
    draft = newest()
    assert [unit["name"] for unit in rows(draft)[0].leads] == ["市财政局"]
    block = form(draft)["block"]
    assert office.post(f"/imports/{draft.id}/columns/take-back", data={"block": block}).status_code == 303
    assert [unit["name"] for unit in rows(newest())[0].leads] == ["市卫生健康委"]
    assert db.session.scalars(sa.select(ColumnMemory)).one().ended_at is not None
    assert office.post(f"/imports/{newest().id}/columns/take-back", data={"block": block}).status_code == 404


def test_corrections_are_not_lost_without_a_word(sign_in: SignIn) -> None:
    office = sign_in("office1")
    upload(office, (LIST + ISSUED).encode(), "一.html")
    draft = only_draft()
    row = rows(draft)[0]
    words = {"no": "1", "text": "改过的。", "leads": "市教育局", "partners": "", "limit": "", "version": row.version}
    office.post(f"/imports/{draft.id}/rows/{row.id}", data=words)
    refused = office.post(f"/imports/{draft.id}/columns?tab=columns", data=form(draft))
    assert refused.status_code == 422
    assert "重读会丢掉改过的 1 行" in body(refused)
    assert newest().id == draft.id
    agreed = form(draft) | {"agreed": "1"}
    assert office.post(f"/imports/{draft.id}/columns", data=agreed, headers=HTMX).headers["HX-Redirect"]
    assert newest().id != draft.id


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"column-1": "unused"}, "还没有指定哪一列是任务"),
        ({"column-3": "lead"}, "“牵头单位”只能选一列"),
        ({"column-2": "nonsense"}, "有一列没有选它是什么"),
        ({"head": "x"}, "表头在哪一行没有选"),
        ({"column-5": "text"}, "列数或行数和页面上的不一样"),
    ],
)
def test_what_cannot_be_is_said(sign_in: SignIn, change: dict[str, str], sentence: str) -> None:
    office = sign_in("office1")
    upload(office, ODD.encode(), "一.html")
    draft = only_draft()
    refused = office.post(f"/imports/{draft.id}/columns?tab=columns", data=form(draft) | change)
    assert refused.status_code == 422
    assert sentence in body(refused)


def test_the_reading_says_how_far_it_is() -> None:
    from tracker.importing.sandbox import read_limited

    heard: list[int] = []
    read_limited(LIST.encode(), "清单.html", told=heard.append)
    assert heard == sorted(heard)
    assert heard[0] >= 60
    assert heard[-1] == 100


def test_the_bar_of_a_reading_is_the_reader_s_own(sign_in: SignIn) -> None:
    office = sign_in("office1")
    assert "正在上传" in body(office.get("/imports/reading/0123456789abcdef", headers=HTMX))
    assert sign_in("health").get("/imports/reading/0123456789abcdef").status_code == 403
