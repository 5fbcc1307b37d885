"""When a slip is proposed, in which colour, and when its answer is due; as tables."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import Invalid, Refused
from tracker.supervision.rules import (
    SLIP_TRANSITIONS,
    AnswerDays,
    Earlier,
    Ladder,
    Lagging,
    Pace,
    SlipColour,
    SlipState,
    SlipVerb,
    answer_due_on,
    check_prefix,
    colours_allowed,
    doc_number,
    next_slip_state,
    propose,
)
from tracker.tasks.axes import Colour
from tracker.workdays import state_council

DAY = date(2021, 10, 26)
BLUE, YELLOW, RED = SlipColour
ISSUED, ANSWERED = SlipState.ISSUED, SlipState.ANSWERED
SETTLED, ESCALATED = SlipState.SETTLED, SlipState.ESCALATED
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
RED_LAMP = Lagging(1, 7, Colour.RED, "9月期未报")


def earlier(colour: SlipColour, state: SlipState, due: date | None = None, ended: date | None = None) -> Earlier:
    return Earlier(3, 1, 7, colour, state, "潜健督〔2021〕1号", due, ended, "没有整改")


@pytest.mark.parametrize(
    ("before", "colour"),
    [
        (None, BLUE),
        (earlier(BLUE, ISSUED, date(2021, 10, 26)), None),  # its last day is not over
        (earlier(BLUE, ISSUED, date(2021, 10, 25)), YELLOW),
        (earlier(YELLOW, ISSUED, date(2021, 10, 25)), RED),
        (earlier(RED, ISSUED, date(2021, 10, 25)), RED),
        (earlier(BLUE, ANSWERED, date(2021, 10, 20)), None),  # the office has to judge the answer
        (earlier(BLUE, ESCALATED, ended=DAY), YELLOW),
        (earlier(YELLOW, ESCALATED, ended=DAY), RED),
        (earlier(RED, SETTLED, ended=date(2021, 10, 19)), None),  # it rests for seven days
        (earlier(RED, SETTLED, ended=date(2021, 10, 18)), BLUE),
    ],
)
def test_the_ladder(before: Earlier | None, colour: SlipColour | None) -> None:
    found = propose([RED_LAMP], {(1, 7): before} if before else {}, {}, DAY, Ladder())
    assert [one.colour for one in found] == ([colour] if colour else [])
    assert all(one.follows_id == (3 if before and before.state is not SETTLED else None) for one in found)


@pytest.mark.parametrize(
    ("lamp", "starts_at", "is_important", "colour"),
    [
        (Colour.RED, Colour.RED, False, BLUE),
        (Colour.RED, Colour.RED, True, YELLOW),
        (Colour.YELLOW, Colour.RED, True, None),
        (Colour.YELLOW, Colour.YELLOW, False, BLUE),
        (Colour.BLUE, Colour.YELLOW, False, None),
        (Colour.CLOSED, Colour.YELLOW, True, None),
    ],
)
def test_where_the_ladder_begins(
    lamp: Colour, starts_at: Colour, is_important: bool, colour: SlipColour | None
) -> None:
    one = Lagging(1, 7, lamp, "落后53点", is_important)
    found = propose([one], {}, {}, DAY, Ladder(starts_at))
    assert [proposal.colour for proposal in found] == ([colour] if colour else [])


@pytest.mark.parametrize(("dropped", "is_proposed"), [(date(2021, 10, 19), False), (date(2021, 10, 18), True)])
def test_what_a_person_dropped_rests_a_week(dropped: date, is_proposed: bool) -> None:
    assert bool(propose([RED_LAMP], {}, {(1, 7): dropped}, DAY, Ladder())) is is_proposed


def test_the_reason_says_the_lamp_and_the_slip_before() -> None:
    first = propose([RED_LAMP], {}, {}, DAY, Ladder())[0]
    second = propose([RED_LAMP], {(1, 7): earlier(BLUE, ISSUED, date(2021, 10, 20))}, {}, DAY, Ladder())[0]
    third = propose([RED_LAMP], {(1, 7): earlier(BLUE, ESCALATED, ended=DAY)}, {}, DAY, Ladder())[0]
    assert first.reason == "9月期未报"
    assert second.reason == "蓝色提醒潜健督〔2021〕1号逾期6天没有答复；9月期未报"
    assert third.reason == "蓝色提醒潜健督〔2021〕1号没有落实（没有整改）；9月期未报"


@given(st.sampled_from(list(SlipState)), st.sampled_from(list(SlipColour)), DAYS, DAYS)
def test_a_slip_that_follows_is_one_step_up_and_never_beside_one_that_runs(
    state: SlipState, colour: SlipColour, due: date, day: date
) -> None:
    for one in propose([RED_LAMP], {(1, 7): earlier(colour, state, due, due)}, {}, day, Ladder()):
        if one.follows_id is None:
            assert state is SETTLED and one.colour is BLUE
        else:
            assert one.colour in colours_allowed(colour)
            assert state is ESCALATED or (state is ISSUED and day > due)


@pytest.mark.parametrize(
    ("issued", "pace", "due"),
    [
        (date(2021, 10, 18), Pace.NORMAL, date(2021, 10, 25)),
        (date(2021, 10, 20), Pace.URGENT, date(2021, 10, 25)),  # the 23rd is a Saturday
        (date(2021, 9, 24), Pace.NORMAL, date(2021, 10, 8)),  # 1 to 7 October off; the 1st is moved to the 8th
        (date(2021, 9, 17), Pace.NORMAL, date(2021, 9, 24)),
        (date(2021, 9, 22), Pace.URGENT, date(2021, 9, 26)),  # the 25th is a Saturday, Sunday the 26th is worked
        (date(2021, 10, 18), Pace.ORDINARY, date(2021, 11, 2)),
    ],
)
def test_the_answer_is_due_on_a_working_day(issued: date, pace: Pace, due: date) -> None:
    assert answer_due_on(issued, AnswerDays().of(pace), state_council()) == due


@pytest.mark.parametrize("days", [AnswerDays(urgent=0), AnswerDays(urgent=6), AnswerDays(2), AnswerDays(ordinary=3)])
def test_days_that_make_no_sense_are_refused(days: AnswerDays) -> None:
    with pytest.raises(Invalid):
        days.checked()


def test_only_the_steps_of_the_table_are_taken() -> None:
    for state in SlipState:
        for verb in SlipVerb:
            if (state, verb) in SLIP_TRANSITIONS:
                assert next_slip_state(state, verb) is SLIP_TRANSITIONS[state, verb].state
            else:
                with pytest.raises(Refused):
                    next_slip_state(state, verb)


def test_a_number_has_six_cornered_brackets_and_no_leading_zeros() -> None:
    assert doc_number(check_prefix("潜健"), 2021, 5) == "潜健督〔2021〕5号"
    for wrong in ("潜健〔", "潜 健", "潜健2", "长" * 11):
        with pytest.raises(Invalid):
            check_prefix(wrong)
