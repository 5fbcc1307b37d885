"""Rules of more time: which desk may take which step, what day may be asked for, what counts as late."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.desks import Desk
from tracker.errors import Invalid, Refused
from tracker.progress.extension_rules import (
    EXTENSION_TRANSITIONS,
    WAITING,
    ExtensionState,
    ExtensionVerb,
    check_new_day,
    days_late,
    desk_of,
    desk_on,
    next_extension_state,
    verb_of,
)
from tracker.progress.review_rules import review_year, years_to_review
from tracker.tasks.limits import LimitKind, TimeLimit

YEAR_END = date(2021, 12, 31)


def test_it_goes_from_desk_to_desk_until_somebody_decides() -> None:
    assert [desk_of(state) for state in WAITING] == [Desk.HEAD, Desk.OFFICE, Desk.LEADER]
    assert {desk_of(state) for state in ExtensionState if state not in WAITING} == {None}


@given(st.sampled_from(ExtensionState), st.sampled_from(ExtensionVerb), st.sampled_from(Desk))
def test_no_desk_takes_a_step_that_is_not_its_own(state: ExtensionState, verb: ExtensionVerb, by: Desk) -> None:
    move = EXTENSION_TRANSITIONS.get((state, verb))
    if move is not None and move.by is by:
        assert next_extension_state(state, verb, by) is move.state
    else:
        with pytest.raises(Refused):
            next_extension_state(state, verb, by)


@pytest.mark.parametrize(
    ("by", "agreed", "asks_leader", "verb"),
    [
        (Desk.HEAD, True, True, ExtensionVerb.AGREE),
        (Desk.OFFICE, True, False, ExtensionVerb.GRANT),
        (Desk.OFFICE, True, True, ExtensionVerb.REPORT_UP),
        (Desk.LEADER, True, False, ExtensionVerb.GRANT),  # the setting was changed while it lay there
        (Desk.HEAD, False, False, ExtensionVerb.REFUSE),
        (Desk.LEADER, False, True, ExtensionVerb.REFUSE),
    ],
)
def test_what_a_yes_means_depends_on_the_desk(by: Desk, agreed: bool, asks_leader: bool, verb: ExtensionVerb) -> None:
    assert verb_of(by, agreed, asks_leader) is verb


@pytest.mark.parametrize(
    ("limit_on", "new_on", "today"),
    [
        (None, date(2022, 3, 31), date(2021, 12, 1)),
        (YEAR_END, YEAR_END, date(2021, 12, 1)),
        (YEAR_END, date(2021, 11, 30), date(2021, 12, 1)),
        (YEAR_END, date(2022, 1, 31), date(2022, 2, 1)),
    ],
)
def test_the_new_day_is_later_than_the_limit_and_not_over(limit_on: date | None, new_on: date, today: date) -> None:
    with pytest.raises(Invalid) as refused:
        check_new_day(limit_on, new_on, today)
    assert refused.value.field == "new_on"
    assert check_new_day(YEAR_END, date(2022, 2, 1), date(2022, 2, 1)) == YEAR_END


def test_asked_on_the_last_day_is_in_time() -> None:
    assert [days_late(YEAR_END, day) for day in (date(2021, 12, 1), YEAR_END, date(2022, 1, 4))] == [0, 0, 4]


def test_the_desk_of_a_past_day_is_that_of_its_dates() -> None:
    agreed_on, passed_on = date(2021, 12, 3), date(2021, 12, 6)
    days = [date(2021, 12, 2), agreed_on, passed_on]
    assert [desk_on(agreed_on, passed_on, day) for day in days] == [Desk.HEAD, Desk.OFFICE, Desk.LEADER]


def test_a_limit_names_the_day_it_was_extended_to_and_keeps_the_printed_one() -> None:
    printed = TimeLimit(LimitKind.YEAR, due_on=YEAR_END, raw="2021")
    twice = printed.extended_to(date(2022, 3, 31)).extended_to(date(2022, 6, 30))
    assert (twice.words, twice.due_on, twice.extended_from) == ("2021（延至2022-06-30）", date(2022, 6, 30), YEAR_END)
    assert twice.printed == printed
    assert printed.words == "2021"
    assert len(TimeLimit(LimitKind.YEAR, YEAR_END, raw="长" * 200).extended_to(date(2022, 3, 31)).words) <= 180


@pytest.mark.parametrize(
    ("today", "years"),
    [
        (date(2021, 11, 30), []),
        (date(2021, 12, 1), [2021]),
        (date(2022, 3, 1), [2021]),
        (date(2022, 12, 1), [2021, 2022]),
    ],
)
def test_the_review_of_a_year_begins_in_december(today: date, years: list[int]) -> None:
    assert list(years_to_review(date(2021, 7, 1), today)) == years
    assert not years or review_year(today) == years[-1]
