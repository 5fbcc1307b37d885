"""A document from its bytes to a draft and to a plan: the office's .docx, and an .xlsx of 5,000 rows."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import perf_counter

from openpyxl import Workbook, load_workbook

from bench.figure import Figure, side_by_side
from bench.worlds import application, office_actor
from tracker.extensions import commit, db
from tracker.importing.actions import receive
from tracker.importing.confirming import confirm
from tracker.importing.corrections import decide_doubt
from tracker.importing.models import ImportDraft
from tracker.importing.names import decide_units, names, open_names
from tracker.importing.parse import parse
from tracker.importing.queries import doubts
from tracker.permissions import Actor

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


def bare(content: bytes) -> int:
    """openpyxl reading every cell, and nothing else."""
    sheet = load_workbook(BytesIO(content), read_only=True).active
    return sum(len(row) for row in sheet.iter_rows(values_only=True)) if sheet else 0


def _decide_all(draft: ImportDraft, actor: Actor) -> None:
    """A clerk who takes what is likely everywhere."""
    while found := [doubt for doubt in doubts(draft) if doubt.decided is None]:
        likely = next((n for n, way in enumerate(found[0].candidates) if way["likely"]), 0)
        decide_doubt(draft, found[0], likely, actor, same=True)
    decide_units(draft, {name.written.name: name.proposal for name in open_names(names(draft))}, actor)


def _seconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _into_a_plan(what: str, content: bytes, filename: str, aims: tuple[float, float]) -> list[Figure]:
    """From upload to draft, and from confirmation to plan, each committed; both in wall time, the reader's child and
    the disk among it."""
    with application():
        actor = office_actor()

        def receive_it() -> None:
            receive(content, filename, actor)
            commit()

        def confirm_it() -> None:
            confirm(draft, actor)
            commit()

        received = Figure(f"{what}: upload to draft", _seconds(receive_it), None, aims[0])
        draft = db.session.query(ImportDraft).one()
        _decide_all(draft, actor)
        commit()
        return [received, Figure(f"{what}: confirm", _seconds(confirm_it), None, aims[1])]


def measure() -> list[Figure]:
    document = (SEED / "潜江323通知.docx").read_bytes()
    content = long_list(5000)
    reading = side_by_side(lambda: parse(content, "long.xlsx"), lambda: bare(content), rounds=2)
    return [
        Figure("read an .xlsx of 5,000 rows (bare: openpyxl)", *reading, aim=3),
        *_into_a_plan(".docx of 61 rows", document, "a.docx", (2, 2)),
        *_into_a_plan(".xlsx of 5,000 rows", content, "long.xlsx", (5, 10)),
    ]
