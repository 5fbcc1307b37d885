"""The three axes of the lamp as tables, the lamps of a unit and of a report."""

from __future__ import annotations

from datetime import date

import pytest

from tests.tasks.lamps import (
    AS_OF,
    CALENDAR,
    CONTINUOUS,
    DUE,
    FIRST_DUE,
    MISSING,
    RECEIVED,
    STARTS,
    THIS_YEAR,
    UNSIGNED,
    YEAR_END,
    YEAR_END_THEN_ON,
    facts,
    report,
)
from tracker.tasks.axes import Colour, ReportFact, ReportStanding, Thresholds, limit_words, pace, pace_on
from tracker.tasks.lamp import lamp, report_lamp, unit_lamp
from tracker.tasks.limits import TimeLimit
from tracker.tasks.roles import Role
from tracker.workdays import ONE_DAY

ALL_IN = [report(label, RECEIVED) for label in ("7月期", "8月期", "9月期", "10月期")]


@pytest.mark.parametrize(
    ("as_of", "first_year", "limit_due_on", "percent"),
    [
        (AS_OF, 2021, YEAR_END, 83),
        (date(2021, 1, 1), 2021, YEAR_END, 8),
        (date(2021, 12, 1), 2021, YEAR_END, 100),
        (date(2022, 3, 1), 2021, YEAR_END, 100),
        (date(2021, 6, 30), 2021, date(2021, 6, 15), 100),
        (date(2021, 3, 1), 2021, date(2021, 6, 15), 50),
        (AS_OF, 2021, date(2022, 12, 31), 42),
        (date(2020, 12, 31), 2021, YEAR_END, 0),
    ],
)
def test_pace_counts_whole_months_from_january(as_of: date, first_year: int, limit_due_on: date, percent: int) -> None:
    assert pace(as_of, first_year, limit_due_on) == percent


@pytest.mark.parametrize(
    ("percent", "colour", "word", "sentence"),
    [
        (30, Colour.RED, "落后53点", "2021年底到期，完成30%，序时83%，落后53个百分点"),
        (45, Colour.RED, "落后38点", "2021年底到期，完成45%，序时83%，落后38个百分点"),
        (52, Colour.RED, "落后31点", "2021年底到期，完成52%，序时83%，落后31个百分点"),
        (53, Colour.YELLOW, "落后30点", "2021年底到期，完成53%，序时83%，落后30个百分点"),
        (60, Colour.YELLOW, "落后23点", "2021年底到期，完成60%，序时83%，落后23个百分点"),
        (70, Colour.YELLOW, "落后13点", "2021年底到期，完成70%，序时83%，落后13个百分点"),
        (72, Colour.YELLOW, "落后11点", "2021年底到期，完成72%，序时83%，落后11个百分点"),
        (73, Colour.BLUE, "落后10点", "2021年底到期，完成73%，序时83%，落后10个百分点"),
        (75, Colour.BLUE, "落后8点", "2021年底到期，完成75%，序时83%，落后8个百分点"),
        (78, Colour.BLUE, "落后5点", "2021年底到期，完成78%，序时83%，落后5个百分点"),
        (79, Colour.GREEN, "正常", "2021年底到期；完成79%，序时83%；牵头单位已报"),
        (90, Colour.GREEN, "正常", "2021年底到期；完成90%，序时83%；牵头单位已报"),
    ],
)
def test_points_behind_turn_the_lamp(percent: int, colour: Colour, word: str, sentence: str) -> None:
    found = lamp(facts(THIS_YEAR, *ALL_IN, percents=[percent]), AS_OF, CALENDAR)
    assert (found.colour, found.word, found.sentence) == (colour, word, sentence)


def test_of_joint_leads_the_lowest_percentage_counts() -> None:
    assert lamp(facts(THIS_YEAR, *ALL_IN, percents=[90, 75, 100]), AS_OF, CALENDAR).word == "落后8点"


@pytest.mark.parametrize(
    ("limit", "as_of"),
    [(THIS_YEAR, FIRST_DUE - ONE_DAY), (CONTINUOUS, AS_OF), (STARTS, AS_OF)],
)
def test_pace_does_not_apply_before_the_first_due_day_nor_without_an_end(limit: TimeLimit, as_of: date) -> None:
    assert pace_on(facts(limit), as_of) is None
    found = lamp(facts(limit, percents=[0], milestone_accepted_on=date(2021, 7, 1)), as_of, CALENDAR)
    assert found.axes is not None
    assert found.axes.pace.word == "不适用"
    assert found.colour is Colour.GREEN


def test_pace_applies_from_the_first_due_day_on() -> None:
    assert pace_on(facts(THIS_YEAR), FIRST_DUE) == 58


