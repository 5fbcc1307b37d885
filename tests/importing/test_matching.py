"""A new list against a plan's tasks: one to one, and what differs word by word. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.importing.changes import Change, ChangeKind, Edit, word_changes
from tracker.importing.matching import Line, Match, match
from tracker.tasks.limits import LimitKind, TimeLimit

GOING_ON = TimeLimit(LimitKind.CONTINUOUS, continues=True, raw="持续推进")
YEAR = TimeLimit(LimitKind.YEAR, due_on=date(2021, 12, 31), raw="2021")
TEXTS = (
    "开展健康教育进社区活动，每季度举办讲座。",
    "建立学校卫生监测点，配齐校医。",
    "落实投入政策，保障攻坚行动实施。",
)


def line(key: int, text: str, no: str | None = None, **other: object) -> Line:
    values = {"leads": ("市卫生健康委",), "partners": (), "limit": GOING_ON, **other}
    return Line(key=key, position=key % 100, no=no, text=text, **values)  # type: ignore[arg-type]


OLD = [line(at, text, str(at)) for at, text in enumerate(TEXTS, start=1)]


def pairs(found: list[Match]) -> list[tuple[int | None, int | None]]:
    return [(one.old.key if one.old else None, one.new.key if one.new else None) for one in found]


def test_texts_find_their_tasks_whatever_their_numbers() -> None:
    new = [
        line(101, TEXTS[2], "1"),
        line(102, "全新的一项工作，另行部署。", "2"),
        line(103, TEXTS[0] + "另加一句。", "3"),
    ]
    assert pairs(match(OLD, new)) == [(3, 101), (None, 102), (1, 103), (2, None)]


def test_of_two_same_texts_the_number_decides() -> None:
    old = [line(1, TEXTS[0], "1"), line(2, TEXTS[0], "2")]
    new = [line(101, TEXTS[0], "2"), line(102, TEXTS[0], "1")]
    assert pairs(match(old, new)) == [(2, 101), (1, 102)]


def test_the_same_number_helps_a_text_that_was_much_rewritten() -> None:
    rewritten = "在各学校设立卫生监测哨点，每校至少配备一名专职校医。"
    assert pairs(match(OLD, [line(101, rewritten, "2")]))[0] == (2, 101)
    assert pairs(match(OLD, [line(101, rewritten, "9")]))[0] == (None, 101)


def test_what_a_clerk_paired_stays_so() -> None:
    new = [line(101, TEXTS[0], "1"), line(102, TEXTS[1], "2")]
    found = match(OLD, new, {101: 3, 102: None})
    assert pairs(found) == [(3, 101), (None, 102), (1, None), (2, None)]
    assert [one.by_hand for one in found] == [True, True, False, False]


def test_a_pair_with_a_task_that_ended_meanwhile_is_looked_for_again() -> None:
    assert pairs(match(OLD, [line(101, TEXTS[0], "1")], {101: 77}))[0] == (1, 101)


LINES = st.lists(
    st.tuples(st.sampled_from([*TEXTS, "建", "", TEXTS[0][:9]]), st.sampled_from([None, "1", "2"])), max_size=7
)


@given(LINES, LINES)
def test_every_row_and_every_task_stands_once_and_order_does_not_matter(
    tasks: list[tuple[str, str | None]], rows: list[tuple[str, str | None]]
) -> None:
    old = [line(at, text, no) for at, (text, no) in enumerate(tasks)]
    new = [line(1000 + at, text, no) for at, (text, no) in enumerate(rows)]
    found = pairs(match(old, new))
    assert sorted(key for key, _ in found if key is not None) == [one.key for one in old]
    assert [key for _, key in found if key is not None] == [one.key for one in new]
    assert set(pairs(match(list(reversed(old)), list(reversed(new))))) == set(found)


@given(st.text("卫生健康ab12，。 ", max_size=25), st.text("卫生健康ab12，。 ", max_size=25))
def test_the_marked_words_give_both_texts_back(before: str, after: str) -> None:
    found = word_changes(before, after)
    assert "".join(piece.text for piece in found if piece.edit is not Edit.INSERTED) == before
    assert "".join(piece.text for piece in found if piece.edit is not Edit.DELETED) == after
    if before == after:
        assert all(piece.edit is Edit.KEPT for piece in found)


def test_words_are_marked_as_a_reader_sees_them() -> None:
    found = [(piece.edit.value, piece.text) for piece in word_changes("2021年底前建成10个", "2022年底前建成15个")]
    assert found == [
        ("deleted", "2021"),
        ("inserted", "2022"),
        ("kept", "年底前建成"),
        ("deleted", "10"),
        ("inserted", "15"),
        ("kept", "个"),
    ]


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({}, ChangeKind.SAME),
        ({"no": "9"}, ChangeKind.SAME),
        ({"text": TEXTS[0].replace("，", ",")}, ChangeKind.SAME),
        ({"limit": replace(GOING_ON, raw="长期坚持")}, ChangeKind.SAME),
        ({"text": TEXTS[0] + "再加一句。"}, ChangeKind.CHANGED),
        ({"leads": ("市教育局",)}, ChangeKind.CHANGED),
        ({"partners": ("市财政局",)}, ChangeKind.CHANGED),
        ({"limit": YEAR}, ChangeKind.CHANGED),
    ],
)
def test_what_counts_as_changed(changed: dict[str, object], kind: ChangeKind) -> None:
    new = replace(OLD[0], **{"key": 101, **changed})  # type: ignore[arg-type]
    found = Change(Match(OLD[0], new))
    assert found.kind is kind
    assert found.changes_number is ("no" in changed)


def test_a_change_has_another_key_once_either_side_is_another() -> None:
    new = replace(OLD[0], key=101, leads=("市教育局", "市财政局"))
    first = Change(Match(OLD[0], new))
    assert first.key == Change(Match(OLD[0], replace(new, leads=("市财政局", "市教育局")))).key
    assert first.key != Change(Match(OLD[0], replace(new, text=TEXTS[1]))).key
    assert first.key != Change(Match(replace(OLD[0], limit=YEAR), new)).key
    assert Change(Match(None, new)).kind is ChangeKind.ADDED
    assert Change(Match(OLD[0], None)).kind is ChangeKind.REMOVED
