from datetime import date

import pytest

from tracker.desks import Desk
from tracker.obligations.rates import Share, rates, rates_of_period
from tracker.progress.facts import current_percent, rate_fact, report_standing
from tracker.progress.rules import Version
from tracker.tasks.axes import ReportStanding

DUE = date(2021, 10, 25)


def october(day: int) -> date:
    return date(2021, 10, day)


WITHDRAWN = Version(1, october(17), october(17), withdrawn_on=october(18))
RETURNED = Version(2, october(18), october(18), october(19), october(21), Desk.OFFICE, percent=70)
ACCEPTED = Version(3, october(26), october(26), october(27), accepted_on=october(28), percent=82)
COURSE = (WITHDRAWN, RETURNED, ACCEPTED)


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (16, ReportStanding.MISSING),
        (17, ReportStanding.UNSIGNED),
        (18, ReportStanding.UNSIGNED),
        (19, ReportStanding.RECEIVED),
        (21, ReportStanding.MISSING),
        (26, ReportStanding.UNSIGNED),
        (27, ReportStanding.RECEIVED),
    ],
)
def test_a_report_stands_for_the_lamp_as_of_any_day(day: int, standing: ReportStanding) -> None:
    assert report_standing(COURSE, DUE, october(day)) is standing


def test_the_rates_of_one_course_are_worked_out_from_its_versions() -> None:
    fact = rate_fact(1, 4, DUE, COURSE)
    before, after = rates([fact], october(26)), rates([fact], october(27))
    assert (before.reported, before.on_time, before.returned) == (Share(0, 1), Share(1, 1), Share(1, 2))
    assert (after.reported, after.late) == (Share(1, 1), 0)


def test_a_withdrawn_version_counts_as_submitted_until_it_was_withdrawn() -> None:
    fact = rate_fact(1, 4, DUE, (WITHDRAWN,))
    assert rates_of_period([fact], 4, october(17)).returned == Share(0, 1)
    assert rates_of_period([fact], 4, october(18)).returned == Share(0, 0)


def test_the_percentage_is_that_of_the_latest_signed_report() -> None:
    september = (Version(1, date(2021, 9, 20), date(2021, 9, 20), date(2021, 9, 21), percent=66),)
    reports = (september, COURSE)
    assert [current_percent(reports, october(day)) for day in (18, 19, 21, 27)] == [66, 70, 66, 82]
    assert current_percent(reports, date(2021, 9, 1)) is None
