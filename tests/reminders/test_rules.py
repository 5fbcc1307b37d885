from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.clock import SHANGHAI
from tracker.errors import Invalid
from tracker.reminders.rules import (
    PRESET,
    Audience,
    Fired,
    Rule,
    check_rules,
    due_reminder,
    is_open,
    next_opening,
    planned,
)
from tracker.workdays import state_council

CALENDAR = state_council()
OCTOBER_DUE = date(2021, 10, 25)  # a Monday
REPORTER, HEAD, LEADER = Audience


def october(day: int) -> date:
    return date(2021, 10, day)


def run(due_on: date, today: date, rules: Sequence[Rule] = PRESET) -> Fired | None:
    return due_reminder(due_on, today, rules, CALENDAR)


def test_the_reminders_of_the_october_period_go_out_on_working_days() -> None:
    all_planned = planned(OCTOBER_DUE, date(2021, 11, 22), PRESET, CALENDAR)
    assert [(one.offset, one.day) for one in all_planned] == [
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
    fired = run(OCTOBER_DUE, today)
    assert fired is not None
    assert (fired.offset, fired.day, fired.rule.reach.reached()) == (offset, meant_for, audience)


def test_before_the_first_offset_nothing_goes_out() -> None:
    assert run(OCTOBER_DUE, october(9)) is None


def test_on_a_day_off_nothing_goes_out() -> None:
    assert run(OCTOBER_DUE, october(24)) is None
    assert run(date(2021, 9, 26), date(2021, 9, 26)) is not None  # a Sunday that is worked


def test_a_reminder_of_a_due_day_off_is_brought_forward() -> None:
    holiday = date(2021, 10, 3)
    assert run(holiday, date(2021, 9, 30)) == Fired(Rule(0), 0, date(2021, 9, 30))
    late = run(holiday, date(2021, 10, 8))  # 1 and 3 wait for the first working day: the latest
    assert late is not None and late.offset == 3


def test_after_days_without_a_run_only_the_latest_goes_out() -> None:
    assert run(OCTOBER_DUE, date(2021, 12, 1)) == Fired(PRESET[-1], 35, date(2021, 11, 29))


def test_a_plan_can_stop_repeating_and_keep_its_leader_out() -> None:
    quiet = (Rule(-1), Rule(2))
    assert run(OCTOBER_DUE, date(2021, 12, 1), quiet) == Fired(Rule(2), 2, october(27))
    assert run(OCTOBER_DUE, date(2021, 12, 1), ()) is None


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ([Rule(3), Rule(3, HEAD)], "有两条规则都是逾期3天"),
        ([Rule(-400)], "天数请填 0 到 365"),
        ([Rule(-3, repeat=2)], "只有逾期以后才能重复"),
        ([Rule(3, repeat=0)], "间隔请填 1 到 365 天"),
    ],
)
def test_rules_that_make_no_sense_are_refused_with_the_rule_named(rules: list[Rule], says: str) -> None:
    with pytest.raises(Invalid, match=says):
        check_rules(rules)


def test_rules_are_put_in_order() -> None:
    assert check_rules(reversed(PRESET)) == list(PRESET)


def moment(day: int, hour: int, minute: int) -> datetime:
    return datetime(2021, 10, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (moment(26, 8, 29), moment(26, 8, 30)),
        (moment(26, 8, 30), moment(26, 8, 30)),
        (moment(26, 12, 0), moment(26, 12, 0)),
        (moment(26, 17, 30), moment(27, 8, 30)),
        (moment(29, 20, 0), datetime(2021, 11, 1, 8, 30, tzinfo=SHANGHAI)),  # a Friday evening
        (moment(2, 9, 0), moment(8, 8, 30)),  # National Day
    ],
)
def test_messages_leave_in_working_hours_of_working_days(now: datetime, opens: datetime) -> None:
    assert next_opening(now, CALENDAR) == opens
    assert is_open(now, CALENDAR) is (now == opens)


days = st.dates(date(2021, 1, 1), date(2022, 12, 31))
before_or_on = st.builds(Rule, st.integers(-40, 0), st.sampled_from(Audience))
after = st.builds(Rule, st.integers(1, 40), st.sampled_from(Audience), st.none() | st.integers(1, 10))
rules = st.lists(before_or_on | after, max_size=8, unique_by=lambda rule: rule.offset)


@given(days, st.integers(-60, 90), rules)
def test_what_goes_out_was_meant_for_a_working_day_that_has_come(due_on: date, offset: int, own: list[Rule]) -> None:
    today = due_on + timedelta(days=offset)
    fired = run(due_on, today, own)
    if fired is None:
        return
    assert CALENDAR.is_workday(fired.day)
    assert fired.day <= today
    assert fired.day <= due_on or fired.offset > 0
    assert fired.offset <= offset or fired.day < due_on + timedelta(days=fired.offset)


def sent(due_on: date, offsets: list[int], own: list[Rule]) -> set[Fired]:
    return {fired for offset in offsets if (fired := run(due_on, due_on + timedelta(days=offset), own))}


WINDOW = list(range(-60, 81))


@given(days, rules, st.sets(st.sampled_from(WINDOW)))
def test_runs_on_some_days_send_nothing_that_runs_on_every_day_do_not(
    due_on: date, own: list[Rule], missed: set[int]
) -> None:
    every_day = sent(due_on, WINDOW, own)
    assert sent(due_on, [offset for offset in WINDOW if offset not in missed], own) <= every_day


@given(days, rules)
def test_a_reminder_goes_out_on_the_day_it_is_meant_for(due_on: date, own: list[Rule]) -> None:
    for fired in sent(due_on, WINDOW, own):
        assert fired == run(due_on, fired.day, own)
