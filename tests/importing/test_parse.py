"""The list in its four forms, the points and 信丰, against the labelled answers."""

import json
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tracker.cli.parse import parse_command
from tracker.errors import Invalid
from tracker.importing.blocks import Document, Paragraph, Table
from tracker.importing.extract.drafts import Span
from tracker.importing.parse import Reading, parse, read_pasted, read_plan

CASES = Path(__file__).parent / "cases"
SEED = Path(__file__).parents[2] / "seed"
FORMS = ["潜江323通知.txt", "潜江323通知.docx", "潜江323通知.html", "潜江323任务清单.xlsx"]


def gold(name: str) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = json.loads((CASES / f"{name}.gold.json").read_text("utf-8"))["tasks"]
    return tasks


def as_gold(task: dict[str, Any]) -> dict[str, Any]:
    """A printed task in the shape of the labelled answers."""
    names = {role: [unit["name"] for unit in task[role]] for role in ("leads", "partners")}
    return {**{key: task[key] for key in ("no", "section", "text", "deadline")}, **names}


def without_blanks(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**task, "text": re.sub(r"\s", "", task["text"])} for task in tasks]


def seed(name: str) -> bytes:
    return (SEED / name).read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_each_form_gives_the_61_rows_and_no_further_ones(form: str) -> None:
    printed = parse(seed(form), form)
    assert [as_gold(task) for task in printed["tasks"]] == gold("qianjiang_list")
    assert (printed["title"], printed["issuer"], printed["issue_date"], printed["year"]) == (
        "潜江市“323”攻坚行动重点任务清单",
        "潜江市健康潜江工作领导小组办公室",
        "2021-06-29",
        2021,
    )
    assert printed["doc_number"] is None
    assert any("没有读到本文的文号" in note for note in printed["notes"])


@pytest.mark.parametrize("form", FORMS)
def test_each_form_raises_the_same_doubts(form: str) -> None:
    draft = read_plan(seed(form), form).draft
    part = draft.part(draft.chosen)
    assert part is not None
    assert Counter(doubt.code for task in part.tasks for doubt in task.doubts) == {
        "bare_year": 11,
        "joint_lead": 4,
        "lost_characters": 2,
    }
    assert [doubt.code for doubt in draft.header.doubts] == ["title_restored", "no_doc_number", "issuer_restored"]
    assert {t.no for t in part.tasks if any(d.code == "joint_lead" for d in t.doubts)} == {"4", "8", "55", "58"}
    assert all(sum(c.likely for c in d.candidates) == 1 for t in part.tasks for d in t.doubts)


@pytest.mark.parametrize("form", FORMS[:3])
def test_the_points_are_another_part(form: str) -> None:
    printed = parse(seed(form), form, 1)
    assert without_blanks(list(map(as_gold, printed["tasks"]))) == without_blanks(gold("qianjiang_points"))


def test_all_parts_together_are_named_by_their_number() -> None:
    printed = parse(seed(FORMS[0]), FORMS[0], "all")
    assert Counter(task["part"] for task in printed["tasks"]) == {1: 37, 2: 61}
    assert [part["tasks"] for part in printed["parts"]] == [37, 61]


def test_a_part_that_is_not_there_is_refused() -> None:
    with pytest.raises(Invalid, match="没有第 9 部分，这个文件有 2 个部分"):
        parse(seed(FORMS[0]), FORMS[0], 9)


def test_prose_with_verbs_reads_as_labelled() -> None:
    printed = parse((CASES / "xinfeng.txt").read_bytes(), "信丰.txt")
    assert without_blanks(list(map(as_gold, printed["tasks"]))) == without_blanks(gold("xinfeng"))
    assert (printed["doc_number"], printed["year"]) == ("信卫健字〔2024〕54号", 2024)


@pytest.mark.parametrize("form", [*FORMS, "xinfeng.txt"])
def test_every_field_goes_back_to_its_words(form: str) -> None:
    path = (CASES if form == "xinfeng.txt" else SEED) / form
    reading = read_plan(path.read_bytes(), form)
    for part in reading.draft.parts:
        for task in part.tasks:
            assert _squeezed(_words(reading.document, task.source))[:20] == _squeezed(task.text)[:20]
            for unit in task.leads + task.partners:
                assert unit.span is not None
                assert _squeezed(_words(reading.document, unit.span)) == unit.raw


def _words(document: Document, span: Span) -> str:
    block = document.blocks[span.block]
    if isinstance(block, Paragraph):
        return block.text[span.start : span.end]
    assert isinstance(block, Table) and span.row is not None and span.column is not None
    return block.grid[span.row, span.column].text[span.start : span.end]


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("form", FORMS)
def test_a_reading_survives_being_stored(form: str) -> None:
    reading = read_plan(seed(form), form)
    assert Reading.from_json(json.loads(json.dumps(reading.to_json(), ensure_ascii=False))) == reading


def test_pasted_text_reads_like_the_file() -> None:
    draft = read_pasted(seed(FORMS[0]).decode()).draft
    assert [len(part.tasks) for part in draft.parts] == [37, 61]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_the_encoding_is_found_from_the_bytes(encoding: str) -> None:
    content = seed(FORMS[0]).decode().encode(encoding)
    assert len(parse(content, "清单.txt")["tasks"]) == 61


@pytest.mark.parametrize("form", FORMS)
def test_a_seed_is_read_within_two_seconds(form: str) -> None:
    began = time.perf_counter()
    parse(seed(form), form)
    assert time.perf_counter() - began < 2


def test_the_importer_loads_neither_flask_nor_sqlalchemy() -> None:
    program = (
        "import sys, tracker.importing.parse, tracker.importing.sandbox, tracker.importing.readers.docx,"
        "tracker.importing.readers.xlsx, tracker.importing.readers.html, tracker.importing.readers.pdf,"
        "tracker.importing.readers.ofd, tracker.importing.readers.ods, tracker.importing.readers.xls,"
        "tracker.importing.readers.office;"
        "print([name for name in ('flask', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_command_prints_the_schema() -> None:
    done = CliRunner().invoke(parse_command, [str(SEED / FORMS[1])])
    assert done.exit_code == 0
    assert len(json.loads(done.stdout)["tasks"]) == 61


def test_the_command_refuses_on_one_line_with_code_2(tmp_path: Path) -> None:
    empty = tmp_path / "空.docx"
    empty.write_bytes(b"")
    for path in (empty, tmp_path / "没有.docx"):
        done = CliRunner().invoke(parse_command, [str(path)])
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
