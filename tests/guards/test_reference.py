"""docs/reference says what the code says: run `tracker docs` after a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.cli.docs import pages

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_reference_is_what_the_code_says(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == pages()[name], "run `tracker docs`"