@pytest.mark.parametrize(
    ("as_of", "colour", "word"),
    [
        (date(2021, 12, 16), Colour.GREEN, "正常"),  # 11 working days left
        (date(2021, 12, 17), Colour.BLUE, "剩10天"),
        (date(2021, 12, 24), Colour.BLUE, "剩5天"),
        (date(2021, 12, 26), Colour.BLUE, "剩5天"),  # a Sunday
        (date(2021, 12, 28), Colour.YELLOW, "剩3天"),
        (YEAR_END, Colour.YELLOW, "剩0天"),
        (date(2022, 1, 1), Colour.RED, "逾期1天"),
        (date(2022, 1, 30), Colour.RED, "逾期30天"),
    ],
)
def test_the_time_left_turns_the_lamp(as_of: date, colour: Colour, word: str) -> None:
    found = lamp(facts(THIS_YEAR, percents=[100]), as_of, CALENDAR)
    assert (found.colour, found.word) == (colour, word)


@pytest.mark.parametrize(
    ("as_of", "colour", "word"),
    [
        (date(2021, 9, 30), Colour.GREEN, "正常"),
        (date(2021, 10, 1), Colour.YELLOW, "未启动"),
        (YEAR_END, Colour.YELLOW, "未启动"),
        (date(2022, 1, 1), Colour.RED, "未启动"),
    ],
)
def test_a_task_that_should_have_started_is_yellow_in_the_last_quarter_and_red_after(
    as_of: date, colour: Colour, word: str
) -> None:
    found = lamp(facts(STARTS), as_of, CALENDAR)
    assert (found.colour, found.word) == (colour, word)
    accepted = lamp(facts(STARTS, milestone_accepted_on=date(2021, 9, 28)), as_of, CALENDAR)
    assert accepted.colour is Colour.GREEN


def test_a_limit_that_goes_on_is_not_overdue_once_its_completion_was_accepted() -> None:
    later = date(2022, 3, 1)
    assert lamp(facts(YEAR_END_THEN_ON), later, CALENDAR).colour is Colour.RED
    done = facts(YEAR_END_THEN_ON, percents=[90], milestone_accepted_on=date(2021, 12, 20))
    assert lamp(done, later, CALENDAR).sentence == "已完成，持续推进，不计逾期"


@pytest.mark.parametrize(
    ("reports", "colour", "word", "sentence"),
    [
        (
            [report("8月期", RECEIVED), report("9月期", MISSING), report("10月期", MISSING)],
            Colour.RED,
            "9月期未报",
            "市文化和旅游局9月期未报，应9月26日报，逾期30天；10月期也未报",
        ),
        (
            [report("9月期", RECEIVED), report("10月期", MISSING)],
            Colour.YELLOW,
            "10月期未报",
            "市文化和旅游局10月期未报，应10月25日报，逾期1天",
        ),
        (
            [report("8月期", MISSING), report("9月期", RECEIVED), report("10月期", RECEIVED)],
            Colour.RED,
            "8月期未报",
            "市文化和旅游局8月期未报，应8月25日报，逾期62天",
        ),
        (
            [report("10月期", RECEIVED, unit) for unit in ("市市场监管局", "市水利和湖泊局", "市卫生健康委")]
            + [report("10月期", MISSING, "市住建局")],
            Colour.YELLOW,
            "1家未报",
            "牵头4家，3家已报，市住建局未报，逾期1天",
        ),
        (
            [report("10月期", MISSING, f"{n}镇") for n in "熊龙后白"]
            + [report("10月期", RECEIVED, f"{n}街道") for n in range(18)],
            Colour.YELLOW,
            "4家未报",
            "牵头22家，18家已报，后镇等4家未报，逾期1天",
        ),
        ([report("10月期", UNSIGNED)], Colour.BLUE, "待签", "牵头单位已填，等单位负责人签字"),
        ([report("10月期", RECEIVED)], Colour.GREEN, "正常", "持续推进，不计逾期；牵头单位已报"),
        ([report("11月期", MISSING)], Colour.GREEN, "正常", "持续推进，不计逾期；11月期应11月25日报"),
        ([report("10月期", MISSING, role=Role.PARTNER)], Colour.GREEN, "正常", "持续推进，不计逾期"),
    ],
)
def test_the_leads_reports_past_their_due_day_turn_the_lamp(
    reports: list[ReportFact], colour: Colour, word: str, sentence: str
) -> None:
    found = lamp(facts(CONTINUOUS, *reports), AS_OF, CALENDAR)
    assert (found.colour, found.word, found.sentence) == (colour, word, sentence)


def test_two_periods_running_are_red_before_thirty_days() -> None:
    fortnight = [
        ReportFact(1, 1, "市科技局", Role.LEAD, "上期", date(2021, 10, 11), MISSING),
        ReportFact(1, 1, "市科技局", Role.LEAD, "本期", date(2021, 10, 25), MISSING),
    ]
    assert lamp(facts(CONTINUOUS, *fortnight), date(2021, 10, 25), CALENDAR).colour is Colour.YELLOW
    assert lamp(facts(CONTINUOUS, *fortnight), AS_OF, CALENDAR).colour is Colour.RED


