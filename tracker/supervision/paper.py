"""Slips and bulletins as official documents, and as .pdf where LibreOffice is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from tracker.errors import Refused
from tracker.exports.official import Annex, Block, Heading, Official, Para, Table, chinese_day, official_docx
from tracker.exports.official_libreoffice import for_libreoffice
from tracker.importing.readers.office import converted, program
from tracker.supervision.bulletin_rules import plain
from tracker.supervision.models import Bulletin, Slip

PDF = "application/pdf"
NO_PROGRAM = "这台服务器没有装 LibreOffice，出不了 PDF。请下载 .docx，用 WPS 或 Word 打开后另存为 PDF。"
NOT_MADE = "LibreOffice 没有转出 PDF。请稍后再试，或下载 .docx 后另存为 PDF。"
FONT_SECONDS = 10


def as_pdf(docx: bytes) -> bytes:
    """The document as .pdf. Refused, with what to do instead, where LibreOffice is missing or makes nothing of it."""
    if program() is None:
        raise Refused(NO_PROGRAM)
    made = converted(for_libreoffice(docx, installed_fonts()), ".docx", "pdf")
    if made is None:
        raise Refused(NOT_MADE)
    return made


@lru_cache(maxsize=1)
def installed_fonts() -> frozenset[str]:
    """The families of fonts that fontconfig knows; none where there is no fontconfig (Windows has the fonts)."""
    lister = shutil.which("fc-list")
    if lister is None:
        return frozenset()
    done = subprocess.run(  # noqa: S603 — our own arguments
        [lister, ":", "family"], capture_output=True, encoding="utf-8", timeout=FONT_SECONDS, check=False
    )
    return frozenset(name.strip() for line in done.stdout.splitlines() for name in line.split(","))


# A slip


def slip_docx(slip: Slip) -> bytes:
    """The slip as it was issued; one that is only proposed has 待编号 in place of its number."""
    issued_on = slip.issued_at.date() if slip.issued_at else None
    return official_docx(
        Official(
            mark=f"{slip.office.name}督办单",
            number=slip.doc_number or "（待编号）",
            title=f"关于{slip.task.label}任务的{slip.colour.label}",
            addressees=slip.unit.name,
            body=[*_slip_body(slip), _slip_table(slip)],
            signer=slip.office.name,
            signed_on=issued_on,
            copies=slip.partners,
            printed_by=slip.office.name,
            printed_on=issued_on,
        )
    )


def _slip_body(slip: Slip) -> list[Block]:
    parts: list[tuple[str, str]] = [("督办事项", f"{slip.task.label}：{slip.task.text}"), ("督办依据", slip.basis)]
    if slip.remark is not None:
        leader = slip.remark.written_by.name
        words = f"：{slip.remark_words}" if slip.remark_words else "有批示。"
        parts.append(("领导批示", f"{leader}（{chinese_day(slip.remark.written_at.date())}）{words}"))
    parts.append(("督办内容和要求", slip.content))
    body: list[Block] = []
    for number, (title, words) in zip("一二三四", (part for part in parts if part[1]), strict=False):
        body.append(Heading(1, f"{number}、{title}"))
        body += [Para(line) for line in words.splitlines() if line.strip()]
    return body


def _slip_table(slip: Slip) -> Table:
    due = f"{chinese_day(slip.due_on)}前，一次答复" if slip.due_on else "签发后确定"
    rows = [
        ("牵头办理单位", slip.unit.name),
        ("配合单位", slip.partners or "无"),
        ("答复期限", f"{due}（{slip.pace.label}）"),
        ("联系人及电话", slip.contact or "领导小组办公室"),
    ]
    return Table(("事项", "内容"), rows, (40, 116), frozenset({0}))


# A bulletin


def bulletin_docx(bulletin: Bulletin, content: Mapping[str, Any]) -> bytes:
    """The bulletin from its content alone; a draft has 待编号 in place of its number."""
    published_on = bulletin.published_at.date() if bulletin.published_at else None
    table = content["annex"]["table"]
    return official_docx(
        Official(
            mark="督查通报",
            number=issue_words(bulletin),
            title=content["title"],
            addressees=content["addressees"],
            body=_sections(content),
            signer=content["office"],
            signed_on=published_on or bulletin.as_of,
            from_words=content["office"],
            mark_day=published_on or bulletin.as_of,
            annexes=[Annex("附件", content["annex"]["title"], [_table(table)])],
            copies=content["copies"],
            printed_by=content["office"],
            printed_on=published_on,
        )
    )


def issue_words(bulletin: Bulletin) -> str:
    """2021年第3期."""
    return f"{bulletin.year}年第{bulletin.number}期" if bulletin.number else "（待编号）"


def file_day(bulletin: Bulletin) -> date:
    """The day in the name of the file."""
    return bulletin.published_at.date() if bulletin.published_at else bulletin.as_of


def _sections(content: Mapping[str, Any]) -> list[Block]:
    found: list[Block] = []
    for section in content["sections"]:
        found.append(Heading(1, section["heading"]))
        found += [_block(block) for block in section["blocks"]]
    return found


def _block(block: Mapping[str, Any]) -> Block:
    if block["kind"] == "table":
        return _table(block)
    if block["kind"] == "heading":
        return Heading(block["level"], block["text"])
    return Para(plain(block))


def _table(table: Mapping[str, Any]) -> Table:
    return Table(table["head"], table["rows"], table["widths"], frozenset(table["numeric"]))
