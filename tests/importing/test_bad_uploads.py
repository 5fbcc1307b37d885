"""Bad documents through the page: each gets a sentence that says what it is and what to do, and what was kept stays.

Every file is read as it is in use: uploaded, read in a process of its own, refused or made into a draft with doubts.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader, PdfWriter

from tests.databases import SQLiteTemplates
from tests.importing.drafts import LIST, small_draft
from tests.importing.drawn import as_ods, as_ofd, as_pdf, table
from tests.importing.test_bad_input import BAD, OLE, XLSX, workbook, zipped
from tests.importing.test_pages import body, upload
from tests.world import World
from tracker.config import files_folder
from tracker.extensions import commit, db
from tracker.importing.models import ImportDoubt, ImportDraft, ImportRow
from tracker.units.actions import add_alias

SignIn = Callable[[str], FlaskClient]
SENTENCE = re.compile(r'<div class="message message-red".*?</div>', re.DOTALL)
SECRET = "秘密文件的内容"
HEAD = ["序号", "工作任务", "牵头单位", "完成时限"]
ROWS = [HEAD, ["1", "开展健康知识普及行动", "市教育局", "2021年底"], ["2", "开展全民健身行动", "市财政局", "持续推进"]]


@pytest.fixture
def database(sqlite_templates: SQLiteTemplates) -> Iterator[str]:
    """SQLite alone: what is attacked here are readers, and each file costs a process."""
    with sqlite_templates.copy() as address:
        yield address


def locked_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(as_pdf(table(ROWS)))))
    writer.encrypt("secret", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def locked_zip() -> bytes:
    """A zip whose one entry says that it has a password."""
    content = bytearray(zipped({"清单.txt": b"abc"}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """An Office file with one of its parts changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, change(old.read(entry)) if entry == name else old.read(entry))
    return made.getvalue()


def with_entity(content: bytes, name: str, secret: Path, *, far: bool = False, utf16: bool = False) -> bytes:
    """Its part asks for a file of this machine, in an entity that stands where the first cell's words do."""
    declared = f'<!DOCTYPE d [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    before = f"<!--{'x' * 20_000}-->" if far else ""

    def change(part: bytes) -> bytes:
        words = re.sub(r"^<\?xml.*?\?>", "", part.decode(), flags=re.DOTALL).replace("开展健康知识普及行动", "&e;")
        encoding = "utf-16" if utf16 else "utf-8"
        return f'<?xml version="1.0" encoding="{encoding}"?>{before}{declared}{words}'.encode(encoding)

    return with_part(content, name, change)


def two_numbers() -> bytes:
    return workbook(HEAD, ["1", "开展健康知识普及", "市教育局", "2021年底"], ["1", "开展全民健身", "市财政局", "2021"])


