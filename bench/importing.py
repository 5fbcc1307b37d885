"""Reading a document: the office's .docx, and an .xlsx of 5,000 rows beside bare openpyxl."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter

from openpyxl import Workbook, load_workbook

from bench.figure import Figure, side_by_side
from tracker.importing.parse import parse

SEED = Path(__file__).parents[1] / "seed"
LEADS = ("市卫生健康委", "市教育局", "市财政局", "市医保局", "市委组织部")
LIMITS = ("2021年底", "持续推进", "2021年实施，持续推进", "6月底前", "每季度至少1次")


def long_list(count: int) -> bytes:
    """An .xlsx of ``count`` tasks in the usual five columns."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.append(["潜江市2021年重点任务清单"])
    sheet.append(["序号", "重点任务", "牵头单位", "参与单位", "完成时限"])
    for no in range(1, count + 1):
        lead, partner = LEADS[no % 5], LEADS[(no + 1) % 5]
        text = f"组织开展第{no}项健康进万家活动，加强全人群健康知识普及。"
        sheet.append([no, text, lead, f"{partner}、市科协", LIMITS[no % 5]])
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def _seconds(content: bytes, filename: str) -> float:
    times = []
    for _ in range(4):
        begun = perf_counter()
        parse(content, filename)
        times.append(perf_counter() - begun)
    return median(times[1:])


def bare(content: bytes) -> int:
    """openpyxl reading every cell, and nothing else."""
    sheet = load_workbook(BytesIO(content), read_only=True).active
    return sum(len(row) for row in sheet.iter_rows(values_only=True)) if sheet else 0


def measure() -> list[Figure]:
    document = (SEED / "潜江323通知.docx").read_bytes()
    content = long_list(5000)
    ours, floor = side_by_side(lambda: parse(content, "long.xlsx"), lambda: bare(content), rounds=2)
    return [
        Figure("read the .docx of 61 rows", _seconds(document, "a.docx"), None, 2),
        Figure("read an .xlsx of 5,000 rows", ours, None, 5),
        Figure("bare openpyxl over the same .xlsx", floor, None, 5),
    ]
