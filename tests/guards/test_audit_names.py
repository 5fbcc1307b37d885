"""What the log records has words for the reader."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

from tracker.assessment.states import AppealState, AppealVerb
from tracker.audit.names import ACTION_NAMES
from tracker.audit.words import FIELD_NAMES, UNSHOWN, VALUE_NAMES
from tracker.importing.extract.drafts import Field
from tracker.importing.models import Purpose, Settled
from tracker.importing.names import Choice
from tracker.importing.page import MEANINGS
from tracker.importing.rows import Same
from tracker.indicators.definitions import Formula
from tracker.indicators.rules import ValueState, ValueVerb
from tracker.obligations.settings import Settings
from tracker.plans.cadence import Every
from tracker.progress.closing_rules import ClosingState, ClosingVerb
from tracker.progress.extension_rules import ExtensionState, ExtensionVerb
from tracker.progress.review_rules import Review
from tracker.progress.rules import ReportState, Verb
from tracker.supervision.bulletin_rules import BulletinState
from tracker.supervision.inspection_rules import RectificationVerb
from tracker.supervision.remark_rules import Readers
from tracker.supervision.rules import SlipColour, SlipState
from tracker.tasks.likeness import Verdict
from tracker.tasks.limits import LimitKind, TimeLimit
from tracker.tasks.roles import Role
from tracker.units.rules import UnitKind

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
    steps |= {f"appeal.{verb.value}" for verb in AppealVerb} | {f"extension.{verb.value}" for verb in ExtensionVerb}
    steps |= {f"review.{outcome.value}" for outcome in Review}
    steps |= {f"rectification.{verb.value}" for verb in (RectificationVerb.SETTLE, RectificationVerb.REOPEN)}
    steps |= {f"indicator.{verb.value}" for verb in ValueVerb}
    assert (recorded() | steps) - set(ACTION_NAMES) == set()


def keys_beside_records() -> set[str]:
    """The keys of every mapping written out in a function that records something."""
    found: set[str] = set()
    for file in TRACKER.rglob("*.py"):
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and any(_records(node) for node in ast.walk(function)):
                found |= {key for node in ast.walk(function) for key in _keys(node)}
    return found


def _records(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record"


def _keys(node: ast.AST) -> set[str]:
    keys = node.keys if isinstance(node, ast.Dict) else []
    return {str(key.value) for key in keys if isinstance(key, ast.Constant)}


def test_every_field_that_is_recorded_has_a_word() -> None:
    of_classes = {field.name for owner in (Settings, TimeLimit) for field in fields(owner)}
    rows = {field.value for field in (Field.NO, Field.TEXT, Field.LEADS, Field.PARTNERS, Field.LIMIT)}
    recorded = keys_beside_records() | of_classes | rows | {role.value for role in Role} | {"as", "unit_id"}
    assert {key for key in recorded if key.isascii()} - set(FIELD_NAMES) - UNSHOWN == set()


def test_every_value_that_is_recorded_is_called_what_the_pages_call_it() -> None:
    states = {
        state.value: state.label
        for state in (*ReportState, *ClosingState, *AppealState, *SlipState, *BulletinState, *ValueState)
    }
    assert VALUE_NAMES["state"] == states
    assert VALUE_NAMES["extension"] == {state.value: state.label for state in ExtensionState}
    assert VALUE_NAMES["as"] == {choice.value: choice.label for choice in Choice}
    assert VALUE_NAMES["colour"] == {colour.value: colour.label for colour in SlipColour}
    assert VALUE_NAMES["readers"] == {readers.value: readers.label for readers in Readers}
    assert VALUE_NAMES["purpose"] == {purpose.value: purpose.label for purpose in Purpose}
    assert VALUE_NAMES["how"] == {settled.value: settled.label for settled in Settled}
    assert VALUE_NAMES["meanings"] == {meaning.value: name for meaning, name in MEANINGS.items()}
    assert set(VALUE_NAMES["verdict"]) == set(Verdict)
    assert set(VALUE_NAMES["field"]) == set(Same)
    assert set(VALUE_NAMES["every"]) == set(Every)
    assert VALUE_NAMES["formula"] == {formula.value: formula.label for formula in Formula}
    assert set(VALUE_NAMES["kind"]) == set(UnitKind) | set(LimitKind)
