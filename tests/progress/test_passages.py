"""Whose words stand in a lead's report."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tracker.progress.passages import Fate, Piece, Taken, fates, passage, pieces, put_in

EDUCATION = Taken("市教育局", 1, "市教育局：组织7所学校配合筛查，学生参检3106人。")
WOMEN = Taken("市妇联", 2, "市妇联：发动适龄妇女参检1240人。")


def whose(text: str, *taken: Taken) -> list[tuple[str, Fate]]:
    return [(one.author, fate) for one, fate in fates(text, taken)]


OWN = "本期筛查8412人。"
CASES = [
    (f"{OWN}\n{EDUCATION.words}\n{WOMEN.words}", [("市教育局", Fate.WHOLE), ("市妇联", Fate.WHOLE)]),
    (f"{WOMEN.words}{EDUCATION.words}", [("市教育局", Fate.WHOLE), ("市妇联", Fate.WHOLE)]),
    (f"{OWN}\n市教育局：参检3106人。", [("市教育局", Fate.CHANGED), ("市妇联", Fate.GONE)]),
    (f"{OWN}\n组织7所学校配合筛查，学生参检3106人。", [("市教育局", Fate.CHANGED), ("市妇联", Fate.GONE)]),
    ("市妇联：发动适龄妇女参检1300人。", [("市教育局", Fate.GONE), ("市妇联", Fate.CHANGED)]),
    (OWN, [("市教育局", Fate.GONE), ("市妇联", Fate.GONE)]),
    ("", [("市教育局", Fate.GONE), ("市妇联", Fate.GONE)]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_what_became_of_a_passage(text: str, expected: list[tuple[str, Fate]]) -> None:
    assert whose(text, EDUCATION, WOMEN) == expected


def test_the_text_is_told_apart_into_the_leads_words_and_the_partners() -> None:
    text = f"{OWN}\n{EDUCATION.words}\n市妇联：参检1300人。"
    assert pieces(text, [EDUCATION, WOMEN]) == [
        Piece(f"{OWN}\n"),
        Piece(EDUCATION.words, EDUCATION, Fate.WHOLE),
        Piece("\n"),
        Piece("市妇联：参检1300人。", WOMEN, Fate.CHANGED),
    ]


def test_a_newer_version_takes_the_place_of_the_older_and_hides_it() -> None:
    newer = Taken("市教育局", 2, "市教育局：组织9所学校配合筛查。")
    text = put_in(f"{OWN}\n{EDUCATION.words}\n另有说明。", newer.words, [EDUCATION.words])
    assert text == f"{OWN}\n{newer.words}\n另有说明。"
    assert fates(text, [EDUCATION, newer]) == [(newer, Fate.WHOLE)]


def test_a_passage_that_was_changed_by_hand_is_not_written_over() -> None:
    changed = f"{OWN}\n市教育局：参检3106人。"
    newer = "市教育局：组织9所学校配合筛查。"
    assert put_in(changed, newer, [EDUCATION.words]) == f"{changed}\n{newer}"


def test_a_passage_is_one_line_with_its_author() -> None:
    assert passage("市教育局", " 一、筛查。\r\n二、建档。 ") == "市教育局：一、筛查。 二、建档。"
    assert passage("市教育局", " \n ") == ""


words = st.text(alphabet="市教妇：。筛查 12\n", max_size=25)
authors = st.sampled_from(["市教育局", "市妇联", "熊口镇"])
passages = st.builds(
    lambda author, number, text: Taken(author, number, passage(author, text)), authors, st.integers(1, 3), words
)


@given(words, st.lists(passages, max_size=5))
def test_the_pieces_join_to_the_text_again(text: str, taken: list[Taken]) -> None:
    assert "".join(piece.text for piece in pieces(text, taken)) == text


@given(words, passages)
def test_what_was_put_in_is_found_whole_and_a_second_time_changes_nothing(text: str, one: Taken) -> None:
    assume(one.words)
    once = put_in(text, one.words, [])
    assert put_in(once, one.words, []) == once
    assert fates(once, [one]) == [(one, Fate.WHOLE)]
    assert once.startswith(text.rstrip())
