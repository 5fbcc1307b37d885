"""The formats beside .docx, .xlsx, .html and .txt: what each keeps of a table and of running text."""

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.importing.drawn import Words, as_ods, as_ofd, as_pdf, prose, table
from tracker.errors import UnreadableFile
from tracker.importing.blocks import Paragraph
from tracker.importing.parse import parse
from tracker.importing.readers import office, read
from tracker.importing.sandbox import read_limited

CASES = Path(__file__).parent / "cases"
HEAD = ["序号", "重点任务", "牵头单位", "配合单位", "完成时限"]
ROWS = [
    ["1", "推进老旧小区改造工程建设，健全长效管理机制。", "县住建局", "县财政局、县自然资源局", "2021年6月底前"],
    ["2", "开展全民健身活动提升体质。", "县体育局", "", "持续推进"],
    ["3", "加强学校食品安全监督管理。", "县市场监管局", "县教体局、各乡镇人民政府", "2021年"],
]  # fmt: skip


def fields(mark: str, rows: list[list[str]]) -> str:
    made = io.StringIO()
    csv.writer(made, delimiter=mark).writerows(rows)
    return made.getvalue()


def read_back(printed: dict[str, Any]) -> list[list[str]]:
    names = ("leads", "partners")
    return [
        [t["no"], t["text"], *("、".join(u["name"] for u in t[role]) for role in names), t["deadline"]["raw"]]
        for t in printed["tasks"]
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_fields_between_marks_are_a_table(mark: str, encoding: str) -> None:
    title = ["某县2021年任务分解表", "", "", "", ""]
    content = fields(mark, [title, HEAD, *ROWS]).encode(encoding)
    assert read_back(parse(content, "表.csv")) == ROWS


def test_a_field_may_hold_the_mark_and_lines() -> None:
    rows = [["1", "推进改造,完善配套\n设施。", "县住建局", "县财政局", "2021年"], ROWS[1]]
    printed = parse(fields(",", [HEAD, *rows]).encode(), "表.csv")
    assert printed["tasks"][0]["text"] == "推进改造,完善配套设施。"


@pytest.mark.parametrize(
    "first", ["<h1>某县工作要点</h1>", "<title>要点</title>", "<!-- 存 --><center>某县工作要点</center>"]
)
def test_a_page_cut_out_of_a_site_is_still_a_page(first: str) -> None:
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in [HEAD, *ROWS])
    printed = parse(f"{first}<table>{cells}</table>".encode(), "存.txt")
    assert read_back(printed) == ROWS


def test_text_with_commas_is_no_table_of_fields() -> None:
    text = "某县2021年工作要点\n1.推进改造,完善设施,健全机制。(县住建局负责)\n2.开展健身。(县体育局负责)"
    assert read(text.encode(), "要点.txt").format == "txt"


def test_an_old_workbook_reads_like_the_new_one() -> None:
    printed = parse((CASES / "qianjiang_list.xls").read_bytes(), "清单.xls")
    gold = json.loads((CASES / "qianjiang_list.gold.json").read_text("utf-8"))["tasks"]
    assert [[t["no"], t["leads"], t["partners"], t["deadline"]["raw"]] for t in gold] == [
        [t["no"], *([u["name"] for u in t[role]] for role in ("leads", "partners")), t["deadline"]["raw"]]
        for t in printed["tasks"]
    ]
    assert printed["issue_date"] == "2021-06-29"


def test_an_open_document_sheet_keeps_merged_cells_and_hidden_rows() -> None:
    rows = [HEAD, *ROWS, ["4", "已经取消的任务", "县教体局", "", "2021年"]]
    rows[2][4] = ""
    printed = parse(as_ods(rows, hidden=(4,), spans={(1, 4): 2}), "表.ods")
    assert [row[4] for row in read_back(printed)] == ["2021年6月底前", "2021年6月底前", "2021年"]
    assert any("1个隐藏行" in note for note in printed["notes"])


@pytest.mark.parametrize("write", [as_pdf, as_ofd])
def test_a_ruled_table_over_pages_is_one_and_its_repeated_head_no_task(write: Any) -> None:
    rows = [[str(n), *ROWS[n % 3][1:]] for n in range(1, 46)]
    pages = table([HEAD, *rows])
    assert len(pages) > 2
    printed = parse(write(pages), "表")
    assert read_back(printed) == rows
    assert printed["tasks"][0]["source"]["where"].startswith("第1页 表1")


@pytest.mark.parametrize("write", [as_pdf, as_ofd])
def test_a_row_that_a_page_cuts_is_put_together(write: Any) -> None:
    first, last = table([HEAD, *ROWS[:2]])[0], table([HEAD, ["", "并加强日常维护。", "", "", ""], ROWS[2]])[0]
    printed = parse(write([first, last]), "表")
    assert [task["no"] for task in printed["tasks"]] == ["1", "2", "3"]
    assert printed["tasks"][1]["text"] == "开展全民健身活动提升体质。并加强日常维护。"


@pytest.mark.parametrize("write", [as_pdf, as_ofd])
def test_paragraphs_over_lines_and_pages_are_whole_without_what_a_page_repeats(write: Any) -> None:
    long = "加强基层医疗卫生机构能力建设，完善服务网络，健全长效机制，提高群众获得感。" * 5
    written = [f"{n}.{long}（县卫健委牵头，县财政局配合）" for n in range(1, 14)]
    document = read(write(prose(written, head="某县人民政府公报")), "要点")
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == written


def test_a_scanned_page_is_refused() -> None:
    for content in (as_pdf([[]]), as_pdf([[Words(90, 90, "骑缝章")], []])):
        with pytest.raises(UnreadableFile, match="扫描件.*请"):
            parse(content, "扫描.pdf")
    with pytest.raises(UnreadableFile, match="扫描件.*请"):
        parse(as_ofd([[]]), "扫描.ofd")


def test_an_old_text_file_without_the_converter_says_to_save_it_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    office.as_docx.cache_clear()
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(UnreadableFile, match="没有装 LibreOffice.*另存为 .docx"):
        parse((CASES / "old.doc").read_bytes(), "旧.doc")


def test_an_old_text_file_is_read_where_the_converter_is_installed() -> None:
    content = (CASES / "old.doc").read_bytes()
    if shutil.which("soffice") or shutil.which("libreoffice"):
        read_text = json.dumps(read_limited(content, "旧.doc"), ensure_ascii=False)
        assert re.search("县住建局.*县体育局", read_text)
        assert "内容其实是" not in read_text
    else:
        with pytest.raises(UnreadableFile, match="另存为 .docx"):
            read_limited(content, "旧.doc")


def test_a_converter_that_leaves_nothing_is_a_damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _: str(program))
    with pytest.raises(UnreadableFile, match="转换不出来"):
        office.as_docx(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 damaged")
