from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.desks import Desk
from tracker.errors import Refused
from tracker.progress.closing_rules import CLOSING_TRANSITIONS, ClosingState, ClosingVerb, next_closing_state
from tracker.progress.rules import (
    TRANSITIONS,
    ReportState,
    Verb,
    Version,
    desk,
    figure_on,
    first_signed_on,
    next_state,
    on_time,
    received,
    received_spans,
    state_on,
)

DRAFT, SUBMITTED, SIGNED, ACCEPTED, RETURNED = ReportState
DUE = date(2021, 10, 25)


def october(day: int) -> date:
    return date(2021, 10, day)


@pytest.mark.parametrize(
    ("state", "verb", "after", "by"),
    [
        (DRAFT, Verb.SUBMIT, SUBMITTED, Desk.REPORTER),
        (SUBMITTED, Verb.WITHDRAW, DRAFT, Desk.REPORTER),
        (SUBMITTED, Verb.SIGN, SIGNED, Desk.HEAD),
        (SUBMITTED, Verb.RETURN, RETURNED, Desk.HEAD),
        (SIGNED, Verb.ACCEPT, ACCEPTED, Desk.OFFICE),
        (SIGNED, Verb.RETURN, RETURNED, Desk.OFFICE),
        (RETURNED, Verb.SUBMIT, SUBMITTED, Desk.REPORTER),
        (ACCEPTED, Verb.UNDO, SIGNED, Desk.OFFICE),
        (RETURNED, Verb.UNDO, SIGNED, Desk.OFFICE),
    ],
)
def test_a_report_goes_from_desk_to_desk(state: ReportState, verb: Verb, after: ReportState, by: Desk) -> None:
    assert next_state(state, verb) is after
    assert TRANSITIONS[state, verb].by is by


@pytest.mark.parametrize("state", ReportState)
@pytest.mark.parametrize("verb", Verb)
def test_every_other_step_is_refused_in_words(state: ReportState, verb: Verb) -> None:
    if (state, verb) in TRANSITIONS:
        assert next_state(state, verb) is not state
        return
    with pytest.raises(Refused, match=f"{state.label}的填报不能{verb.label}"):
        next_state(state, verb)


def test_a_unit_that_skips_signing_submits_straight_to_the_office() -> None:
    assert next_state(DRAFT, Verb.SUBMIT, skip_signing=True) is SIGNED
    assert next_state(RETURNED, Verb.SUBMIT, skip_signing=True) is SIGNED
    assert next_state(SIGNED, Verb.ACCEPT, skip_signing=True) is ACCEPTED


@pytest.mark.parametrize(
    ("state", "waiting"),
    [
        (None, "等单位填报人"),
        (DRAFT, "等单位填报人"),
        (SUBMITTED, "等单位负责人签字"),
        (SIGNED, "等办公室审核"),
        (RETURNED, "等单位填报人"),
    ],
)
def test_everything_open_names_its_desk(state: ReportState | None, waiting: str) -> None:
    at = desk(state)
    assert at is not None
    assert at.waiting == waiting


def test_nobody_has_to_act_on_an_accepted_report() -> None:
    assert desk(ACCEPTED) is None


@pytest.mark.parametrize(
    ("state", "verb", "after", "by"),
    [
        (None, ClosingVerb.APPLY, ClosingState.APPLIED, Desk.REPORTER),
        (ClosingState.APPLIED, ClosingVerb.CLOSE, ClosingState.CLOSED, Desk.OFFICE),
        (ClosingState.APPLIED, ClosingVerb.REFUSE, ClosingState.REFUSED, Desk.OFFICE),
        (ClosingState.CLOSED, ClosingVerb.REOPEN, ClosingState.REOPENED, Desk.OFFICE),
        (ClosingState.REFUSED, ClosingVerb.APPLY, ClosingState.APPLIED, Desk.REPORTER),
        (ClosingState.REOPENED, ClosingVerb.APPLY, ClosingState.APPLIED, Desk.REPORTER),
    ],
)
def test_a_closing_is_applied_for_and_decided(
    state: ClosingState | None, verb: ClosingVerb, after: ClosingState, by: Desk
) -> None:
    assert next_closing_state(state, verb) is after
    assert CLOSING_TRANSITIONS[state, verb].by is by


