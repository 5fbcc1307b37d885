"""Targets as offices write them, the path to them, the whole out of its parts, the lamp: pure tables."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.clock import SHANGHAI
from tracker.errors import Invalid, Stale
from tracker.indicators.chart import LINES, nice_step
from tracker.indicators.definitions import Definition, Direction, Formula, Op, Target, dump, load, merged
from tracker.indicators.figures import figure_of, figure_words, reached_of, with_measure
from tracker.indicators.path import Years, expected_on, period_label, periods_of, stops
from tracker.indicators.rules import (
    Reading,
    ValueState,
    ValueVerb,
    Whole,
    next_state,
    shortfall,
    standing,
    whole,
)
from tracker.indicators.written import target_of, target_words
from tracker.plans.cadence import Every
from tracker.tasks.axes import Colour

YEARS = Years(2017, 2025)
BEGUN = date(2017, 1, 1)


def indicator(
    *targets: tuple[int | None, str],
    measure: str = "%",
    baseline: str | None = None,
    direction: Direction = Direction.UP,
    every: Every = Every.YEAR,
) -> Definition:
    return Definition(
        name="管理率",
        measure=measure,
        population="",
        attribute="预期性",
        baseline=None if baseline is None else Decimal(baseline),
        baseline_year=2016,
        baseline_raw=baseline or "",
        direction=direction,
        formula=Formula.AVERAGE,
        every=every,
        targets=tuple(target_of(words, year, direction) for year, words in targets),
    )


@pytest.mark.parametrize(
    ("words", "op", "value"),
    [
        ("≥95%", Op.AT_LEAST, "95"),
        ("达到70%以上", Op.AT_LEAST, "70"),
        ("不低于 3.3 名", Op.AT_LEAST, "3.3"),
        ("提高到70%", Op.AT_LEAST, "70"),
        ("高于60%", Op.AT_LEAST, "60"),
        ("≤ 6‰", Op.AT_MOST, "6"),
        ("控制在0.5%以下", Op.AT_MOST, "0.5"),
        ("25%以内", Op.AT_MOST, "25"),
        ("≤1.8", Op.AT_MOST, "1.8"),
        ("下降到4%以下", Op.AT_MOST, "4"),
        ("小于1小时", Op.AT_MOST, "1"),
        ("下降10%", Op.DOWN_BY, "10"),
        ("提高5个百分点", Op.UP_POINTS, "5"),
        ("减少5万人", Op.DOWN_POINTS, "5"),
        ("比基期提高５％", Op.UP_BY, "5"),
        ("55%～60%", Op.RANGE, "55"),
        ("成功建设", Op.EQUAL, None),
        ("1,200", Op.AT_LEAST, "1200"),
    ],
)
def test_a_target_is_read_as_an_office_writes_it(words: str, op: Op, value: str | None) -> None:
    target = target_of(words, 2025)
    assert (target.op, target.value, target.raw) == (op, None if value is None else Decimal(value), words)


def test_a_bare_figure_is_the_most_where_less_is_better() -> None:
    assert target_of("20%", 2025, Direction.DOWN).op is Op.AT_MOST
    assert target_of("20%以上", 2025, Direction.DOWN).op is Op.AT_LEAST


@pytest.mark.parametrize("words", ["2020年达到95%", "第3名之前5%", "0.12345678", "9" * 30])
def test_a_target_that_cannot_be_made_out_is_asked_about(words: str) -> None:
    with pytest.raises(Invalid):
        target_of(words, 2025)


@pytest.mark.parametrize(
    ("typed", "measure", "value"),
    [
        ("76.5%", "%", "76.5"),
        ("７６．５", "%", "76.5"),
        ("223.6/10万", "1/10万", "223.6"),
        ("82 万人", "万人", "82"),
        ("1,234.5", "元", "1234.5"),
        ("-0.4", "%", "-0.4"),
        ("0.000001", "%", "0.000001"),
    ],
)
def test_a_figure_is_kept_as_it_was_typed(typed: str, measure: str, value: str) -> None:
    assert figure_of(typed, measure) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "约70", "7O", "1e9", "nan", "²", "٣", "0.1234567", "9" * 20, "70%%", "10²"])
def test_what_is_no_figure_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(Invalid, match="请"):
        figure_of(typed, "%")


def test_an_indicator_without_figures_is_reached_or_not() -> None:
    assert (reached_of("达到"), reached_of(" 未建成 ")) == (1, 0)
    with pytest.raises(Invalid, match="达到"):
        reached_of("快了")


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=6, allow_nan=False, allow_infinity=False))
def test_a_figure_read_again_is_the_same(value: Decimal) -> None:
    assert figure_of(figure_words(value), "") == value


def test_figures_are_shown_with_their_measure() -> None:
    assert with_measure(Decimal("223.60"), "1/10万") == "223.6/10万"
    assert with_measure(Decimal("1") / 3, "%", 2) == "0.33%"


def test_a_definition_comes_back_from_its_plain_values() -> None:
    one = indicator((2020, "55%～60%"), (None, "成功建设"), baseline="48.30")
    assert load(dump(one)) == one


def test_two_sentences_about_one_indicator_are_one() -> None:
    first, second = indicator((2020, "降低10%")), indicator((2025, "降低20%"))
    assert [target.year for target in merged([first, second])[0].targets] == [2020, 2025]


# The path


@pytest.mark.parametrize(
    ("day", "low"),
    [
        (date(2015, 12, 31), None),
        (date(2016, 12, 31), "48"),
        (date(2018, 12, 31), "51.5"),
        (date(2018, 6, 1), "50.625"),
        (date(2020, 12, 31), "55"),
        (date(2025, 12, 31), "60"),
        (date(2030, 1, 1), "60"),
    ],
)
def test_the_path_is_linear_between_the_years(day: date, low: str | None) -> None:
    level = expected_on(stops(indicator((2020, "55%"), (2025, "60%"), baseline="48"), YEARS), day)
    assert (level.low if level else None) == (None if low is None else Decimal(low))


@pytest.mark.parametrize(
    ("words", "baseline", "reached"),
    [
        ("下降10%", "223.6", "201.24"),
        ("提高5%", "30.9", "32.445"),
        ("提高5个百分点", "30.9", "35.9"),
        ("减少3万人", "28", "25"),
    ],
)
def test_a_change_is_worked_out_from_the_baseline(words: str, baseline: str, reached: str) -> None:
    assert stops(indicator((2020, words), baseline=baseline), YEARS)[-1].level.low == Decimal(reached)


def test_a_change_without_a_baseline_has_no_path() -> None:
    assert stops(indicator((2020, "降低10%")), YEARS) == []


def test_a_target_without_a_year_is_of_the_plans_last() -> None:
    assert [stop.on for stop in stops(indicator((None, "≥85%")), YEARS)] == [date(2025, 12, 31)]


def test_periods_have_their_names() -> None:
    labels = [period_label(Every.QUARTER, day) for day in periods_of(Every.QUARTER, 2021, 2021)]
    assert labels == ["2021年一季度", "2021年二季度", "2021年三季度", "2021年四季度"]
    assert period_label(Every.MONTH, date(2021, 9, 30)) == "2021年9月"


# The whole

MOMENT = datetime(2021, 2, 1, tzinfo=SHANGHAI)


def readings(*values: str) -> list[Reading]:
    return [Reading(n, Decimal(value), MOMENT.replace(day=n)) for n, value in enumerate(values, start=1)]


@pytest.mark.parametrize(("formula", "value"), [(Formula.SUM, "30"), (Formula.AVERAGE, "15"), (Formula.LATEST, "20")])
def test_the_whole_comes_from_its_units(formula: Formula, value: str) -> None:
    assert whole(readings("10", "20"), [1, 2], formula) == Whole(Decimal(value), 2, 2, True)


def test_a_whole_of_some_says_how_many_and_is_not_complete() -> None:
    assert whole(readings("10", "20"), [1, 2, 3], Formula.SUM) == Whole(Decimal(30), 2, 3, False)
    assert whole(readings("10"), [1, 2, 3], Formula.LATEST).is_complete
    assert whole(readings("10"), [2], Formula.SUM) == Whole(None, 0, 1, False)


# The lamp


@pytest.mark.parametrize(
    ("words", "direction", "value", "behind"),
    [
        ("≥60%", Direction.UP, "56.8", "3.2"),
        ("≥60%", Direction.UP, "61", "0"),
        ("≤5%", Direction.DOWN, "6.5", "1.5"),
        ("≤5%", Direction.DOWN, "4", "0"),
        ("55%～60%", Direction.KEEP, "62", "2"),
        ("55%～60%", Direction.KEEP, "53", "2"),
        ("55%～60%", Direction.KEEP, "57", "0"),
    ],
)
def test_how_far_behind_depends_on_the_direction(words: str, direction: Direction, value: str, behind: str) -> None:
    path = stops(indicator((2025, words), direction=direction), YEARS)
    assert shortfall(Decimal(value), path[-1].level, direction) == Decimal(behind)


def wholes(day: date, value: str | None, reported: int = 1, owing: int = 1) -> dict[date, Whole]:
    return {day: Whole(None if value is None else Decimal(value), reported, owing, reported == owing)}


@pytest.mark.parametrize(
    ("value", "colour", "word"),
    [
        ("55", Colour.GREEN, "达标"),
        ("54", Colour.BLUE, "落后1个百分点"),
        ("51.8", Colour.YELLOW, "落后3.2个百分点"),
        ("40", Colour.RED, "落后15个百分点"),
    ],
)
def test_a_value_is_held_to_the_path(value: str, colour: Colour, word: str) -> None:
    one, day = indicator((2020, "55%"), baseline="48"), date(2020, 12, 31)
    lamp = standing(one, wholes(day, value), YEARS, date(2021, 1, 20), BEGUN, 1)
    assert (lamp.colour, lamp.word) == (colour, word)
    assert "2020年应不低于55%" in lamp.sentence


@pytest.mark.parametrize(
    ("as_of", "colour", "word"),
    [
        (date(2020, 12, 31), Colour.NONE, "未报"),
        (date(2021, 1, 30), Colour.NONE, "未报"),
        (date(2021, 1, 31), Colour.YELLOW, "未报"),
        (date(2021, 4, 1), Colour.RED, "未报"),
    ],
)
def test_what_is_not_reported_turns_the_lamp_with_time(as_of: date, colour: Colour, word: str) -> None:
    lamp = standing(indicator((2025, "55%")), {}, YEARS, as_of, date(2020, 7, 1), 1)
    assert (lamp.colour, lamp.word) == (colour, word)


def test_a_sum_of_some_is_not_judged_but_the_others_are_named() -> None:
    found = wholes(date(2020, 12, 31), "30", reported=3, owing=5)
    lamp = standing(indicator((2020, "55%")), found, YEARS, date(2021, 3, 1), BEGUN, 5)
    assert (lamp.colour, lamp.word) == (Colour.YELLOW, "2家未报")


def test_before_the_first_day_of_following_up_nothing_is_missing() -> None:
    assert standing(indicator((2025, "55%")), {}, YEARS, date(2021, 7, 1), date(2021, 7, 1), 1).colour is Colour.NONE
    assert standing(indicator((2025, "55%")), {}, YEARS, date(2021, 7, 1), BEGUN, 0).word == "未定单位"


def test_a_value_without_a_path_says_why_it_is_not_compared() -> None:
    one = indicator((2020, "降低10%"))
    lamp = standing(one, wholes(date(2020, 12, 31), "12"), YEARS, date(2021, 1, 2), BEGUN, 1)
    assert (lamp.word, "没有基期值" in lamp.sentence) == ("已报", True)


def test_what_has_no_figure_is_reached_or_not() -> None:
    one, day = indicator((2020, "成功建设"), measure=""), date(2020, 12, 31)
    assert standing(one, wholes(day, "1"), YEARS, date(2021, 1, 2), BEGUN, 1).word == "达标"
    assert standing(one, wholes(day, "0"), YEARS, date(2021, 1, 2), BEGUN, 1).word == "未达到"


def test_a_value_is_decided_once() -> None:
    assert next_state(ValueState.ENTERED, ValueVerb.VERIFY) is ValueState.VERIFIED
    with pytest.raises(Stale):
        next_state(ValueState.VERIFIED, ValueVerb.RETURN)


@given(st.decimals(min_value="0.000001", max_value=10**12, places=6))
def test_an_axis_holds_its_highest_figure_in_few_lines(highest: Decimal) -> None:
    step = nice_step(highest)
    assert highest <= LINES * step < highest * 8


def test_targets_with_two_ends_keep_both() -> None:
    assert target_of("60-55%", 2025) == Target(2025, Op.RANGE, Decimal(55), Decimal(60), "60-55%")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Target(2025, Op.AT_LEAST, Decimal(95), None, "达到95%以上"), "达到95%以上"),
        (Target(2025, Op.AT_LEAST, Decimal(70), None, "分别达到60%和70%"), "≥70"),
        (Target(2025, Op.DOWN_BY, Decimal(10), None, ""), "下降10%"),
        (Target(2025, Op.AT_MOST, Decimal(20), None, "25%以内"), "≤20"),
        (Target(2025, Op.RANGE, Decimal(55), Decimal(60), "55%～60%"), "55%～60%"),
    ],
)
def test_a_target_is_shown_in_its_words_while_they_say_what_counts(target: Target, words: str) -> None:
    assert target_words(target) == words
    assert target_of(words, 2025).value == target.value
