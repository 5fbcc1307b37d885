"""Commands as they are typed, on a database of each kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tracker import clock
from tracker.cli import tracker

Run = Callable[..., Result]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Point the settings at a database and a data folder of that name; gives the folder."""

    def point(database: str, name: str) -> Path:
        folder = tmp_path / name
        monkeypatch.setenv("TRACKER_DATA", str(folder))
        monkeypatch.setenv("TRACKER_DATABASE_URL", database)
        monkeypatch.delenv("TRACKER_TODAY", raising=False)
        return folder

    yield point
    clock.set_folder(tmp_path)


@pytest.fixture
def run() -> Run:
    """``run("user", "list")``: the outcome, which must be well unless ``fails=True``."""

    def command(*words: str, fails: bool = False, text: str | None = None) -> Result:
        result = CliRunner().invoke(tracker, list(words), input=text)
        assert (result.exit_code != 0) is fails, result.output + repr(result.exception)
        assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
        return result

    return command
