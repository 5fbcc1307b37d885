"""`tracker init`: a first start, and every one after it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Run


def test_a_first_start_makes_folder_key_database_and_three_administrators(empty_database, place, run: Run) -> None:
    folder = place(empty_database, "new")
    said = run("init").output
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
    assert len(re.findall(r"first password [a-z]{6}-\d{4}", said)) == 3
    assert [line.split()[0] for line in run("user", "list").output.splitlines()] == ["system", "security", "audit"]


def test_a_second_start_changes_nothing(empty_database, place, run: Run) -> None:
    folder = place(empty_database, "new")
    run("init")
    key, people = (folder / "secret.key").read_text(), run("user", "list").output
    assert "first password" not in run("init").output
    assert (folder / "secret.key").read_text() == key
    assert run("user", "list").output == people


def test_three_first_starts_at_once_make_one_database(empty_database, place, run: Run, tmp_path: Path) -> None:
    place(empty_database, "new")
    command = [sys.executable, "-m", "tracker", "init", "--no-people"]
    starts = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(3)]
    said = [start.communicate(timeout=60)[0].decode() for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0], said
    assert run("user", "list").output == ""


def test_without_a_first_start_every_command_says_so(empty_database, place, run: Run) -> None:
    place(empty_database, "nothing")
    assert "tracker init" in run("user", "list", fails=True).output


def test_a_setting_that_cannot_be_used_is_named(place, run: Run, monkeypatch) -> None:
    place("", "new")
    monkeypatch.setenv("PORT", "eighty")
    assert "PORT='eighty' cannot be used: it takes a whole number" in run("settings", fails=True).output
