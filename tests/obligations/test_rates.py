from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.obligations.rates import (
    ClosingFact,
    RateFact,
    Share,
    closing_rate,
    rates,
    rates_by_period,
    rates_by_unit,
    rates_by_unit_and_period,
    rates_of_period,
    same_day,
    same_day_last_period,
)

SEPTEMBER, OCTOBER = 3, 4
SEPTEMBER_DUE, OCTOBER_DUE = date(2021, 9, 26), date(2021, 10, 25)


def signed(day: date, unit_id: int = 1, period_id: int = OCTOBER, due_on: date = OCTOBER_DUE) -> RateFact:
    return RateFact(unit_id, period_id, due_on, day, ((day, None),), (day,))


def missing(unit_id: int = 1, period_id: int = OCTOBER, due_on: date = OCTOBER_DUE) -> RateFact:
    return RateFact(unit_id, period_id, due_on)


def returned(signed_on: date, returned_on: date, signed_again_on: date) -> RateFact:
    return RateFact(
        1,
        OCTOBER,
        OCTOBER_DUE,
        signed_on,
        ((signed_on, returned_on), (signed_again_on, None)),
        (signed_on, signed_again_on),
        returned_on=(returned_on,),
    )


@pytest.mark.parametrize(
    ("share", "printed"),
    [
        (Share(274, 338), "274/338（81.1%）"),
        (Share(9, 9), "9/9（100.0%）"),
        (Share(0, 3), "0/3（0.0%）"),
        (Share(0, 0), "0/0（–）"),
        (Share(1, 16), "1/16（6.3%）"),  # 6.25: halves up
    ],
)
def test_a_share_is_printed_with_its_percentage(share: Share, printed: str) -> None:
    assert str(share) == printed


def test_the_period_of_the_picture_counts_the_day_after_its_due_day() -> None:
    facts = [signed(date(2021, 10, 22))] * 274 + [missing()] * 64
    assert str(rates(facts, date(2021, 10, 26)).reported) == "274/338（81.1%）"
    assert rates(facts, date(2021, 10, 26)).missing == 64


def test_a_period_is_not_due_before_its_last_day_is_over_but_can_be_asked_for() -> None:
    facts = [signed(date(2021, 10, 22)), missing()]
    assert rates(facts, OCTOBER_DUE).reported == Share(0, 0)
    assert rates_of_period(facts, OCTOBER, OCTOBER_DUE).reported == Share(1, 2)
    assert rates_of_period(facts, OCTOBER, date(2021, 10, 21)).reported == Share(0, 2)


def test_signed_by_the_due_day_is_on_time_and_a_return_does_not_undo_it() -> None:
    facts = [returned(date(2021, 10, 25), date(2021, 10, 26), date(2021, 10, 28))]
    during, after = rates(facts, date(2021, 10, 27)), rates(facts, date(2021, 10, 28))
    assert (during.reported, during.on_time, during.returned, during.late) == (Share(0, 1), Share(1, 1), Share(1, 1), 0)
    assert (after.reported, after.on_time, after.returned, after.late) == (Share(1, 1), Share(1, 1), Share(1, 2), 0)


def test_a_late_report_is_received_but_not_on_time() -> None:
    late = rates([signed(date(2021, 10, 26))], date(2021, 10, 31))
    assert (late.reported, late.on_time, late.late, late.missing) == (Share(1, 1), Share(0, 1), 1, 0)


def test_rates_by_unit_and_by_period() -> None:
    facts = [
        signed(date(2021, 9, 25), 1, SEPTEMBER, SEPTEMBER_DUE),
        missing(2, SEPTEMBER, SEPTEMBER_DUE),
        missing(1),
        missing(2),
    ]
    as_of = date(2021, 10, 26)
    assert {unit: one.reported for unit, one in rates_by_unit(facts, as_of).items()} == {1: Share(1, 2), 2: Share(0, 2)}
    assert {period: one.reported for period, one in rates_by_period(facts, as_of).items()} == {
        SEPTEMBER: Share(1, 2),
        OCTOBER: Share(0, 2),
    }
    assert rates_by_unit_and_period(facts, as_of)[(1, SEPTEMBER)].reported == Share(1, 1)
    assert set(rates_by_period(facts, OCTOBER_DUE)) == {SEPTEMBER}


def test_the_period_before_is_compared_on_the_same_day_after_its_due_day() -> None:
    facts = [
        signed(date(2021, 9, 27), 1, SEPTEMBER, SEPTEMBER_DUE),
        signed(date(2021, 9, 28), 2, SEPTEMBER, SEPTEMBER_DUE),
    ]
    as_of = date(2021, 10, 26)
    assert same_day(OCTOBER_DUE, SEPTEMBER_DUE, as_of) == date(2021, 9, 27)
    assert same_day_last_period(facts, OCTOBER_DUE, SEPTEMBER, SEPTEMBER_DUE, as_of).reported == Share(1, 2)


def test_the_closing_rate_counts_what_was_due_to_close_by_now() -> None:
    year_end = date(2021, 12, 31)
    facts = [ClosingFact(year_end, date(2021, 10, 1)), ClosingFact(year_end), ClosingFact(date(2022, 6, 30))]
    assert closing_rate(facts, year_end) == Share(0, 0)
    assert closing_rate(facts, date(2022, 1, 1)) == Share(1, 2)


days = st.dates(date(2021, 10, 1), date(2021, 11, 30))


@st.composite
def courses(draw: st.DrawFn) -> RateFact:
    """A report signed and returned any number of times, one day at least between the steps."""
    steps = sorted(draw(st.sets(days, max_size=5)))
    spans = tuple((start, steps[n + 1] if n + 1 < len(steps) else None) for n, start in enumerate(steps) if n % 2 == 0)
    return RateFact(
        draw(st.integers(1, 3)),
        OCTOBER,
        draw(days),
        steps[0] if steps else None,
        spans,
        tuple(steps[::2]),
        returned_on=tuple(steps[1::2]),
    )


@given(st.lists(courses(), max_size=12), days)
def test_shares_are_parts_of_a_whole(facts: list[RateFact], as_of: date) -> None:
    found = rates(facts, as_of)
    for share in (found.reported, found.on_time, found.returned):
        assert 0 <= share.n <= share.of
        assert share.percent is None or 0 <= share.percent <= Decimal(100)
    assert found.reported.of == found.on_time.of == found.reported.n + found.missing
    assert sum(one.reported.of for one in rates_by_unit(facts, as_of).values()) == found.reported.of
    assert sum(one.reported.n for one in rates_by_unit(facts, as_of).values()) == found.reported.n


@given(st.lists(courses(), max_size=12), days)
def test_what_happens_later_never_changes_an_earlier_figure(facts: list[RateFact], as_of: date) -> None:
    known = [
        RateFact(
            fact.unit_id,
            fact.period_id,
            fact.due_on,
            fact.first_signed_on if fact.first_signed_on and fact.first_signed_on <= as_of else None,
            tuple((a, b if b and b <= as_of else None) for a, b in fact.received_spans if a <= as_of),
            tuple(day for day in fact.submitted_on if day <= as_of),
            returned_on=tuple(day for day in fact.returned_on if day <= as_of),
        )
        for fact in facts
    ]
    assert rates(known, as_of) == rates(facts, as_of)


@given(courses(), days)
def test_once_on_time_always_on_time(fact: RateFact, as_of: date) -> None:
    if fact.on_time(as_of):
        assert fact.on_time(as_of + timedelta(days=1))
