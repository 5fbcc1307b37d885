"""January to June 2022: the overdue, a town that leaves and one that joins, and the year added up."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from tests.stories.asked import (
    BANKS,
    CULTURE,
    FINANCE,
    HEALTH,
    HOUSING,
    LAKE,
    NEW_TOWN,
    PERSONNEL,
    TOWNS,
    close,
    last_closing,
    owed,
    percents,
    report_of,
    rows_of,
)
from tests.stories.city import City
from tests.stories.figures import Memory, closed, counts, in_all, lamp, lamps, of_period, told, words
from tracker.audit.queries import broken_at
from tracker.extensions import db
from tracker.jobs.runner import run
from tracker.jobs.table import JOBS
from tracker.ledger.keeping import differing
from tracker.obligations.actions import Derived, derive
from tracker.obligations.members import join, leave
from tracker.progress.actions import withdraw
from tracker.progress.closing import reopen
from tracker.units.actions import add_unit
from tracker.units.models import Membership
from tracker.units.rules import UnitKind


def the_new_year_finds_the_overdue(city: City, memory: Memory) -> None:
    """Ten were to be done in 2021; 46 was given longer: nine. Closed 1 25 36 50, so 3 7 51 52 58 are overdue: 4/9."""
    with city.on("2022-01-01"):
        found = memory.keep(city, "2022-01-01")
        assert words(found, "red") == dict.fromkeys(("3", "7", "51", "52", "58"), "逾期1天") | {"49": "未启动"}
        assert words(found, "blue") == {"46": "落后6点"}  # 13/18 = 72%, done 66%
        assert counts(found) == {"red": 6, "blue": 1, "closed": 4, "green": 50}
        assert found["39"].pace == 54  # 13/24: due at the end of 2022
        assert closed(city, "2022-01-01") == "4/9（44.4%）"
        assert differing(date(2022, 1, 1)) == []


def january_opens_one_again(city: City, memory: Memory) -> None:
    """25 was not done after all. 3 and 7 are closed, 49 starts a year late."""
    with city.on("2022-01-14"):
        close(city, "3", PERSONNEL)
        close(city, "7", "市生态环境局")
        memory.keep(city, "2022-01-14")
    with city.on("2022-01-17"):
        reopen(last_closing(city, "25"), "审计发现规范没有转发到医共体", city.office)
        # while it was closed nothing fell due for it
        assert "25" not in rows_of(city, HEALTH, "12月期")
        assert "25" in rows_of(city, HEALTH, "1月期")
        # 338 rows without 50 (1), 36 (1), 1 (4), 3 (2), 7 (2)
        assert owed(city, "1月期")[0] == 328
    assert lamp(city, "25", "2022-01-17") == ("red", "逾期17天")
    assert closed(city, "2022-01-16") == "6/9（66.7%）"
    assert closed(city, "2022-01-17") == "5/9（55.6%）"
    with city.on("2022-01-20"):
        late = {(CULTURE, "30"), (CULTURE, "56"), (HEALTH, "49")}
        assert city.report_all("1月期", percents(100, 54, 72, 70) | {"25": 95}, but=late) == 325
        city.write(HEALTH, "1月期", "49", starting=True)
        city.sign(HEALTH, "1月期")
    with city.on("2022-01-24"):
        assert city.accept_all() == 326
    assert lamp(city, "49", "2022-01-23") == ("red", "未启动")
    assert lamp(city, "49", "2022-01-24") == ("green", "正常")
    with city.on("2022-01-27"):
        city.report(CULTURE, "1月期", "30", "56")
    assert of_period(city, "1月期", "2022-01-26") == ("326/328（99.4%）", "326/328（99.4%）")
    assert of_period(city, "1月期", "2022-01-27") == ("328/328（100.0%）", "326/328（99.4%）")
    # 30 is led by 市教育局, 56 by 市卫生健康委: the late partner turns no lamp
    found = memory.keep(city, "2022-01-26")
    assert words(found, "red") == dict.fromkeys(("25", "51", "52", "58"), "逾期26天")
    assert counts(found) == {"red": 4, "closed": 5, "green": 52}


def february_closes_the_rest(city: City) -> None:
    """51 goes with 2 rows, 58 with 24 (22 towns, 市委编办, 市卫生健康委), 25 with 1: 328 - 27 = 301, all in time."""
    with city.on("2022-02-15"):
        city.accept_all()
        close(city, "51", HEALTH)
    with city.on("2022-02-18"):
        close(city, "58", "市委编办")
    with city.on("2022-02-21"):
        close(city, "25", HEALTH)
        assert owed(city, "2月期") == (301, 54)  # 市委编办 had no other task
    with city.on("2022-02-23"):
        assert city.report_all("2月期", percents(100, 58, 78, 100)) == 301
    with city.on("2022-02-24"):
        assert city.accept_all() == 301
    assert of_period(city, "2月期", "2022-02-28") == ("301/301（100.0%）", "301/301（100.0%）")


def march_loses_a_town(city: City, memory: Memory) -> None:
    """白鹭湖管理区 is merged; its 9 rows without 58 go: 301 - 8; 52 is closed with 2: 291.

    市住建局, one of the four leads of task 8, is silent.
    """
    with city.on("2022-03-10") as today:
        membership = db.session.scalars(sa.select(Membership).where(Membership.member_id == city.unit(LAKE).id)).one()
        assert leave(membership, today, "并入熊口镇", city.office, today) == Derived(withdrawn=8)
        assert len(rows_of(city, LAKE, "2月期")) == 8
    with city.on("2022-03-11"):
        close(city, "52", PERSONNEL)
        assert owed(city, "3月期") == (291, 53)
    with city.on("2022-03-23"):
        assert city.report_all("3月期", percents(100, 63, 83, 100), but={(HOUSING, "8")}) == 290
    with city.on("2022-03-24"):
        assert city.accept_all() == 290
    with city.on("2022-03-28"):
        assert of_period(city, "3月期", "2022-03-28") == ("290/291（99.7%）", "290/291（99.7%）")
        assert words(memory.keep(city, "2022-03-28"), "yellow") == {"8": "1家未报"}


def april_gains_a_town(city: City) -> None:
    """高新区 joins, with nobody in its posts yet: 291 + 8 = 299. 市住建局's lamp turns red after 30 days."""
    with city.on("2022-04-11") as today:
        unit = add_unit(NEW_TOWN, UnitKind.TOWNSHIP, city.office)
        derived = join(city.unit(TOWNS), unit, today, "市委编委批复设立", city.office, today)
        assert derived == Derived(added=8)
        assert owed(city, "4月期") == (299, 54)
    with city.on("2022-04-18"):
        # 7 days before 4-25: 53 reporters hear of 291 rows, the office of 8 rows without a contact. And of 3月期, since
        # its 21 days were over on 4-15: 市住建局's reporter in the same message, its head and the leader.
        # 市卫生健康委 has 57 rows without those of 1 3 7 25 36 51 52 58
        run(JOBS["remind"])
        heard = told("2022-04-18")
        assert (heard["办公室"], heard["冯立新"], heard[f"{HOUSING}填报人"], heard["张小兰"]) == (8, 1, 2, 49)
        assert (len(heard), sum(heard.values())) == (53 + 1 + 2, 291 + 8 + 3)
        city.staff(city.unit(NEW_TOWN))
    with city.on("2022-04-21"):
        assert city.report_all("4月期", percents(100, 67, 89, 100), but={(BANKS, "33")}) == 298
    with city.on("2022-04-25"):  # 3-25 and 30 days: 4-24
        city.accept_all()
        assert lamp(city, "8", "2022-04-23") == ("yellow", "1家未报")
        assert lamp(city, "8", "2022-04-24") == ("red", "1家未报")
        city.report(HOUSING, "3月期", "8")
    assert lamp(city, "8", "2022-04-25") == ("green", "正常")
    assert of_period(city, "3月期", "2022-04-25") == ("291/291（100.0%）", "290/291（99.7%）")
    assert of_period(city, "4月期", "2022-04-26") == ("298/299（99.7%）", "298/299（99.7%）")


