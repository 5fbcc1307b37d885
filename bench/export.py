"""The ledger as .xlsx beside a bare openpyxl writer of the same cells, without looks, heights or paper."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from io import BytesIO
from tempfile import TemporaryFile

from openpyxl import Workbook

from bench.figure import Figure, side_by_side
from tracker.exports.ledger import COLUMNS, LedgerHead, LedgerRow, ledger_xlsx, write_ledger

DAY = date(2021, 10, 26)
HEAD = LedgerHead(
    title="“323”攻坚行动重点任务督查台账",
    reporting_unit="健康工作领导小组办公室",
    filled_on=DAY,
    as_of=DAY,
    period="10月期",
    printed_by="办公室 审核岗",
    printed_at=datetime(2021, 10, 26, 17, 20),
)


def rows(count: int) -> Iterator[LedgerRow]:
    """``count`` rows with texts as long as those of a real list, no two alike."""
    for no in range(1, count + 1):
        yield LedgerRow(
            no=no,
            task=f"组织开展健康进万家活动，加强全人群健康知识普及，推广文明健康生活习惯，形成良好氛围（{no}）。",
            lamp="yellow" if no % 5 == 0 else "green",
            state="落后13点" if no % 5 == 0 else "正常",
            section=f"第{no // 500 + 1}部分",
            source="《2021年度工作要点和任务清单》",
            lead="市卫生健康委",
            partners="市委宣传部、市广播电视台、市科协",
            limit="2021年底",
            progress=f"专家库入库{no}人，资源库上传科普作品128件；与市广播电视台商定每周固定栏目，已播出12期。",
            percent=no % 101,
            pace="达进度",
            problems="考核细则由上级统一下发，尚未收到。" if no % 4 == 0 else "",
            next_steps="11月与考核办再次会商。" if no % 4 == 0 else "",
        )


def bare(count: int) -> bytes:
    """The same cells through openpyxl's own streaming writer."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for row in rows(count):
        sheet.append([getattr(row, column.field) for column in COLUMNS])
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def ours(count: int) -> bytes:
    return ledger_xlsx(HEAD, rows(count))


def peak_memory(count: int) -> float:
    """MB at the highest while ``count`` rows are written to a file."""
    tracemalloc.start()
    with TemporaryFile() as out:
        write_ledger(out, HEAD, rows(count))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def measure() -> list[Figure]:
    figures = [
        Figure(f"ledger .xlsx, {count} rows", *side_by_side(partial(ours, count), partial(bare, count)), aim=1.5)
        for count in (61, 5000)
    ]
    memory = "memory of 50,000 rows beside 5,000"
    return [*figures, Figure(memory, peak_memory(50_000), peak_memory(5_000), aim=1.5, unit="MB")]
