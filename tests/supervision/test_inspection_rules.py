"""How an item stands on a day, its lamp, and the steps that follow one another."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import Refused
from tracker.supervision.inspection_rules import (
    RECTIFICATION_TRANSITIONS,
    RectificationState,
    RectificationVerb,
    Round,
    Stand,
    next_rectification_state,
    sign_of,
    stand_on,
    tally,
)
from tracker.tasks.axes import Colour
from tracker.workdays import state_council

OPEN, REPORTED, SETTLED, REOPENED, WITHDRAWN = (
    RectificationState.OPEN,
    RectificationState.REPORTED,
    RectificationState.SETTLED,
    RectificationState.REOPENED,
    RectificationState.WITHDRAWN,
)


def day(number: int) -> date:
    return date(2021, 8, number)


DUE = day(10)
SENT_BACK = Round(day(5), day(7), is_settled=False, due_again_on=day(20))
ACCEPTED = Round(day(15), day(18), is_settled=True)


@pytest.mark.parametrize(
    ("on", "stand"),
    [
        (day(4), Stand(OPEN, DUE)),
        (day(5), Stand(REPORTED, DUE, day(5))),
        (day(6), Stand(REPORTED, DUE, day(5))),
        (day(7), Stand(REOPENED, day(20), day(5))),
        (day(14), Stand(REOPENED, day(20), day(5))),
        (day(15), Stand(REPORTED, day(20), day(15))),
        (day(18), Stand(SETTLED, day(20), day(15), day(18))),
        (day(31), Stand(SETTLED, day(20), day(15), day(18))),
    ],
)
def test_how_an_item_stood_on_each_day(on: date, stand: Stand) -> None:
    assert stand_on(DUE, [SENT_BACK, ACCEPTED], on) == stand


@pytest.mark.parametrize(
    ("withdrawn_on", "on", "stand"),
    [
        (day(3), day(2), Stand(OPEN, DUE)),
        (day(3), day(3), Stand(WITHDRAWN, DUE, None, day(3))),
        (day(12), day(11), Stand(REOPENED, day(20), day(5))),
        (day(12), day(30), Stand(WITHDRAWN, day(20), day(5), day(12))),
    ],
)
def test_a_withdrawn_item_stands_as_it_did_until_that_day(withdrawn_on: date, on: date, stand: Stand) -> None:
    assert stand_on(DUE, [SENT_BACK], on, withdrawn_on) == stand
    assert stand.days_over(day(31)) == (0 if stand.state is WITHDRAWN else (day(31) - stand.due_on).days)


def test_sent_back_without_another_limit_the_old_one_holds() -> None:
    assert stand_on(DUE, [Round(day(9), day(12))], day(15)) == Stand(REOPENED, DUE, day(9))


@given(st.lists(st.integers(0, 9), max_size=6), st.integers(0, 40))
def test_what_happens_later_changes_no_earlier_day(steps: list[int], asked: int) -> None:
    at, rounds = day(1), []
    for step in steps:
        reported = at + timedelta(days=step)
        rounds.append(Round(reported, reported + timedelta(days=1)))
        at = reported + timedelta(days=1)
    on = day(1) + timedelta(days=asked)
    known = [one for one in rounds if one.reported_on <= on]
    assert stand_on(DUE, rounds, on) == stand_on(DUE, known, on)


@pytest.mark.parametrize(
    ("stand", "on", "colour", "word"),
    [
        (Stand(OPEN, day(10)), day(15), Colour.RED, "整改逾期5天"),
        (Stand(REOPENED, day(10)), day(11), Colour.RED, "整改逾期1天"),
        (Stand(OPEN, day(10)), day(10), Colour.YELLOW, "今天到期"),
        (Stand(OPEN, day(10)), day(9), Colour.YELLOW, "剩1天"),
        (Stand(OPEN, day(20)), day(10), Colour.BLUE, "剩8天"),
        (Stand(OPEN, day(31)), day(2), Colour.GREEN, "待整改"),
        (Stand(REPORTED, day(10), day(12)), day(15), Colour.BLUE, "已报，待核"),
        (Stand(SETTLED, day(10), day(12), day(14)), day(15), Colour.CLOSED, "已销号"),
        (Stand(WITHDRAWN, day(10), None, day(12)), day(15), Colour.NONE, "已撤回"),
    ],
)
def test_the_lamp_of_an_item_and_its_word(stand: Stand, on: date, colour: Colour, word: str) -> None:
    assert sign_of(stand, on, state_council()) == (colour, word)


def test_n_of_all_are_settled_and_so_many_overdue_and_what_was_withdrawn_is_not_counted() -> None:
    stands = [Stand(OPEN, day(10)), Stand(REPORTED, day(10)), Stand(SETTLED, day(10)), Stand(REOPENED, day(20))]
    assert tally(stands, day(15)) == (4, 1, 1, 0)
    assert tally([*stands, Stand(WITHDRAWN, day(10), None, day(12))], day(15)) == (4, 1, 1, 1)


@pytest.mark.parametrize("state", RectificationState)
@pytest.mark.parametrize("verb", RectificationVerb)
def test_a_step_that_does_not_follow_is_refused_with_the_state(
    state: RectificationState, verb: RectificationVerb
) -> None:
    if (state, verb) in RECTIFICATION_TRANSITIONS:
        assert next_rectification_state(state, verb) is not state
    else:
        with pytest.raises(Refused, match=state.label):
            next_rectification_state(state, verb)
