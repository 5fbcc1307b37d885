"""Damaged files: each ends in a draft or in one sentence, never in a traceback, a hang or a process that is gone."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.importing.damage import damaged, good_files
from tests.importing.worker import Worker
from tracker.errors import UnreadableFile
from tracker.importing.parse import parse


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


def wrong(answer: dict[str, Any]) -> bool:
    """Neither a draft with tasks nor one sentence that says what to do."""
    refused = answer.get("refused", "")
    return not answer.get("tasks") and ("请" not in refused or "\n" in refused)


def failures(worker: Worker, numbers: range) -> list[tuple[Any, ...]]:
    found = []
    for number in numbers:
        name, content, done = damaged(number)
        answer = worker.read(name, content)
        if wrong(answer):
            found.append((number, name, done, answer))
    return found


def test_the_files_are_good_before_they_are_damaged(worker: Worker) -> None:
    assert all(worker.read(name, content).get("tasks") for name, content in good_files().items())


def test_damage_is_of_every_kind() -> None:
    done = Counter(kind for number in range(100) for kind in damaged(number)[2].split(", "))
    assert len(done) == 8 and min(done.values()) >= 5


def test_a_hundred_damaged_files_end_in_a_draft_or_a_sentence(worker: Worker) -> None:
    assert failures(worker, range(100)) == []


@pytest.mark.parametrize("number", [1303])  # the panic of a library in Rust, which is no Exception
def test_damage_that_was_found_stays_mended(worker: Worker, number: int, capfd: pytest.CaptureFixture[str]) -> None:
    assert failures(worker, range(number, number + 1)) == []
    name, content, _ = damaged(number)
    with pytest.raises(UnreadableFile, match="不完整或已损坏"):
        parse(content, name)
    assert capfd.readouterr().err == ""


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_thousand_damaged_files_end_in_a_draft_or_a_sentence(worker: Worker) -> None:
    assert failures(worker, range(1000, 2000)) == []
