"""Every command says what it does, and loads no more than it needs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from tests.cli.conftest import Run
from tracker.cli import tracker


def all_commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(tracker)
    for name in tracker.list_commands(context):
        command = tracker.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for inner, subcommand in command.commands.items():
                yield f"{name} {inner}", subcommand


@pytest.mark.parametrize(
    ("name", "command"), list(all_commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_command_has_a_sentence_and_an_example(name: str, command: click.Command) -> None:
    assert command.help is not None
    assert f"tracker {name}" in command.help
    assert "Example:" in command.help


def test_the_help_lists_every_command_with_its_example(run: Run) -> None:
    said = " ".join(run("--help").output.split())
    for name, command in all_commands():
        if " " not in name:
            assert f"{name}: {' '.join((command.help or '').split())}" in said


@pytest.mark.parametrize("words", [["parse", "--help"], ["settings"], ["--help"]])
def test_what_needs_no_database_loads_no_framework(words: list[str]) -> None:
    program = (
        f"import sys\nfrom tracker.cli import tracker\n"
        f"tracker({words!r}, standalone_mode=False)\n"
        "assert not {'flask', 'sqlalchemy'} & set(sys.modules), 'loaded'"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_settings_hide_what_is_secret(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "hush")
    monkeypatch.setenv("PORT", "8123")
    said = run("settings").output
    assert "hush" not in said
    assert "SMTP_PASSWORD=(hidden)  [set]" in said
    assert "PORT=8123  [set]" in said
    assert "TRACKER_LOCKOUT_TRIES=5  [default]" in said