@pytest.mark.parametrize(("state", "verb"), [(None, ClosingVerb.CLOSE), (ClosingState.CLOSED, ClosingVerb.REFUSE)])
def test_a_closing_step_out_of_turn_is_refused(state: ClosingState | None, verb: ClosingVerb) -> None:
    with pytest.raises(Refused, match=f"不能{verb.label}"):
        next_closing_state(state, verb)


FIRST = Version(1, october(18), october(19), october(19), october(20), Desk.OFFICE, percent=80)
SECOND = Version(2, october(21), october(21), october(22), accepted_on=october(26), percent=82)


@pytest.mark.parametrize(
    ("day", "state", "is_received"),
    [
        (17, None, False),
        (18, DRAFT, False),
        (19, SIGNED, True),
        (20, RETURNED, False),
        (21, SUBMITTED, False),
        (22, SIGNED, True),
        (26, ACCEPTED, True),
    ],
)
def test_a_report_is_known_as_of_any_day(day: int, state: ReportState | None, is_received: bool) -> None:
    standing = state_on((FIRST, SECOND), DUE, october(day))
    assert (standing.state, standing.received) == (state, is_received)
    assert standing.desk is desk(state)


def test_a_draft_begun_after_a_return_does_not_hide_the_return() -> None:
    assert state_on((FIRST, Version(2, october(20))), DUE, october(22)).state is RETURNED


def test_a_withdrawn_version_is_a_draft_again() -> None:
    withdrawn = Version(1, october(18), october(19), withdrawn_on=october(20))
    assert state_on((withdrawn,), DUE, october(19)).state is SUBMITTED
    assert state_on((withdrawn,), DUE, october(20)).state is DRAFT


def test_a_report_is_overdue_from_the_day_after_its_due_day_until_it_is_received() -> None:
    late = Version(1, october(27), october(27), october(28))
    assert [state_on((late,), DUE, october(day)).overdue_days for day in (25, 26, 27, 28)] == [0, 1, 2, 0]


def test_a_return_does_not_undo_that_it_was_on_time() -> None:
    assert on_time((FIRST, SECOND), october(19))
    assert not on_time((FIRST, SECOND), october(18))
    assert not on_time((), DUE)


def test_the_figure_is_the_latest_version_signed_and_not_returned() -> None:
    assert figure_on((FIRST, SECOND), october(19)) == FIRST
    assert figure_on((FIRST, SECOND), october(20)) is None
    assert figure_on((FIRST, SECOND), october(26)) == SECOND


@st.composite
def courses(draw: st.DrawFn) -> tuple[Version, ...]:
    """Versions as an office makes them: each but the last withdrawn or returned, steps on the same or later days."""
    versions: list[Version] = []
    day = october(1)

    def later() -> date:
        nonlocal day
        day += timedelta(days=draw(st.integers(0, 4)))
        return day

    for number in range(1, draw(st.integers(0, 4)) + 1):
        start, submit = later(), later()
        end = draw(st.sampled_from(["withdrawn", "head", "office", "accepted"]))
        if end == "withdrawn":
            versions.append(Version(number, start, submit, withdrawn_on=later()))
        elif end == "head":
            versions.append(Version(number, start, submit, returned_on=later(), returned_by=Desk.HEAD))
        elif end == "office":
            versions.append(Version(number, start, submit, later(), later(), Desk.OFFICE))
        else:
            versions.append(Version(number, start, submit, later(), accepted_on=later()))
            break
    return tuple(versions)


@given(courses(), st.dates(october(1), date(2021, 12, 1)))
def test_received_means_signed_or_accepted(versions: tuple[Version, ...], as_of: date) -> None:
    standing = state_on(versions, DUE, as_of)
    assert standing.received is received(versions, as_of)
    assert standing.received == (standing.state in (SIGNED, ACCEPTED))
    assert (standing.overdue_days > 0) == (as_of > DUE and not standing.received)


@given(courses(), st.dates(october(1), date(2021, 12, 1)))
def test_the_spans_say_the_same_as_the_versions(versions: tuple[Version, ...], as_of: date) -> None:
    inside = any(start <= as_of and (end is None or as_of < end) for start, end in received_spans(versions))
    assert inside is received(versions, as_of)
    if inside:
        first = first_signed_on(versions)
        assert first is not None
        assert first <= as_of
