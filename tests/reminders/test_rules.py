from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.reminders.rules import DEFAULT, Audience, Fired, ReminderRules, due_reminders, planned
from tracker.workdays import state_council

CALENDAR = state_council()
OCTOBER_DUE = date(2021, 10, 25)  # a Monday
REPORTER, HEAD, LEADER = Audience


def october(day: int) -> date:
    return date(2021, 10, day)


def run(due_on: date, today: date, rules: ReminderRules = DEFAULT) -> list[Fired]:
    return due_reminders(due_on, today, rules, CALENDAR)


def test_the_reminders_of_the_october_period_go_out_on_working_days() -> None:
    assert list(planned(OCTOBER_DUE, date(2021, 11, 22), DEFAULT, CALENDAR)) == [
        (-15, october(11)),  # the 10th is a Sunday
        (-7, october(18)),
        (-3, october(22)),
        (-1, october(25)),  # the 24th is a Sunday; no later than the due day
        (0, october(25)),
        (1, october(26)),
        (3, october(28)),
        (7, date(2021, 11, 1)),
        (14, date(2021, 11, 8)),
        (21, date(2021, 11, 15)),
        (28, date(2021, 11, 22)),
    ]


@pytest.mark.parametrize(
    ("today", "offset", "meant_for", "audience"),
    [
        (october(11), -15, october(11), [REPORTER]),
        (october(25), 0, october(25), [REPORTER]),  # -1 falls on it too: the latest
        (october(26), 1, october(26), [REPORTER]),
        (october(28), 3, october(28), [REPORTER, HEAD]),
        (date(2021, 11, 1), 7, date(2021, 11, 1), [REPORTER, HEAD, LEADER]),
        (date(2021, 11, 9), 14, date(2021, 11, 8), [REPORTER, HEAD, LEADER]),  # already sent the day before
    ],
)
def test_a_run_sends_the_latest_reminder_to_who_must_hear(
    today: date, offset: int, meant_for: date, audience: list[Audience]
) -> None:
    assert run(OCTOBER_DUE, today) == [Fired(offset, meant_for, one) for one in audience]


def test_before_the_first_offset_nothing_goes_out() -> None:
    assert run(OCTOBER_DUE, october(9)) == []


def test_on_a_day_off_nothing_goes_out() -> None:
    assert run(OCTOBER_DUE, october(24)) == []
    assert run(date(2021, 9, 26), date(2021, 9, 26)) != []  # a Sunday that is worked


def test_a_reminder_of_a_due_day_off_is_brought_forward() -> None:
    holiday = date(2021, 10, 3)
    assert run(holiday, date(2021, 9, 30)) == [Fired(0, date(2021, 9, 30), REPORTER)]
    assert run(holiday, date(2021, 10, 8))[0].offset == 3  # 1 and 3 wait for the first working day: the latest


def test_after_days_without_a_run_only_the_latest_goes_out() -> None:
    assert run(OCTOBER_DUE, date(2021, 12, 1)) == [Fired(35, date(2021, 11, 29), one) for one in Audience]


def test_a_plan_can_stop_repeating_and_keep_its_leader_out() -> None:
    quiet = ReminderRules(before=(1,), after=(2,), repeat_every=None, head_after=None, leader_after=None)
    assert run(OCTOBER_DUE, date(2021, 12, 1), quiet) == [Fired(2, october(27), REPORTER)]


days = st.dates(date(2021, 1, 1), date(2022, 12, 31))
rules = st.builds(
    ReminderRules,
    st.lists(st.integers(0, 40), max_size=4).map(tuple),
    st.lists(st.integers(1, 40), max_size=4).map(tuple),
    st.none() | st.integers(1, 10),
    st.none() | st.integers(0, 10),
    st.none() | st.integers(0, 10),
)


@given(days, st.integers(-60, 90), rules)
def test_what_goes_out_was_meant_for_a_working_day_that_has_come(due_on: date, offset: int, own: ReminderRules) -> None:
    today = due_on + timedelta(days=offset)
    fired = run(due_on, today, own)
    assert len({one.audience for one in fired}) == len(fired)
    assert len({(one.offset, one.day) for one in fired}) <= 1
    for one in fired:
        assert CALENDAR.is_workday(one.day)
        assert one.day <= today
        assert one.day <= due_on or one.offset > 0
        assert one.offset <= offset or one.day < due_on + timedelta(days=one.offset)


def sent(due_on: date, offsets: list[int], own: ReminderRules) -> set[Fired]:
    return {one for offset in offsets for one in run(due_on, due_on + timedelta(days=offset), own)}


WINDOW = list(range(-60, 81))


@given(days, rules, st.sets(st.sampled_from(WINDOW)))
def test_runs_on_some_days_send_nothing_that_runs_on_every_day_do_not(
    due_on: date, own: ReminderRules, missed: set[int]
) -> None:
    every_day = sent(due_on, WINDOW, own)
    assert sent(due_on, [offset for offset in WINDOW if offset not in missed], own) <= every_day


@given(days, rules)
def test_a_reminder_goes_out_on_the_day_it_is_meant_for(due_on: date, own: ReminderRules) -> None:
    for fired in sent(due_on, WINDOW, own):
        assert fired in run(due_on, fired.day, own)
