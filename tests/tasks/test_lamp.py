from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.plans.cadence import Every
from tracker.tasks.axes import Colour, LampFacts, ReportFact, ReportStanding, Thresholds, limit_words, pace, pace_on
from tracker.tasks.lamp import lamp, report_lamp, unit_lamp
from tracker.tasks.limits import LimitKind, TimeLimit
from tracker.tasks.roles import Role
from tracker.workdays import ONE_DAY, state_council

CALENDAR = state_council()
AS_OF = date(2021, 10, 26)
YEAR_END = date(2021, 12, 31)
FIRST_DUE = date(2021, 7, 26)
DUE = {
    "7月期": FIRST_DUE,
    "8月期": date(2021, 8, 25),
    "9月期": date(2021, 9, 26),
    "10月期": date(2021, 10, 25),
    "11月期": date(2021, 11, 25),
}
MISSING, UNSIGNED, RECEIVED = ReportStanding

THIS_YEAR = TimeLimit(LimitKind.YEAR, due_on=YEAR_END, raw="2021")
CONTINUOUS = TimeLimit(LimitKind.CONTINUOUS, continues=True)
STARTS = TimeLimit(LimitKind.START_THEN_CONTINUOUS, start_on=date(2021, 1, 1), continues=True)
YEAR_END_THEN_ON = TimeLimit(LimitKind.DATE, due_on=YEAR_END, continues=True)


def report(
    label: str,
    standing: ReportStanding,
    unit: str = "市文化和旅游局",
    role: Role = Role.LEAD,
    task_id: int = 9,
) -> ReportFact:
    return ReportFact(task_id, sum(map(ord, unit)), unit, role, label, DUE[label], standing)


def facts(
    limit: TimeLimit,
    *reports: ReportFact,
    percents: Sequence[int] = (),
    milestone_accepted_on: date | None = None,
    closed_on: date | None = None,
) -> LampFacts:
    return LampFacts(limit, 2021, FIRST_DUE, tuple(percents), reports, milestone_accepted_on, closed_on)


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


# The day of the next change


@pytest.mark.parametrize(
    ("world", "as_of", "next_change_on"),
    [
        (facts(THIS_YEAR, percents=[100]), date(2021, 10, 26), date(2021, 11, 1)),  # 序时 moves on
        (facts(THIS_YEAR, percents=[100]), date(2021, 12, 1), date(2021, 12, 17)),  # 10 working days left
        (facts(THIS_YEAR, percents=[100]), date(2021, 12, 25), date(2021, 12, 27)),  # a Saturday; 4 left on Monday
        (facts(THIS_YEAR, percents=[100]), date(2022, 1, 1), date(2022, 1, 2)),  # one day later every day
        (facts(THIS_YEAR), date(2021, 7, 1), FIRST_DUE),
        (facts(STARTS), date(2021, 7, 1), date(2021, 10, 1)),
        (facts(STARTS), date(2021, 10, 1), date(2022, 1, 1)),
        (facts(STARTS), date(2022, 1, 1), None),
        (facts(CONTINUOUS, report("10月期", MISSING)), date(2021, 10, 1), date(2021, 10, 26)),
        (facts(CONTINUOUS, report("10月期", RECEIVED)), date(2021, 10, 26), None),
    ],
)
def test_the_next_change_is_the_first_day_that_answers_otherwise(
    world: LampFacts, as_of: date, next_change_on: date | None
) -> None:
    assert lamp(world, as_of, CALENDAR).next_change_on == next_change_on


days = st.dates(date(2021, 6, 1), date(2022, 7, 31))
reports = st.lists(
    st.builds(
        lambda task_id, unit_id, role, due_on, standing: ReportFact(
            task_id, unit_id, f"第{unit_id}镇", role, f"{due_on.month}月期", due_on, standing
        ),
        st.integers(1, 2),
        st.integers(1, 2),
        st.sampled_from(Role),
        days,
        st.sampled_from(ReportStanding),
    ),
    max_size=4,
)
limits = st.one_of(
    st.sampled_from([CONTINUOUS, STARTS, TimeLimit(LimitKind.RECURRING, every=Every.MONTH), TimeLimit(LimitKind.NONE)]),
    st.builds(TimeLimit, st.just(LimitKind.DATE), days, continues=st.booleans()),
)
worlds = st.builds(
    LampFacts,
    limits,
    st.sampled_from([2020, 2021]),
    st.none() | days,
    st.lists(st.integers(0, 100), max_size=2).map(tuple),
    reports.map(tuple),
    st.none() | days,
    st.none() | days,
)


@given(worlds, days)
def test_until_the_day_of_the_next_change_the_lamp_is_the_same(world: LampFacts, as_of: date) -> None:
    found = lamp(world, as_of, CALENDAR)
    end = found.next_change_on or date(2023, 3, 1)
    assert end > as_of
    for offset in range(1, (end - as_of).days):
        later = lamp(world, as_of + timedelta(days=offset), CALENDAR)
        assert (later.colour, later.word, later.sentence, later.axes) == (
            found.colour,
            found.word,
            found.sentence,
            found.axes,
        )


@given(reports, days)
def test_until_the_day_of_the_next_change_a_units_lamp_is_the_same(owed: list[ReportFact], as_of: date) -> None:
    found = unit_lamp(owed, as_of)
    end = found.next_change_on or date(2022, 12, 1)
    for offset in range(1, (end - as_of).days):
        later = unit_lamp(owed, as_of + timedelta(days=offset))
        assert (later.colour, later.word, later.sentence) == (found.colour, found.word, found.sentence)


@given(worlds, days)
def test_every_lamp_has_its_words_and_none_is_better_than_an_axis(world: LampFacts, as_of: date) -> None:
    found = lamp(world, as_of, CALENDAR)
    assert found.word
    assert found.sentence
    if found.axes is not None:
        axes = (found.axes.time, found.axes.pace, found.axes.report)
        assert all(found.colour.rank <= axis.colour.rank for axis in axes)
        assert all(axis.word and axis.sentence for axis in axes)


@given(worlds, days)
def test_partners_never_turn_the_lamp(world: LampFacts, as_of: date) -> None:
    leads = tuple(report for report in world.reports if report.role is Role.LEAD)
    alone = LampFacts(
        world.limit,
        world.first_year,
        world.first_due_on,
        world.lead_percents,
        leads,
        world.milestone_accepted_on,
        world.closed_on,
    )
    assert lamp(alone, as_of, CALENDAR) == lamp(world, as_of, CALENDAR)
