"""July to December 2021: the list comes, falls behind, and is closed as far as it goes."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from tests.stories.asked import (
    BANKS,
    CULTURE,
    EDUCATION,
    FINANCE,
    HEALTH,
    INSURANCE,
    LAKE,
    ON_PACE,
    RED_CROSS,
    SCIENCE,
    SERVICES,
    STARTED,
    close,
    last_closing,
    owed,
    percents,
    rows_of,
    state_of,
)
from tests.stories.city import City
from tests.stories.figures import Memory, closed, counts, in_all, lamp, lamps, of_period, told, words
from tracker.errors import Refused
from tracker.extensions import db
from tracker.jobs.runner import run
from tracker.jobs.table import JOBS
from tracker.ledger.keeping import differing
from tracker.ledger.standing import TaskStanding
from tracker.obligations.actions import derive
from tracker.obligations.models import Period
from tracker.progress.closing import apply_for_closing, decide_closing
from tracker.tasks.actions import change_limit, change_units
from tracker.tasks.limits import read_limit
from tracker.tasks.queries import acknowledgements
from tracker.units.actions import set_skips_signing


def july_begins_and_two_are_late(city: City, memory: Memory) -> None:
    """Everybody signs for the tasks but 市科技局. 市红十字会 may report without a signature."""
    with city.on("2021-07-01") as today:
        assert owed(city, "7月期") == (338, 55)
        assert db.session.scalar(sa.select(Period.due_on)) == date(2021, 7, 26)
        city.sign_for_everything(but=SCIENCE)
        set_skips_signing(city.unit(RED_CROSS), True, "单位只有一名工作人员", city.office)
        assert [row.unit.name for row in acknowledgements(city.plan.id, today) if row.is_open] == [SCIENCE]
        city.plan.leader_id = city.leader.person_id
    with city.on("2021-07-19"):  # seven days before: every reporter hears once of all the unit owes
        run(JOBS["remind"])
        heard = told("2021-07-19")
        assert (len(heard), sum(heard.values())) == (55, 338)
        assert (heard["张小兰"], heard["钱丽"], heard["周敏"]) == (57, 9, 9)
    with city.on("2021-07-22"):
        late = {(BANKS, "33"), ("熊口镇", "14")}
        assert city.report_all("7月期", percents(58, 29, 40, 10), but=late, starting=STARTED) == 336
        assert state_of(city, RED_CROSS, "59", "7月期") == ("signed", None)
    with city.on("2021-07-23"):
        assert city.accept_all() == 336
    with city.on("2021-07-27"):  # the day after: the two reporters, and nobody else
        run(JOBS["remind"])
        assert told("2021-07-27") == {f"{BANKS}填报人": 1, "周敏": 1}
        assert of_period(city, "7月期", "2021-07-26") == ("336/338（99.4%）", "336/338（99.4%）")
        # 46: 58 - 40 = 18 points, 52: 58 - 10 = 48; the two that are late are partners
        assert counts(memory.keep(city, "2021-07-27")) == {"red": 1, "yellow": 1, "green": 59}
    with city.on("2021-07-29"):  # three days after: their heads too
        run(JOBS["remind"])
        assert told("2021-07-29") == {f"{BANKS}填报人": 1, f"{BANKS}负责人": 1, "周敏": 1, "吴海涛": 1}
        city.report("熊口镇", "7月期", "14")
    with city.on("2021-07-30"):
        city.report(BANKS, "7月期", "33")
    assert of_period(city, "7月期", "2021-07-29") == ("337/338（99.7%）", "336/338（99.4%）")
    assert of_period(city, "7月期", "2021-07-30") == ("338/338（100.0%）", "336/338（99.4%）")


def august_sees_two_returns(city: City, memory: Memory) -> None:
    """A return by the head is answered before the due day, one by the office after it."""
    with city.on("2021-08-02"):
        city.accept_all()
        # 序时 is 67% since yesterday: 67 - 58 = 9 points for the eight on pace, 27 for 46, 57 for 52, 33 - 29 for 39
        found = lamps(city, "2021-08-02")
        assert words(found, "blue") == dict.fromkeys(ON_PACE, "落后9点")
        assert words(found, "yellow") == {"46": "落后27点"}
        assert words(found, "red") == {"52": "落后57点"}
    with city.on("2021-08-23"):
        said = percents(67, 33, 55, 20)
        assert city.report_all("8月期", said, but={(FINANCE, "53")}) == 337
        city.write(FINANCE, "8月期", "53")
        city.returned(FINANCE, "8月期", "53", "金额与拨款文件不一致", by_office=False)
    with city.on("2021-08-24"):
        city.answer(FINANCE, "8月期", "53")
        city.sign(FINANCE, "8月期")
        city.returned(HEALTH, "8月期", "31", "缺累计数", by_office=True)
        assert city.accept_all() == 337
    with city.on("2021-08-26"):
        assert of_period(city, "8月期", "2021-08-26") == ("337/338（99.7%）", "338/338（100.0%）")
        found = memory.keep(city, "2021-08-26")
        assert words(found, "yellow") == {"31": "8月期未报", "46": "落后12点"}
        assert words(found, "red") == {"52": "落后47点"}
        # 676 owed, 676 submitted, 1 answer so far, 2 returned: 2 ÷ 677
        assert str(in_all(city, "2021-08-26").returned) == "2/677（0.3%）"
    with city.on("2021-08-27"):
        city.answer(HEALTH, "8月期", "31")
        city.sign(HEALTH, "8月期")
    assert of_period(city, "8月期", "2021-08-27") == ("338/338（100.0%）", "338/338（100.0%）")
    assert str(in_all(city, "2021-08-27").returned) == "2/678（0.3%）"


def september_misses_one_unit(city: City, memory: Memory) -> None:
    """市科技局 leads task 48 and does not report; 市发改委 asks to close task 50 and is refused."""
    with city.on("2021-09-23"):
        city.accept_all()
        assert city.report_all("9月期", percents(75, 38, 60, 25), but={(SCIENCE, "48")}) == 337
    with city.on("2021-09-24"):
        assert city.accept_all() == 337
    with city.on("2021-09-27"):
        assert of_period(city, "9月期", "2021-09-27") == ("337/338（99.7%）", "337/338（99.7%）")
        found = memory.keep(city, "2021-09-27")
        assert words(found, "yellow") == {"48": "9月期未报", "46": "落后15点"}
        assert words(found, "red") == {"52": "落后50点"}
    with city.on("2021-09-28"):
        task = city.task("50")
        apply_for_closing(task, city.unit("市发改委"), "已写入规划文本。", city.reporter("市发改委"))
    with city.on("2021-09-29"):
        decide_closing(last_closing(city, "50"), False, "规划尚未印发", city.office)
        assert lamp(city, "50", "2021-09-29") == ("green", "正常")


def october_falls_behind(city: City, memory: Memory) -> None:
    """The day of the pictures, 2021-10-26. Task 50 is applied for again and closed, so 337 are owed."""
    with city.on("2021-10-01"):
        assert lamp(city, "49", "2021-09-30") == ("green", "正常")
        assert lamp(city, "49", "2021-10-01") == ("yellow", "未启动")
    with city.on("2021-10-03"):  # seven days after 9-26, in the holidays: nobody hears
        assert run(JOBS["remind"])["messages"] == 0
    with city.on("2021-10-08"):  # the first working day: reporter, head and the plan's leader
        assert run(JOBS["remind"])["messages"] == 3
        assert told("2021-10-08") == {f"{SCIENCE}填报人": 1, f"{SCIENCE}负责人": 1, "冯立新": 1}
        assert run(JOBS["remind"])["messages"] == 0
    with city.on("2021-10-11"):
        apply_for_closing(city.task("50"), city.unit("市发改委"), "规划已印发。", city.reporter("市发改委"))
    with city.on("2021-10-12"):
        closing = last_closing(city, "50")
        decide_closing(closing, True, "资料齐全", city.office)
        with pytest.raises(Refused):
            decide_closing(closing, True, "", city.office)
        assert owed(city, "10月期") == (337, 55)  # 市发改委 still has 39 47 51
    towns = {(town, "29") for town in ("熊口镇", "龙湾镇", "后湖管理区", LAKE)}
    with city.on("2021-10-21"):
        but = {(SCIENCE, "48"), (SERVICES, "4"), *towns}
        assert city.report_all("10月期", percents(83, 42, 62, 30), but=but) == 331
    with city.on("2021-10-22"):
        assert city.accept_all() == 331
    with city.on("2021-10-26"):
        found = memory.keep(city, "2021-10-26")
        the_lamps_of_26_october(found)
        assert of_period(city, "10月期", "2021-10-26") == ("331/337（98.2%）", "331/337（98.2%）")
        # due 3 × 338 + 337 = 1351; missing 1 of 9月期 and 6 of 10月期; late besides: 2 of 7月期
        all_due = in_all(city, "2021-10-26")
        assert str(all_due.reported) == "1344/1351（99.5%）"
        assert str(all_due.on_time) == "1342/1351（99.3%）"
        assert differing(date(2021, 10, 26)) == []
    with city.on("2021-10-28"):
        city.report(SERVICES, "10月期", "4")
        for town, no in towns:
            city.report(town, "10月期", no)
    assert of_period(city, "10月期", "2021-10-28") == ("336/337（99.7%）", "331/337（98.2%）")
    assert lamp(city, "4", "2021-10-28") == lamp(city, "29", "2021-10-28") == ("green", "正常")


def the_lamps_of_26_october(found: dict[str, TaskStanding]) -> None:
    """序时 10/12 = 83%. 61 = 2 red, 4 yellow, 1 closed, 54 green."""
    assert words(found, "red") == {"48": "9月期未报", "52": "落后53点"}  # two periods running; 83 - 30
    assert found["52"].sentence == "2021年底到期，完成30%，序时83%，落后53个百分点"
    assert words(found, "yellow") == {"4": "1家未报", "29": "4家未报", "46": "落后21点", "49": "未启动"}  # 83 - 62
    assert counts(found) == {"red": 2, "yellow": 4, "closed": 1, "green": 54}
    group = found["29"].figures
    assert (len(group), sum(one["missing"] == "" for one in group)) == (22, 18)  # 18/22 已报
    joint = {one["unit"]: one["missing"] for one in found["4"].figures}
    assert joint == {EDUCATION: "", SERVICES: "10月期未报", "市总工会": ""}


def november_changes_a_lead(city: City, memory: Memory) -> None:
    """市教育局 takes task 9 over from 市文化和旅游局, which owes no more; what it reported stays.

    市科技局 makes up for the two months it missed: 报送率 heals, 及时率 does not.
    """
    with city.on("2021-11-10") as today:
        city.accept_all()
        change_units(city.task("9"), [city.unit(EDUCATION)], [], "全民健身职责划转", city.office)
        derive(city.plan, today, [city.task("9").id], "牵头单位变更")
        given = {row.unit.name: row.given - row.signed for row in acknowledgements(city.plan.id, today) if row.is_open}
        assert given == {EDUCATION: 1, SCIENCE: 1}
    # five days before, one lead owed it, not both: asked today, 337 too
    assert of_period(city, "11月期", "2021-11-05") == ("0/337（0.0%）", "0/337（0.0%）")
    assert rows_of(city, CULTURE, "11月期") == {"30", "56"}
    assert rows_of(city, CULTURE, "10月期") == {"9", "30", "56"}
    assert len(rows_of(city, EDUCATION, "11月期")) == 9
    with city.on("2021-11-23"):
        assert city.report_all("11月期", percents(92, 46, 64, 40), but={(INSURANCE, "28")}) == 336
    with city.on("2021-11-24"):
        assert city.accept_all() == 336
        city.write(INSURANCE, "11月期", "28")  # and the head is away
    with city.on("2021-11-26"):
        assert of_period(city, "11月期", "2021-11-26") == ("336/337（99.7%）", "336/337（99.7%）")
        found = memory.keep(city, "2021-11-26")
        assert words(found, "red") == {"48": "9月期未报", "52": "落后52点"}
        assert words(found, "yellow") == {"46": "落后28点", "49": "未启动"}
        assert words(found, "blue") == {"28": "待签"}
    with city.on("2021-11-29"):
        city.sign(INSURANCE, "11月期")
        city.report(SCIENCE, "9月期", "48")
        city.report(SCIENCE, "10月期", "48")
    assert lamp(city, "48", "2021-11-29") == lamp(city, "28", "2021-11-29") == ("green", "正常")
    # all received now, and as late as they were
    assert of_period(city, "9月期", "2021-11-29") == ("338/338（100.0%）", "337/338（99.7%）")
    assert of_period(city, "10月期", "2021-11-29") == ("337/337（100.0%）", "331/337（98.2%）")
    assert of_period(city, "11月期", "2021-11-29") == ("337/337（100.0%）", "336/337（99.7%）")


def december_closes_what_it_can(city: City, memory: Memory) -> None:
    """25 closed on the 10th, 36 on the 28th, 1 on the 30th; 46 is given until June 2022."""
    with city.on("2021-12-10"):
        city.accept_all()
        close(city, "25", HEALTH)
        assert owed(city, "12月期")[0] == 336  # 338 - 50 - 25
    with city.on("2021-12-19"):
        # to 12-31 ten working days: 20 to 24, 27 to 31. 序时 100%: 46 has 100 - 64 = 36, 52 has 60
        found = memory.keep(city, "2021-12-19")
        assert words(found, "blue") == dict.fromkeys(("1", "3", "7", "36", "51", "58"), "剩10天")
        assert words(found, "red") == {"46": "落后36点", "52": "落后60点"}
        assert counts(found) == {"red": 2, "yellow": 1, "blue": 6, "closed": 2, "green": 50}
    with city.on("2021-12-20") as today:
        limit, doubts = read_limit("2022年6月底前", 2021)
        assert doubts == []
        change_limit(city.task("46"), limit, "省级平台推迟上线", city.office)
        derive(city.plan, today, [city.task("46").id], "完成时限变更")
    assert lamp(city, "46", "2021-12-20") == ("green", "正常")  # 序时 12/18 = 67%, done 64%
    assert lamp(city, "46", "2021-12-19") == ("red", "落后36点")
    with city.on("2021-12-23"):
        assert city.report_all("12月期", percents(100, 50, 66, 45)) == 336
    with city.on("2021-12-24"):
        assert city.accept_all() == 336
    with city.on("2021-12-28"):
        close(city, "36", HEALTH)
        found = memory.keep(city, "2021-12-28")  # three working days left: 29 30 31
        assert words(found, "yellow") == dict.fromkeys(("1", "3", "7", "51", "58"), "剩3天") | {"49": "未启动"}
        assert counts(found) == {"red": 1, "yellow": 6, "closed": 3, "green": 51}
    with city.on("2021-12-30"):
        close(city, "1", HEALTH)
        assert closed(city, "2021-12-30") == "0/0（–）"
