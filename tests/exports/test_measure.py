"""How many lines a text takes, and how columns part into spans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.exports.measure import HIGHEST_ROW, lines_needed, row_height, spans, text_units


@pytest.mark.parametrize(("text", "units"), [("", 0), ("abc", 3), ("责任台账", 8), ("45%，", 5), ("2021年底", 8)])
def test_a_chinese_character_counts_two(text: str, units: int) -> None:
    assert text_units(text) == units


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 55, 1),
        ("正常", 21, 1),
        ("字" * 17, 55, 1),
        ("字" * 18, 55, 2),
        ("字" * 68, 55, 5),
        ("一\n二\n三", 55, 3),
        ("\n", 55, 2),
        ("字" * 5 + "abcdefghijkl", 20, 2),
        ("a" * 100, 55, 4),
    ],
)
def test_a_text_takes_as_many_lines_as_its_column_makes_of_it(text: str, width: float, lines: int) -> None:
    assert lines_needed(text, width, 8.5) == lines


@given(st.text(max_size=300), st.floats(5, 100))
def test_the_lines_have_room_for_the_text_and_are_not_endless(text: str, width: float) -> None:
    lines = lines_needed(text, width, 8.5)
    room_of_a_line = width / (8.5 * 25.4 / 72 / 2) + 2
    assert lines * room_of_a_line >= max(text_units(part) for part in text.split("\n"))
    assert lines <= 2 * len(text) + 1


def test_a_row_is_never_higher_than_a_spreadsheet_allows() -> None:
    assert row_height(500, 8.5) == HIGHEST_ROW


@given(st.lists(st.floats(1, 80), min_size=4, max_size=20), st.integers(1, 4))
def test_spans_cover_the_columns_once_and_are_as_many_as_asked(widths: list[float], parts: int) -> None:
    columns = list(range(len(widths)))
    found = spans(columns, widths, parts)
    assert len(found) == parts
    assert [i for first, last in found for i in range(first, last + 1)] == columns


def test_spans_begin_and_end_at_columns_that_are_shown() -> None:
    assert spans([0, 2, 3, 5], [9, 1, 9, 9, 1, 9], 2) == [(0, 2), (3, 5)]
