"""What the log records has words for the reader."""

from __future__ import annotations

import ast
from pathlib import Path

from tracker.assessment.states import AppealVerb
from tracker.audit.names import ACTION_NAMES
from tracker.progress.closing_rules import ClosingVerb
from tracker.progress.rules import Verb

TRACKER = Path(__file__).parents[2] / "tracker"


def recorded() -> set[str]:
    """The second argument of every `record(…)` that is written out."""
    found = set()
    for file in TRACKER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record"
            if named and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
                found.add(node.args[1].value)
    return found


def test_every_happening_has_words() -> None:
    steps = {f"report.{verb.value}" for verb in Verb} | {f"closing.{verb.value}" for verb in ClosingVerb}
    steps |= {f"appeal.{verb.value}" for verb in AppealVerb}
    assert (recorded() | steps) - set(ACTION_NAMES) == set()