def test_two_units_missing_one_period_each_are_not_two_periods_running() -> None:
    found = lamp(facts(CONTINUOUS, report("10月期", MISSING), report("10月期", MISSING, "市科技局")), AS_OF, CALENDAR)
    assert found.colour is Colour.YELLOW


def test_before_the_due_day_is_over_nothing_is_red_for_not_being_written() -> None:
    assert lamp(facts(CONTINUOUS, report("10月期", MISSING)), date(2021, 10, 25), CALENDAR).colour is Colour.GREEN


def test_the_worst_axis_is_shown_and_of_equals_the_first() -> None:
    behind = facts(THIS_YEAR, report("9月期", MISSING), percents=[60])
    assert lamp(behind, AS_OF, CALENDAR).word == "9月期未报"
    both = facts(THIS_YEAR, report("10月期", MISSING), percents=[60])
    assert lamp(both, AS_OF, CALENDAR).word == "落后23点"


def test_a_closed_task_is_closed_from_that_day_on() -> None:
    closed = facts(THIS_YEAR, report("9月期", MISSING), closed_on=AS_OF)
    found = lamp(closed, AS_OF, CALENDAR)
    assert (found.colour, found.word, found.next_change_on) == (Colour.CLOSED, "已办结", None)
    assert lamp(closed, AS_OF - ONE_DAY, CALENDAR).colour is Colour.YELLOW


def test_thresholds_are_the_plans_own() -> None:
    strict = Thresholds(pace_red=20)
    assert lamp(facts(THIS_YEAR, percents=[60]), AS_OF, CALENDAR, strict).colour is Colour.RED


@pytest.mark.parametrize(
    ("due_on", "words"),
    [
        (YEAR_END, "2021年底"),
        (date(2021, 6, 30), "2021年6月底"),
        (date(2022, 2, 28), "2022年2月底"),
        (date(2021, 6, 15), "2021年6月15日"),
    ],
)
def test_a_limit_is_named_as_people_say_it(due_on: date, words: str) -> None:
    assert limit_words(due_on) == words


@pytest.mark.parametrize(
    ("reports", "as_of", "colour", "word"),
    [
        ([report("9月期", MISSING), report("10月期", MISSING)], AS_OF, Colour.RED, "逾期30天"),
        ([report("10月期", MISSING, task_id=1), report("10月期", MISSING, task_id=2)], AS_OF, Colour.YELLOW, "逾期1天"),
        ([report("10月期", MISSING, role=Role.PARTNER)], AS_OF, Colour.YELLOW, "逾期1天"),
        ([report("10月期", UNSIGNED), report("11月期", MISSING)], AS_OF, Colour.BLUE, "待签"),
        ([report("10月期", RECEIVED)], AS_OF, Colour.GREEN, "已报齐"),
        ([report("10月期", RECEIVED), report("11月期", MISSING)], AS_OF, Colour.NONE, "未到期"),
        ([report("10月期", MISSING)], date(2021, 10, 25), Colour.NONE, "未到期"),
        ([], AS_OF, Colour.NONE, "不适用"),
    ],
)
def test_a_units_row_says_how_long_it_is_in_arrears(
    reports: list[ReportFact], as_of: date, colour: Colour, word: str
) -> None:
    found = unit_lamp(reports, as_of)
    assert (found.colour, found.word) == (colour, word)


@pytest.mark.parametrize(
    ("standing", "signed_on", "as_of", "colour", "word"),
    [
        (RECEIVED, date(2021, 10, 25), AS_OF, Colour.GREEN, "按时"),
        (RECEIVED, date(2021, 10, 20), date(2021, 10, 20), Colour.GREEN, "按时"),
        (RECEIVED, date(2021, 10, 27), date(2021, 10, 27), Colour.YELLOW, "迟2天"),
        (MISSING, None, AS_OF, Colour.YELLOW, "未报1天"),
        (MISSING, date(2021, 10, 20), AS_OF, Colour.YELLOW, "未报1天"),  # signed in time, then returned
        (MISSING, None, date(2021, 11, 24), Colour.RED, "未报30天"),
        (UNSIGNED, None, AS_OF, Colour.BLUE, "待签"),
        (MISSING, None, date(2021, 10, 25), Colour.NONE, "未到期"),
    ],
)
def test_one_report_in_the_grid(
    standing: ReportStanding, signed_on: date | None, as_of: date, colour: Colour, word: str
) -> None:
    found = report_lamp(standing, DUE["10月期"], signed_on, as_of)
    assert (found.colour, found.word) == (colour, word)


def test_colours_are_ordered_from_the_worst() -> None:
    assert sorted(reversed(Colour), key=lambda colour: colour.rank) == list(Colour)
    assert Colour.RED.rank < Colour.YELLOW.rank < Colour.BLUE.rank < Colour.GREEN.rank