MORE = {
    "empty pdf": (b"", "空.pdf", "文件是空的"),
    "no name": (b"abc", "", "还没有选文件"),
    "locked pdf": (locked_pdf(), "清单.pdf", "设了打开密码"),
    "locked zip": (locked_zip(), "清单.zip", "设了密码"),
    "locked xlsx": (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "去掉密码"),
    "program": (b"MZ" + bytes(range(256)) * 20, "清单.xlsx", "请"),
    "too large": (b"x" * (3 * 2**20 // 2), "大.txt", "超过 1 MB，没有收下。请"),
    "far too large": (b"x" * (4 * 2**20), "很大.txt", "太大"),
    "bomb in a sheet": (zipped({"xl/workbook.xml": b"<a/>", "xl/a.xml": bytes(60 << 20)}), "b.xlsx", "大得不正常"),
    "truncated ods": (as_ods(ROWS)[:-200], "清单.ods", "不完整"),
    "truncated ofd": (as_ofd(table(ROWS))[:-200], "清单.ofd", "不完整"),
    "header alone": (workbook(HEAD), "清单.xlsx", "没有读到任务"),
    "blank sheet": (workbook([]), "清单.xlsx", "请"),
    "pasted nothing": (b"   ", "空.txt", "文件是空的"),
}  # fmt: skip


@pytest.fixture
def office(app: Flask, world: World, sign_in: SignIn) -> FlaskClient:
    """The office's browser, in an installation that takes 1 MB and holds one draft already."""
    app.config["TRACKER_IMPORT_MB"], app.config["MAX_CONTENT_LENGTH"] = 1, 2 * 2**20
    small_draft(world.actor("office1"))
    commit()
    return sign_in("office1")


def kept(app: Flask) -> tuple[list[tuple[int, str]], int, list[str]]:
    """The drafts with their titles, how many rows they have, and the files in the store."""
    db.session.rollback()
    drafts = [(draft.id, draft.title) for draft in db.session.scalars(sa.select(ImportDraft))]
    rows = db.session.scalar(sa.select(sa.func.count()).select_from(ImportRow)) or 0
    files = sorted(path.name for path in files_folder(app.config["DATA_FOLDER"]).rglob("*") if path.is_file())
    return drafts, rows, files


TO_BE_MAPPED = "no task table"
"""Refused on the command line; on the page a clerk says what the columns are."""


def test_a_table_whose_columns_say_nothing_is_for_the_clerk_to_name(office: FlaskClient) -> None:
    content, filename, _words = BAD[TO_BE_MAPPED]
    answer = upload(office, content, filename)
    assert answer.status_code == 303
    assert "列对应" in body(office.get(answer.location))


@pytest.mark.parametrize("name", [name for name in (*BAD, *MORE) if name != TO_BE_MAPPED])
def test_a_bad_file_is_refused_in_a_sentence_and_nothing_is_lost(app: Flask, office: FlaskClient, name: str) -> None:
    content, filename, words = {**BAD, **MORE}[name]
    before = kept(app)
    answer = upload(office, content, filename)
    page = body(answer)
    assert 400 <= answer.status_code < 500, page
    assert words in page
    assert "请" in page[page.index(words) - 60 :]
    assert kept(app) == before


@pytest.mark.parametrize("far", [False, True], ids=["at the top", "behind a long comment"])
@pytest.mark.parametrize("utf16", [False, True], ids=["utf-8", "utf-16"])
@pytest.mark.parametrize("kind", ["docx", "xlsx", "ods", "ofd"])
def test_a_file_that_asks_for_another_gets_nothing_of_it(
    app: Flask, office: FlaskClient, tmp_path: Path, kind: str, far: bool, utf16: bool
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    name, content = office_file(kind)
    before = kept(app)
    answer = upload(office, with_entity(content, name, secret, far=far, utf16=utf16), f"清单.{kind}")
    assert answer.status_code == 422
    assert "实体声明" in body(answer)
    assert kept(app) == before


def office_file(kind: str) -> tuple[str, bytes]:
    """A file of the kind with the table of ROWS, and the part that holds its words."""
    from docx import Document

    if kind == "ods":
        return "content.xml", as_ods(ROWS)
    if kind == "ofd":
        return "Doc_0/Pages/P0/Content.xml", as_ofd(table(ROWS))
    if kind == "xlsx":
        return "xl/worksheets/sheet1.xml", workbook(*ROWS)
    document, made = Document(), io.BytesIO()
    cells = document.add_table(len(ROWS), len(HEAD))
    for y, row in enumerate(ROWS):
        for x, words in enumerate(row):
            cells.cell(y, x).text = words
    document.save(made)
    return "word/document.xml", made.getvalue()


DOUBTFUL = {
    "a wrong ending": (XLSX, "清单.docx", "内容其实是 .xlsx"),
    "no lead column": (
        workbook(["序号", "工作任务", "配合单位"], [1, "开展健康知识普及", "市教育局"]),
        "a.xlsx",
        "牵头",
    ),
    "one number twice": (two_numbers(), "b.xlsx", "序号"),
    "an unreadable limit": (workbook(HEAD, [1, "开展健康知识普及", "市教育局", "择机"]), "c.xlsx", "择机"),
    "a name that fits two units": (
        LIST.replace("<td>市财政局", "<td>市财科局").encode(),
        "d.html",
        "一个写法对上了两家",
    ),
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_is_uncertain_is_a_draft_that_asks(app: Flask, office: FlaskClient, world: World, name: str) -> None:
    for unit in ("市财政局", "市科技局"):
        add_alias(world.unit(unit), "市财科局", None, None, None)
    commit()
    content, filename, words = DOUBTFUL[name]
    answer = upload(office, content, filename)
    assert answer.status_code == 303
    assert words in body(office.get(answer.location))
    number = int(answer.location.rsplit("/", 1)[1])
    asks = db.session.scalars(sa.select(ImportDoubt.id).where(ImportDoubt.draft_id == number)).all()
    assert asks or "一个写法" in words
    assert office.post(f"{answer.location}/confirm").status_code == 403
    assert len(db.session.scalars(sa.select(ImportDraft)).all()) == 2