def may_withdraws_a_report(city: City) -> None:
    """A report taken back before the head signs is neither submitted nor returned in 退回率."""
    with city.on("2022-05-20"):
        city.accept_all()
        said = percents(100, 71, 94, 100)
        assert city.report_all("5月期", said, but={(BANKS, "33"), (FINANCE, "53")}) == 297
        city.write(FINANCE, "5月期", "53")
        withdraw([report_of(city, FINANCE, "53", "5月期")], city.reporter(FINANCE))
    assert of_period(city, "5月期", "2022-05-20") == ("297/299（99.3%）", "297/299（99.3%）")
    with city.on("2022-05-23"):
        city.answer(FINANCE, "5月期", "53")
        city.sign(FINANCE, "5月期")
        assert city.accept_all() == 298
    assert of_period(city, "5月期", "2022-05-26") == ("298/299（99.7%）", "298/299（99.7%）")


def june_looks_back(city: City, memory: Memory) -> None:
    """46 is closed before its new limit; 39 is still running; the year is added up and asked again."""
    with city.on("2022-06-20"):
        close(city, "46", HEALTH)
        assert owed(city, "6月期") == (298, 54)
    with city.on("2022-06-23"):
        assert city.report_all("6月期", percents(100, 75, 97, 100), but={(BANKS, "33")}) == 297
    with city.on("2022-06-28") as today:
        city.accept_all()
        found = lamps(city, "2022-06-28")
        assert counts(found) == {"closed": 10, "green": 51}
        assert (found["39"].percent, found["39"].pace, found["39"].word) == (75, 75, "正常")  # 18/24
        assert closed(city, "2022-06-28") == "9/9（100.0%）"  # 46 counts from 7-01 on
        the_year_in_figures(city)
        assert memory.differing(city) == []
        assert derive(city.plan, today) == Derived()
    assert differing(today) == []
    assert broken_at() is None


def the_year_in_figures(city: City) -> None:
    """Owed: 338 × 3 + 337 × 2 + 336 + 328 + 301 + 291 + 299 × 2 + 298 = 3840; 市银保监办 still owes three: 3837.

    Not in time: 7月 2, 9月 1, 10月 6, 11月 1, 1月 2, 3月 1, 市银保监办 3: 16. Submitted: 3837 and two answers, of which
    2 returned; what was withdrawn in May counts once.
    """
    year = in_all(city, "2022-06-28")
    assert str(year.reported) == "3837/3840（99.9%）"
    assert str(year.on_time) == "3824/3840（99.6%）"
    assert str(year.returned) == "2/3839（0.1%）"
    assert (year.missing, year.late) == (3, 13)
