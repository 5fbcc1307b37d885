"""Types told from bytes, and what is taken as evidence."""

from __future__ import annotations

from copy import copy
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image

from tests.files.compound_file import END, compound_file
from tracker.errors import Invalid, UnreadableFile
from tracker.files.filetypes import PDF, accept_evidence, sniff

FILES = Path(__file__).parent / "samples"
REFUSED = "没有收下“{}”。内容不是图片、PDF 或 Office 文件，请换成扫描的 PDF。"


def picture(kind: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (4, 3), "red").save(out, kind)
    return out.getvalue()


def zipped(*names: str) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def docx() -> bytes:
    out = BytesIO()
    Document().save(out)
    return out.getvalue()


def xlsx() -> bytes:
    out = BytesIO()
    Workbook().save(out)
    return out.getvalue()


SAMPLES = [
    (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    (b"\xef\xbb\xbf\r\n%PDF-1.4", "PDF"),
    *((picture(kind), label) for kind, label in (("JPEG", "JPG"), ("PNG", "PNG"), ("GIF", "GIF"))),
    *((picture(kind), label) for kind, label in (("WEBP", "WEBP"), ("TIFF", "TIF"))),
    (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
    (b"\0\0\0\x18ftypisom\0\0\0\0", "MP4"),
    (b"\0\0\0\x14ftypqt  \0\0\0\0", "MOV"),
    (docx(), "DOCX"),
    (xlsx(), "XLSX"),
    (zipped("[Content_Types].xml", "ppt/presentation.xml"), "PPTX"),
    (zipped("OFD.xml", "Doc_0/Document.xml"), "OFD"),
    ((FILES / "letter.doc").read_bytes(), "DOC"),
    ((FILES / "list.xls").read_bytes(), "XLS"),
    (compound_file("Current User", "PowerPoint Document"), "PPT"),
    (compound_file("a", "b", "c", "d", "e", "f", "WordDocument"), "DOC"),
    ("责任台账\r\n目前进展".encode(), "TXT"),
    ("责任台账".encode("gb18030"), "TXT"),
    (("占" * 3000).encode(), "TXT"),
]


@pytest.mark.parametrize(("content", "label"), SAMPLES, ids=[f"{label}-{i}" for i, (_, label) in enumerate(SAMPLES)])
def test_the_type_is_told_from_the_bytes(content: bytes, label: str) -> None:
    kind = sniff(BytesIO(content))
    assert kind is not None
    assert kind.label == label
    assert accept_evidence(f"佐证.{kind.endings[0]}", BytesIO(content)) == kind


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("扫描件.exe", b"MZ\x90\x00\x03" + bytes(60)),
        ("扫描件.pdf", b"MZ\x90\x00\x03" + bytes(60)),
        ("程序", b"\x7fELF\x02\x01\x01" + bytes(9)),
        ("网页.html", b"<!DOCTYPE html><html>"),
        ("网页.txt", b"\xef\xbb\xbf  <html><body>"),
        ("网页.txt", "先是文字 <script>alert(1)</script>".encode()),
        ("图.svg", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("脚本.txt", b"#!/bin/sh\nrm -rf /"),
        ("脚本.bat", b"@echo off\r\ndel *.*"),
        ("脚本.js", b"alert(1)"),
        ("脚本.ps1", b"Get-Process"),
        ("安装.msi", compound_file("SummaryInformation", "Table")),
        ("坏.txt", b"abc\x00def"),
        ("坏.txt", b"\xff\xfe\xfa\xff\xff"),
    ],
)
def test_programs_pages_and_scripts_are_refused_with_a_sentence(name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        accept_evidence(name, BytesIO(content))
    assert str(refusal.value) == REFUSED.format(name)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("空.pdf", b"", "文件是空的"),
        ("材料.zip", zipped("a.txt"), "解压后逐个上传"),
        ("材料.rar", b"Rar!\x1a\x07\x01\x00", "解压后逐个上传"),
        ("材料.7z", b"7z\xbc\xaf\x27\x1c\x00\x04", "解压后逐个上传"),
        ("表.xlsx", compound_file("EncryptionInfo", "EncryptedPackage"), "去掉密码"),
        ("表.xlsx", xlsx()[:900], "已损坏"),
    ],
)
def test_a_refusal_says_what_to_do(name: str, content: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why) as refusal:
        accept_evidence(name, BytesIO(content))
    assert str(refusal.value).startswith(f"没有收下“{name}”。")


def test_a_zip_bomb_is_not_opened() -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(30 << 20))
    with pytest.raises(UnreadableFile, match="展开后过大"):
        accept_evidence("炸弹.docx", out)


def test_a_zip_whose_members_share_their_bytes_is_not_opened() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", bytes(5000))
        for number in range(3):
            twin = copy(archive.filelist[0])
            twin.filename = f"word/{number}.xml"
            archive.filelist.append(twin)
    with pytest.raises(UnreadableFile, match="展开后过大"):
        sniff(out)


def test_a_zip_of_too_many_members_is_not_opened() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for number in range(10_001):
            archive.writestr(str(number), b"")
    with pytest.raises(UnreadableFile, match="过大"):
        sniff(out)


def test_a_zip_whose_list_alone_is_huge_is_not_read() -> None:
    content = bytearray(zipped("word/document.xml"))
    at = content.rfind(b"PK\x05\x06")
    content[at + 12 : at + 16] = (5 << 20).to_bytes(4, "little")
    with pytest.raises(UnreadableFile, match="压缩内容过多"):
        sniff(BytesIO(content))


def test_a_compound_file_that_runs_in_circles_ends() -> None:
    assert sniff(BytesIO(compound_file("a", next_of_last=1))) is None


def test_a_compound_file_that_points_outside_itself_is_of_no_kind() -> None:
    assert sniff(BytesIO(compound_file("a", next_of_last=END - 100_000))) is None


@given(
    st.binary(max_size=600),
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-", b"\xff\xd8\xff"]),
)
def test_no_bytes_make_it_fail_without_a_sentence(content: bytes, magic: bytes) -> None:
    try:
        accept_evidence("文件.txt", BytesIO(magic + content))
    except Invalid as refusal:
        assert str(refusal).startswith("没有收下“文件.txt”。")


@given(st.binary(min_size=1, max_size=2000))
def test_a_damaged_office_file_never_fails_without_a_sentence(noise: bytes) -> None:
    content = bytearray(docx())
    content[-len(noise) :] = noise
    try:
        accept_evidence("文件.docx", BytesIO(content))
    except Invalid as refusal:
        assert str(refusal).startswith("没有收下“文件.docx”。")


@pytest.mark.parametrize(
    ("name", "given_back"),
    [
        ("评审意见.pdf", "评审意见.pdf"),
        ("评审意见.PDF", "评审意见.PDF"),
        ("扫描件.exe", "扫描件.exe.pdf"),
        ("扫描件", "扫描件.pdf"),
    ],
)
def test_a_name_goes_out_with_an_ending_that_fits(name: str, given_back: str) -> None:
    assert PDF.name_for(name) == given_back
