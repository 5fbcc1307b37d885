"""Every form of a written limit, rule by rule, and what holds for any words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.tasks import limits
from tracker.tasks.limits import Every, LimitDoubt, LimitKind, TimeLimit, read_limit
from tracker.tasks.written_dates import run_together


def on(words: str, year: int | None = 2021) -> TimeLimit:
    return read_limit(words, year)[0]


def test_there_is_a_test_for_each_rule() -> None:
    tested = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert {rule.__name__ for rule in limits.RULES} <= tested


@pytest.mark.parametrize("words", ["", " ", "无", "—", "/", "立行立改"])
def test_nothing_written(words: str) -> None:
    assert on(words).kind is LimitKind.NONE
    assert read_limit(words, 2021)[1] == []


@pytest.mark.parametrize("words", ["2021年实施,持续推进", "2021年启动，长期坚持", "2021年实施，并持续推进"])
def test_start_then_continuous(words: str) -> None:
    expected = TimeLimit(LimitKind.START_THEN_CONTINUOUS, start_on=date(2021, 1, 1), continues=True, raw=words)
    assert on(words) == expected


@pytest.mark.parametrize(
    ("words", "every", "times"),
    [
        ("每季度", Every.QUARTER, 1),
        ("每月", Every.MONTH, 1),
        ("每半年", Every.HALF_YEAR, 1),
        ("每两年", Every.TWO_YEARS, 1),
        ("每年至少2次", Every.YEAR, 2),
        ("每年不少于两次", Every.YEAR, 2),
        ("每季度至少1次", Every.QUARTER, 1),
        ("每季度末", Every.QUARTER, 1),
        ("每月28日前报送", Every.MONTH, 1),
    ],
)
def test_recurring(words: str, every: Every, times: int) -> None:
    assert (on(words).kind, on(words).every, on(words).times) == (LimitKind.RECURRING, every, times)


@pytest.mark.parametrize("words", ["2018—2020年", "2018-2020", "2018年至2020年"])
def test_year_range(words: str) -> None:
    assert on(words) == TimeLimit(LimitKind.YEAR, date(2020, 12, 31), date(2018, 1, 1), raw=words)


@pytest.mark.parametrize("words", ["4-12月份", "4月至12月", "2021年4-12月"])
def test_month_range(words: str) -> None:
    assert on(words) == TimeLimit(LimitKind.DATE, date(2021, 12, 31), date(2021, 4, 1), raw=words)


@pytest.mark.parametrize("words", ["年内持续推进", "2021年全年推进"])
def test_within_the_year(words: str) -> None:
    assert on(words) == TimeLimit(LimitKind.CONTINUOUS, continues=True, raw=words)


@pytest.mark.parametrize("words", ["2021年", "到2021年", "2021年完成", "二〇二一年", "２０２１年", "2021 年"])
def test_whole_year(words: str) -> None:
    assert read_limit(words, 1999) == (TimeLimit(LimitKind.YEAR, date(2021, 12, 31), raw=words), [])


def test_a_year_whose_word_was_lost_is_read_with_a_doubt() -> None:
    assert read_limit("2021", None) == (
        TimeLimit(LimitKind.YEAR, date(2021, 12, 31), raw="2021"),
        [LimitDoubt.BARE_YEAR],
    )


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("2023年底", date(2023, 12, 31)),
        ("2020年年底前", date(2020, 12, 31)),
        ("年底前", date(2021, 12, 31)),
        ("12月底前", date(2021, 12, 31)),
        ("年内", date(2021, 12, 31)),
        ("2026年6月", date(2026, 6, 30)),
        ("2022年10月底前", date(2022, 10, 31)),
        ("2020年2月底前", date(2020, 2, 29)),
        ("6月底完成", date(2021, 6, 30)),
        ("2021年12月31日", date(2021, 12, 31)),
        ("4月20日(星期五)前", date(2021, 4, 20)),
        ("2024.9.30", date(2024, 9, 30)),
        ("上半年", date(2021, 6, 30)),
        ("一季度", date(2021, 3, 31)),
        ("第三季度", date(2021, 9, 30)),
        ("2月下旬—3月上旬", date(2021, 3, 10)),
        ("10月中旬", date(2021, 10, 20)),
        ("实施期限至2021年12月31日", date(2021, 12, 31)),
        ("二○○七年四月四日", date(2007, 4, 4)),
        ("次年2月15日前", date(2022, 2, 15)),
        ("2022年3月—9月", date(2022, 9, 30)),
    ],
)
def test_dated(words: str, due: date) -> None:
    assert (on(words).kind, on(words).due_on, on(words).continues) == (LimitKind.DATE, due, False)


@pytest.mark.parametrize("words", ["2024年底前，并长期坚持", "12月底前出台相关政策，年内持续推进"])
def test_a_day_that_goes_on_keeps_its_day(words: str) -> None:
    assert (on(words, 2024).kind, on(words, 2024).due_on, on(words, 2024).continues) == (
        LimitKind.DATE,
        date(2024, 12, 31),
        True,
    )


def test_before_a_month_is_the_end_of_the_month_before_with_a_doubt() -> None:
    limit, doubts = read_limit("11月前", 2021)
    assert (limit.due_on, doubts) == (date(2021, 10, 31), [LimitDoubt.BEFORE_MONTH])


def test_the_last_of_several_days_counts_with_a_doubt() -> None:
    limit, doubts = read_limit("6月底前基本完成基建；12月底前全部落实", 2021)
    assert (limit.due_on, doubts) == (date(2021, 12, 31), [LimitDoubt.SEVERAL_DAYS])


@pytest.mark.parametrize("words", ["持续推进", "长期坚持", "常态化", "全年推进", "立行立改，长期坚持", "立即整改"])
def test_continuous(words: str) -> None:
    assert on(words) == TimeLimit(LimitKind.CONTINUOUS, continues=True, raw=words)


def test_a_day_without_any_year_is_not_guessed() -> None:
    assert read_limit("6月底前", None) == (TimeLimit(LimitKind.NONE, raw="6月底前"), [LimitDoubt.NO_YEAR])


def test_words_that_cannot_be_read_are_kept_with_a_doubt() -> None:
    assert read_limit("适时", 2021) == (TimeLimit(LimitKind.NONE, raw="适时"), [LimitDoubt.UNREADABLE])


@given(st.text(), st.none() | st.integers(1990, 2060))
def test_any_words_are_read_without_an_error_and_kept(words: str, year: int | None) -> None:
    limit, doubts = read_limit(words, year)
    assert limit.raw == words.strip()
    assert limit.kind is LimitKind.NONE or doubts != [LimitDoubt.UNREADABLE]


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_a_day_written_out_reads_back(day: date) -> None:
    for words in (f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}前"):
        assert on(words, 2000).due_on == day


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_a_day_whose_marks_were_lost_is_among_the_readings(day: date) -> None:
    assert day in run_together(f"{day.year}{day.month}{day.day}")


def test_lost_marks_can_be_ambiguous() -> None:
    assert run_together("2021111") == [date(2021, 1, 11), date(2021, 11, 1)]
    assert run_together("2021629") == [date(2021, 6, 29)]
