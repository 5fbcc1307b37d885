"""Files that cannot be read: each ends in one sentence that says what it is and what to do."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.errors import UnreadableFile
from tracker.importing import readers
from tracker.importing.parse import parse, read_plan
from tracker.importing.sandbox import read_limited

SEED = Path(__file__).parents[2] / "seed"
DOCX = (SEED / "潜江323通知.docx").read_bytes()
XLSX = (SEED / "潜江323任务清单.xlsx").read_bytes()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def zipped(entries: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()


def with_entity() -> bytes:
    entity = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><d>&e;</d>'
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": entity})


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


BAD = {
    "empty": (b"", "空.docx", "文件是空的"),
    "blank": (b" \r\n\t\n", "空.txt", "文件是空的"),
    "truncated docx": (DOCX[: len(DOCX) // 2], "清单.docx", "不完整"),
    "truncated xlsx": (XLSX[:-300], "清单.xlsx", "不完整"),
    "encrypted": (OLE + "EncryptedPackage".encode("utf-16-le"), "清单.docx", "去掉密码"),
    "doc": (OLE + "WordDocument".encode("utf-16-le"), "清单.doc", "另存为 .docx"),
    "doc named docx": (OLE + "WordDocument".encode("utf-16-le"), "清单.docx", "另存为 .docx"),
    "xls": (OLE + "Workbook".encode("utf-16-le"), "清单.xls", "另存为 .xlsx"),
    "pdf": (b"%PDF-1.7\n...", "清单.pdf", "PDF 文件不完整"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(40), "清单.docx", "这是图片"),
    "rar": (b"Rar!\x1a\x07\x00" + bytes(40), "清单.rar", "压缩包"),
    "other zip": (zipped({"a.txt": b"abc"}), "清单.docx", "压缩包"),
    "ods": (
        zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
        "清单.xlsx",
        "不完整",
    ),
    "bomb": (zipped({"word/document.xml": bytes(60 * 1024 * 1024)}), "清单.docx", "大得不正常"),
    "many entries": (zipped({f"word/{n}.xml": b"" for n in range(6000)}), "清单.docx", "大得不正常"),
    "entity": (with_entity(), "清单.docx", "实体声明"),
    "entity in xml": (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><d/>',
        "a.xml",
        "实体",
    ),
    "no tasks": ("今天天气很好。\n\n明天也一样。".encode(), "日记.txt", "没有读到任务"),
    "no task table": (workbook(["姓名", "年龄"], ["张三", 30]), "名单.xlsx", "没有读到任务"),
    "binary": (bytes(range(1, 32)) * 50, "清单.txt", "不是文字文件"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_read_says_what_it_is_and_what_to_do(name: str) -> None:
    content, filename, sentence = BAD[name]
    with pytest.raises(UnreadableFile, match=sentence) as refusal:
        parse(content, filename)
    assert "请" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_file_above_the_limit_is_refused_by_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MAX_BYTES", 10)
    with pytest.raises(UnreadableFile, match="超过 100 MB 的上限"):
        parse(b"x" * 11, "大.txt")


def test_a_wrong_extension_is_read_by_its_bytes_and_noted() -> None:
    printed = parse(XLSX, "清单.docx")
    assert len(printed["tasks"]) == 61
    assert "文件名以 .docx 结尾，内容其实是 .xlsx，已按内容读取。" in printed["notes"]


def test_a_table_without_a_lead_column_asks_who_leads() -> None:
    content = workbook(["序号", "工作任务", "配合单位"], [1, "开展健康知识普及", "市教育局、市财政局"])
    task = read_plan(content, "清单.xlsx").draft.parts[0].tasks[0]
    assert {unit.name for unit in task.leads + task.partners} == {"市教育局", "市财政局"}
    assert [doubt.code for doubt in task.doubts] == ["no_lead"]


def test_the_same_number_twice_keeps_both_rows_with_a_doubt() -> None:
    content = workbook(
        ["序号", "工作任务", "牵头单位"], [1, "开展健康知识普及", "市教育局"], [1, "开展全民健身", "市体育局"]
    )
    tasks = read_plan(content, "清单.xlsx").draft.parts[0].tasks
    assert [[doubt.code for doubt in task.doubts] for task in tasks] == [["repeated_number"], ["repeated_number"]]


def test_a_limit_that_cannot_be_read_is_kept_with_a_doubt() -> None:
    content = workbook(["序号", "工作任务", "牵头单位", "完成时限"], [1, "开展健康知识普及", "市教育局", "择机"])
    task = read_plan(content, "清单.xlsx").draft.parts[0].tasks[0]
    assert (task.limit.raw, [doubt.code for doubt in task.doubts]) == ("择机", ["unreadable"])


def test_a_child_process_reads_the_same() -> None:
    assert read_limited(XLSX, "清单.xlsx") == read_plan(XLSX, "清单.xlsx").to_json()


def test_a_child_process_hands_on_the_refusal() -> None:
    with pytest.raises(UnreadableFile, match="PDF 文件不完整"):
        read_limited(b"%PDF-1.7", "清单.pdf")


def test_a_child_process_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(UnreadableFile, match="时间太长"):
        read_limited(DOCX, "清单.docx", seconds=0)


def test_a_child_process_that_takes_too_much_memory_is_stopped() -> None:
    many = workbook(*(["序号", "工作任务", "牵头单位", n] for n in range(4000)))
    with pytest.raises(UnreadableFile, match="已停止"):
        read_limited(many, "清单.xlsx", memory=8 * 1024 * 1024)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([DOCX, XLSX])))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(len(content) // 2, len(content))) :]
    try:
        parse(bytes(content), "清单.docx")
    except UnreadableFile as refusal:
        assert "请" in str(refusal)
