"""``tracker docs``: the pages of docs/reference, drawn from the tables of the code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import click

from tracker.assessment.states import APPEAL_TRANSITIONS, RUN_TRANSITIONS, AppealState, RunState
from tracker.config import SETTINGS
from tracker.desks import Move
from tracker.indicators.rules import VALUE_TRANSITIONS, ValueState
from tracker.permissions import PERMISSIONS, ROLE_NAMES, Role
from tracker.progress.closing_rules import CLOSING_TRANSITIONS, ClosingState
from tracker.progress.extension_rules import EXTENSION_TRANSITIONS, ExtensionState
from tracker.progress.rules import TRANSITIONS, ReportState
from tracker.supervision.bulletin_rules import BULLETIN_TRANSITIONS, BulletinState
from tracker.supervision.inspection_rules import (
    INSPECTION_TRANSITIONS,
    RECTIFICATION_TRANSITIONS,
    InspectionState,
    RectificationState,
)
from tracker.supervision.rules import SLIP_TRANSITIONS, SlipState

NOTE = "<!-- Written by `tracker docs`; a test compares it with the code. -->"


class Machine(NamedTuple):
    """A state machine as it is drawn. ``first``: where a thing begins that nobody's step brings into being."""

    title: str
    states: type[StrEnum]
    moves: Mapping[tuple[Any, Any], Move[Any]]
    first: StrEnum | None = None


MACHINES = (
    Machine("Report (进展填报)", ReportState, TRANSITIONS, ReportState.DRAFT),
    Machine("Closing (办结销号)", ClosingState, CLOSING_TRANSITIONS),
    Machine("Extension (延期申请)", ExtensionState, EXTENSION_TRANSITIONS),
    Machine("Slip (督办单)", SlipState, SLIP_TRANSITIONS, SlipState.PROPOSED),
    Machine("Inspection (督导检查)", InspectionState, INSPECTION_TRANSITIONS, InspectionState.DRAFT),
    Machine("Rectification (整改事项)", RectificationState, RECTIFICATION_TRANSITIONS, RectificationState.DRAFT),
    Machine("Bulletin (通报)", BulletinState, BULLETIN_TRANSITIONS, BulletinState.DRAFT),
    Machine("Value of an indicator (指标值)", ValueState, VALUE_TRANSITIONS, ValueState.ENTERED),
    Machine("Score run (考核结果)", RunState, RUN_TRANSITIONS, RunState.DRAFT),
    Machine("Appeal (申诉)", AppealState, APPEAL_TRANSITIONS),
)
"""Every table of transitions; a guard test finds one that is left out."""


@click.command("docs")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default="docs/reference")
def docs_command(folder: Path) -> None:
    """Write the pages of settings, permissions, jobs and states into FOLDER. Example: tracker docs docs/reference"""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
        click.echo(folder / name)


def pages() -> dict[str, str]:
    """File name -> Markdown."""
    drawn = {"settings": _settings, "permissions": _permissions, "states": _states, "jobs": _jobs}
    return {f"{name}.md": f"{NOTE}\n\n{draw()}\n" for name, draw in drawn.items()}


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _settings() -> str:
    rows = [[f"`{one.name}`", f"`{one.default}`" if one.default else "", one.about, one.title] for one in SETTINGS]
    head = "# Settings\n\nEach is read from the environment at start and checked; `tracker settings` shows them.\n\n"
    return head + _table(["setting", "default", "what it does", "中文"], rows)


def _permissions() -> str:
    rows = []
    for action, permission in PERMISSIONS.items():
        who = "、".join(ROLE_NAMES[role] for role in Role if role in permission.roles)
        checks = ", ".join(f"`{check.__name__}`" for check in permission.checks)
        rows.append([f"`{action}`", permission.title, who, checks])
    head = "# Permissions\n\nWho may do what; what else must hold is a function of `tracker/permissions.py`.\n\n"
    return head + _table(["permission", "title", "roles", "what else must hold"], rows)


def _jobs() -> str:
    from tracker.jobs.table import JOBS

    head = "# Jobs\n\nScheduled work: inside `tracker run`, or `tracker jobs run` as a process of its own.\n\n"
    rows = [[f"`{job.name}`", job.schedule, job.about] for job in JOBS.values()]
    return head + _table(["job", "when", "what it does"], rows)


def _states() -> str:
    return "\n\n".join(["# States", *(_machine(one) for one in MACHINES)])


def _machine(machine: Machine) -> str:
    """A diagram and the words of the states."""
    lines = [f"  [*] --> {machine.first}"] if machine.first else []
    for (at, verb), move in machine.moves.items():
        lines.append(f"  {at or '[*]'} --> {move.state} : {verb.label} ({move.by})")
    diagram = "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])
    words = _table(["state", "中文"], [[f"`{state}`", state.label] for state in machine.states])  # type: ignore[attr-defined]
    return f"## {machine.title}\n\n{diagram}\n\n{words}"
