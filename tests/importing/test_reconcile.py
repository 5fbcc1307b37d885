"""Text against table: what stands in one and not in the other. No database."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importing.drafts import FORMS, seed
from tracker.errors import Invalid
from tracker.importing.parse import compare
from tracker.importing.reconcile import Item, Kind, Reconciliation, reconcile


def items(first: int, *written: tuple[str, str]) -> list[Item]:
    return [Item(first + at, text, tuple(units.split("、"))) for at, (text, units) in enumerate(written)]


DUTIES = items(
    0,
    ("在全县推广垃圾分类，建设分类投放点三百个", "县住建局、县商务局"),
    ("修复废弃矿山，恢复植被两千亩", "县自然资源局"),
    ("清理河道障碍物，整治非法采砂", "县水利局、县公安局"),
)
ROWS = items(
    10,
    ("推广垃圾分类，建设分类投放点", "县住建局"),
    ("整治非法采砂，清理河道障碍物", "县水利局、县公安局"),
    ("淘汰燃煤小锅炉", "县生态环境局"),
)


def kinds(found: Reconciliation) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(one.kind.value, one.item.key, one.units) for one in found.differences]


def test_what_stands_on_one_side_alone_is_found() -> None:
    found = reconcile(DUTIES, ROWS)
    assert [(pair.duty.key, pair.row.key) for pair in found.pairs] == [(0, 10), (2, 11)]
    assert kinds(found) == [
        ("duty", 1, ("县自然资源局",)),
        ("unit", 0, ("县商务局",)),
        ("row", 12, ("县生态环境局",)),
        ("row_unit", 12, ("县生态环境局",)),
    ]
    assert (found.only_in_text, found.only_in_table) == (["县商务局", "县自然资源局"], ["县生态环境局"])


def test_two_names_of_one_unit_are_no_difference() -> None:
    rows = items(10, ("推广垃圾分类，建设分类投放点", "县住房城乡建设局、县商务局"))
    short = {"县住房城乡建设局": "县住建局"}
    found = reconcile(DUTIES[:1], rows, lambda name: short.get(name, name))
    assert found.differences == []
    assert reconcile(DUTIES[:1], rows).only_in_text == ["县住建局"]


def test_several_rows_may_come_from_one_point() -> None:
    duty = items(0, ("推广垃圾分类，建设分类投放点。清理河道障碍物，整治非法采砂", "县住建局、县水利局、县公安局"))
    assert reconcile(duty, ROWS[:2]).differences == []


def test_texts_without_a_shared_word_have_no_nearest() -> None:
    found = reconcile(items(0, ("甲乙丙", "县水利局")), items(10, ("子丑寅", "县水利局")))
    assert found.pairs == []
    assert [one.nearest for one in found.differences] == [None, None]


@pytest.mark.parametrize("form", [form for form in FORMS if not form.endswith(".xlsx")])
def test_three_units_of_the_city_have_duties_in_the_text_and_no_row(form: str) -> None:
    found = compare(seed(form), form)
    assert (found["duties"], found["rows"]) == (37, 61)
    assert found["only_in_text"] == ["市商务局", "市税务局", "市信访局"]
    without_row = {one["no"]: one["units"] for one in found["differences"] if one["kind"] == "duty"}
    assert without_row["5-3"] == ["市税务局"]
    assert "市商务局" in without_row["3-2"]
    less = [(one["no"], one["units"]) for one in found["differences"] if one["kind"] == "unit"]
    assert ("11", ["市信访局"]) in less
    pairs = {(pair["duty"]["no"], pair["row"]["no"]): pair["similarity"] for pair in found["pairs"]}
    assert pairs["2-2", "3"] == pairs["7", "15"] == 100
    assert json.dumps(found, ensure_ascii=False)


def test_a_document_with_one_way_of_writing_alone_is_refused() -> None:
    with pytest.raises(Invalid, match="没有可以对照"):
        compare(seed(FORMS[1]), FORMS[1])


UNITS = st.lists(st.sampled_from(["县水利局", "县公安局", "县住建局", "各乡镇"]), min_size=1, max_size=3, unique=True)
WRITTEN = st.lists(st.tuples(st.text("整治河道清理采砂垃圾，。", max_size=30), UNITS), max_size=6)


@given(WRITTEN, WRITTEN)
def test_every_duty_has_a_row_or_is_told_and_every_row_a_duty(
    text: list[tuple[str, list[str]]], table: list[tuple[str, list[str]]]
) -> None:
    duties = [Item(at, words, tuple(units)) for at, (words, units) in enumerate(text)]
    rows = [Item(100 + at, words, tuple(units)) for at, (words, units) in enumerate(table)]
    found = reconcile(duties, rows)
    told = {(one.kind, one.item.key) for one in found.differences}
    for duty in duties:
        assert (Kind.DUTY, duty.key) in told or any(pair.duty is duty for pair in found.pairs)
    for row in rows:
        assert (Kind.ROW, row.key) in told or any(pair.row is row for pair in found.pairs)
    assert len({one.key for one in found.differences}) == len(found.differences)
    assert all(0 <= pair.similarity <= 100 for pair in found.pairs)
    assert found == reconcile(duties, rows)


@given(WRITTEN)
def test_a_table_that_repeats_the_text_differs_in_nothing_but_texts_without_words(
    text: list[tuple[str, list[str]]],
) -> None:
    long = [(words, units) for words, units in text if len(words.strip("，。")) > 8]
    duties = [Item(at, words, tuple(units)) for at, (words, units) in enumerate(long)]
    rows = [Item(100 + at, words, tuple(units)) for at, (words, units) in enumerate(long)]
    assert [one.kind for one in reconcile(duties, rows).differences if one.kind is Kind.ROW_UNIT] == []
