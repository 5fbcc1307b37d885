"""`tracker compare`: JSON for a document that has both, one line for any other."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run
from tests.importing.drafts import SEED


def test_a_document_is_compared_with_itself(run: Run) -> None:
    ended = run("compare", str(SEED / "潜江323通知.docx"))
    assert ended.exit_code == 0
    assert json.loads(ended.output)["only_in_text"] == ["市商务局", "市税务局", "市信访局"]


def test_what_cannot_be_compared_ends_with_a_sentence(run: Run, tmp_path: Path) -> None:
    for file in (SEED / "潜江323任务清单.xlsx", tmp_path / "missing.docx"):
        assert run("compare", str(file), fails=True).exit_code == 2
