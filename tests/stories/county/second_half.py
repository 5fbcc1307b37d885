"""July to December: what was proposed is issued or dropped, two limits are moved, the second bulletin, the closings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from tests.stories.asked import owed
from tests.stories.county import by_hand
from tests.stories.county.first_half import SUMMER
from tests.stories.county.people import County
from tests.stories.county.places import (
    BEIXI,
    DONGPING,
    FINANCE,
    HEALTH,
    HOUSING,
    NANLING,
    NATURE,
    REFORM,
    ROADS,
    SCHOOLS,
    XIHE,
)
from tests.stories.figures import Memory, closed, counts, lamp, of_period, words
from tracker.desks import Desk
from tracker.extensions import db
from tracker.jobs.runner import run
from tracker.jobs.table import JOBS
from tracker.ledger.keeping import differing
from tracker.obligations.settings import change_settings, settings_of
from tracker.progress.extension_rules import ExtensionState
from tracker.progress.merging import credits_of
from tracker.progress.passages import Fate
from tracker.progress.review_rules import Review
from tracker.progress.reviewing import review_tasks
from tracker.supervision.inspection_models import Inspection, Rectification
from tracker.supervision.inspection_rules import Sign, Stand, Tally, sign_of, stand_on, tally
from tracker.supervision.inspections import issue_inspection
from tracker.supervision.rectifications import settle_item
from tracker.supervision.rules import SlipColour
from tracker.supervision.slips import settle_slip
from tracker.tasks.axes import Colour
from tracker.workdays import state_council

AUTUMN, WINTER = "第三季度", "第四季度"


def july_answers(county: County) -> None:
    """生态 reports and 卫健 records what took place in June, so their proposals are taken back; 教育 is pressed; 12 was
    settled at a meeting: both are dropped."""
    with county.on("2022-07-04"):
        county.report(NATURE, SUMMER, "5")
        assert run(JOBS["slips"]) == {"added": 0, "dropped": 1}
        slip = county.issue("2", SCHOOLS)
        assert (slip.doc_number, slip.colour, slip.due_on) == (
            "望民督〔2022〕5号",
            SlipColour.BLUE,
            date(2022, 7, 11),
        )
        for unit in (REFORM, FINANCE):
            county.drop("12", unit, "7月调度会已定措施")
    with county.on("2022-07-07"):
        county.hold(HEALTH, "7", "2022-06-29")  # recorded a week after its quarter was over
    assert lamp(county, "7", "2022-07-06") == ("yellow", "定期缺1次")
    assert lamp(county, "7", "2022-07-07") == ("green", "正常")
    with county.on("2022-07-08"):
        assert run(JOBS["slips"]) == {"added": 0, "dropped": 1}
        county.report(DONGPING, SUMMER, "1")
        county.reply("2", SCHOOLS, "两所幼儿园暑期装修，需要延期。")
    with county.on("2022-07-11"):
        slip = county.slip("2", SCHOOLS)
        settle_slip(slip, "原因属实，按程序申请延期", slip.version, county.office)
        assert county.accept_all() == 3
    # 财政's for 2 never comes
    assert of_period(county, SUMMER, "2022-07-08") == ("31/32（96.9%）", "29/32（90.6%）")


def july_inspects_two_towns(county: County) -> None:
    """What is found in 东坪 is put right in time; 北溪 reports a week late."""
    with county.on("2022-07-13"):
        found = {DONGPING: "12户厕具没有装防冻盖。", BEIXI: "30户没有户主签字。"}
        inspection = county.inspect("户厕改造督导检查", "2022-07-12", "2022-07-13", found, "2022-07-29")
    with county.on("2022-07-14"):
        inspection = db.session.scalars(sa.select(Inspection)).one()
        issue_inspection(inspection, inspection.version, county.office)
        notices = {one.unit.name: one.doc_number for one in inspection.visited}
        assert notices == {BEIXI: "望民整改〔2022〕1号", DONGPING: "望民整改〔2022〕2号"}
    with county.on("2022-07-25"):
        county.rectify(DONGPING)
    with county.on("2022-07-28"):
        item = county.item(DONGPING)
        settle_item(item, "照片齐全", item.version, county.office)
    with county.on("2022-08-01"):
        # three working days before the 29th: the 26th; three days after it: 1 August
        signs = {"2022-07-26": (Colour.YELLOW, "剩3天"), "2022-08-01": (Colour.RED, "整改逾期3天")}
        assert {day: item_sign(county, BEIXI, day) for day in signs} == signs
        assert items_on(county, "2022-08-01") == Tally(total=2, settled=1, overdue=1)
    with county.on("2022-08-05"):
        county.rectify(BEIXI)
    with county.on("2022-08-08"):
        item = county.item(BEIXI)
        settle_item(item, "已补签", item.version, county.office)
        assert items_on(county, "2022-08-08") == Tally(total=2, settled=2)
    assert items_on(county, "2022-08-01") == Tally(total=2, settled=1, overdue=1)


def stand(item: Rectification, day: str) -> Stand:
    return stand_on(item.first_due_on, item.rounds, date.fromisoformat(day))


def item_sign(county: County, unit: str, day: str) -> Sign:
    return sign_of(stand(county.item(unit), day), date.fromisoformat(day), state_council())


def items_on(county: County, day: str) -> Tally:
    items = db.session.scalars(sa.select(Rectification))
    return tally([stand(one, day) for one in items], date.fromisoformat(day))


def september_moves_two_limits(county: County) -> None:
    """教育 asks for 2 five days after its limit and gets until the end of October; 发改 asks for 12 in time, and as the
    plan has the leader decide by then, gets until the end of November from him."""
    with county.on("2022-09-05"):
        assert lamp(county, "2", "2022-09-01") == ("red", "逾期1天")
        assert closed(county, "2022-09-05") == "1/2（50.0%）"
        assert county.ask_for_time(SCHOOLS, "2", "2022-10-31", "两所幼儿园装修受暑期降雨影响").days_late == 5
    with county.on("2022-09-06"):
        county.agree_to_time("2", Desk.HEAD, county.head(SCHOOLS))
        assert lamp(county, "2", "2022-09-06") == ("red", "逾期6天")  # asked for is not granted
    with county.on("2022-09-08"):
        assert county.agree_to_time("2", Desk.OFFICE, county.office).state is ExtensionState.GRANTED
        change_settings(county.plan, replace(settings_of(county.plan), extension_asks_leader=True), county.office)
    assert lamp(county, "2", "2022-09-07") == ("red", "逾期7天")
    assert lamp(county, "2", "2022-09-08") == ("red", "落后35点")  # 9/10 = 90 - 55
    assert closed(county, "2022-09-07") == "1/2（50.0%）"
    assert closed(county, "2022-09-08") == "1/1（100.0%）"
    with county.on("2022-09-15"):
        assert county.ask_for_time(REFORM, "12", "2022-11-30", "省级接口推迟开放").days_late == 0
    with county.on("2022-09-16"):
        county.agree_to_time("12", Desk.HEAD, county.head(REFORM))
    with county.on("2022-09-19"):
        assert county.agree_to_time("12", Desk.OFFICE, county.office).state is ExtensionState.OFFICE_AGREED
    with county.on("2022-09-20"):
        assert county.agree_to_time("12", Desk.LEADER, county.leader).state is ExtensionState.GRANTED
    assert lamp(county, "12", "2022-09-19") == ("red", "落后40点")  # 9/9 = 100 - 60
    assert lamp(county, "12", "2022-09-20") == ("yellow", "落后22点")  # 9/11 = 82 - 60


def september_reports(county: County) -> None:
    """All but 卫健's for 7, 西河's for 4 and 南岭's for 9; 北溪's for 1 goes back to the writer's desk for a day."""
    with county.on("2022-09-26"):
        county.hold(HEALTH, "7", "2022-08-12", "2022-09-16")
    with county.on("2022-09-27"):
        county.say(REFORM, AUTUMN, {"6": None, "12": 88})
        county.say(BEIXI, AUTUMN, {"11": 98})
        county.write(BEIXI, AUTUMN, "1")
        county.returned(BEIXI, AUTUMN, "1", "里程数没有写", by_office=False)
        said = {"1": 80, "2": 90, "3": 50, "4": 90, "11": 96, "12": 87}
        assert county.report_all(AUTUMN, said, but={(HEALTH, "7"), (XIHE, "4"), (NANLING, "9")}) == 25
    with county.on("2022-09-28"):
        county.answer(BEIXI, AUTUMN, "1")
        county.sign(BEIXI, AUTUMN)
        assert county.accept_all() == 29 + 2
    with county.on("2022-09-30"):
        # working days to 10 October: the 8th, the 9th and the 10th, Saturday and Sunday worked for the holidays
        assert lamp(county, "11", "2022-09-27") == ("blue", "剩6天")
        assert lamp(county, "11", "2022-09-30") == ("yellow", "剩3天")


def october_publishes_the_second_bulletin(county: County, memory: Memory) -> None:
    """On the first working day after it was due; 西河 reports on it, 卫健 on the next, a Sunday."""
    with county.on("2022-10-08"):
        assert of_period(county, AUTUMN, "2022-10-07") == ("29/32（90.6%）", "29/32（90.6%）")
        county.say(XIHE, AUTUMN, {"4": 90})
        found = memory.keep(county, "2022-10-08")
        assert words(found, "red") == {"3": "落后33点"}
        assert words(found, "yellow") == {"6": "未启动", "7": "第三季度未报", "11": "剩2天"}
        assert words(found, "blue") == {"2": "落后10点"}
        assert counts(found) == {"red": 1, "yellow": 3, "blue": 1, "closed": 1, "green": 7}
    with county.on("2022-10-09"):
        assert run(JOBS["past_days"])["days"] > 0
        county.report(HEALTH, AUTUMN, "7")
        bulletin = county.publish(AUTUMN, "2022-10-08")
        assert (bulletin.year, bulletin.number) == (2022, 2)
        assert {name: bulletin.facts["figures"][name] for name in by_hand.AUTUMN_FIGURES} == by_hand.AUTUMN_FIGURES
        assert bulletin.facts["lists"] == by_hand.AUTUMN_LISTS
        assert by_hand.words(bulletin.content, "一、总体情况") == by_hand.AUTUMN_WORDS
        assert by_hand.table(bulletin.content, "一、总体情况") == by_hand.AUTUMN_CHAPTERS
        assert bulletin.content["annex"]["table"]["rows"] == by_hand.AUTUMN_UNITS
        county.apply(BEIXI, "11")
    with county.on("2022-10-10"):
        county.accept_all()
        # closed on the day of its limit: no completion is owed
        county.decide("11", True, "河长办已验收")
    assert closed(county, "2022-10-11") == "2/2（100.0%）"  # 8 and 11; 2 and 12 were given longer


def autumn_closes_what_it_can(county: County) -> None:
    """2 before its new limit; 4 applied for in time, decided a day late; 12 five days late, completions and all."""
    with county.on("2022-10-20"):
        county.apply(SCHOOLS, "2")
    with county.on("2022-10-24"):
        county.decide("2", True, "学位已全部招生")
    with county.on("2022-11-28"):
        for town in (DONGPING, NANLING, XIHE):
            county.complete(town, "4", "2022-11-30")
        county.apply(XIHE, "4")
    with county.on("2022-12-01"):
        assert lamp(county, "4", "2022-11-30") == ("yellow", "剩0天")
        assert lamp(county, "12", "2022-12-01") == ("red", "逾期1天")
        county.decide("4", True, "抽查300户合格")
        assert closed(county, "2022-12-01") == "4/5（80.0%）"  # 12 is left of 2 4 8 11 12
    with county.on("2022-12-02"):
        county.complete(BEIXI, "4", "2022-11-30")
    with county.on("2022-12-05"):
        for unit in (REFORM, FINANCE):
            county.complete(unit, "12", "2022-11-30")
        county.apply(REFORM, "12")
    with county.on("2022-12-07"):
        county.accept_all()
        county.decide("12", True, "平台已上线")


def december_ends_the_year(county: County) -> None:
    """1 is closed; 南岭's for 9 and 生态's for 5 do not come; 6 begins at last. 8 has held, 13 is listed no more."""
    with county.on("2022-12-19"):  # 180 days after 22 June
        county.look_back("8", "抽查3处，田块、渠系完好。")
    with county.on("2022-12-26"):
        county.apply(ROADS, "1")
    with county.on("2022-12-28"):
        county.decide("1", True, "60公里已验收")
        # 3 of 2 units, 5 of 2, 6, 7, 9 of 5, 10, 13
        assert owed(county, WINTER) == (13, 10)
        county.hold(HEALTH, "7", "2022-11-18")
        county.say_in_words(FINANCE, WINTER, "3", "拨付改造资金1200万元。")
    with county.on("2022-12-29"):
        whole = county.gather(HOUSING, WINTER, "3", "11个小区已完工。", 85, FINANCE)
        assert whole.progress == "11个小区已完工。\n县财政局：拨付改造资金1200万元。"
        assert credits_of(whole) == {1: [(f"{FINANCE}第1稿", Fate.WHOLE)]}
        county.say(REFORM, WINTER, {"6": None}, starting=True)
        assert county.report_all(WINTER, {}, but={(NANLING, "9"), (NATURE, "5")}) == 8
    with county.on("2022-12-30"):
        assert county.accept_all() == 11 + 1
        assert lamp(county, "6", "2022-12-29") == ("yellow", "未启动")
        assert lamp(county, "6", "2022-12-30") == ("green", "正常")
        review = {"5 6 7 9 10": (Review.CONTINUE, "继续列入下一年"), "13": (Review.RETIRE, "转为日常工作")}
        for nos, (outcome, reason) in review.items():
            tasks = [county.task(no).id for no in nos.split()]
            review_tasks(county.plan, 2022, tasks, outcome, None, reason, county.office)
    assert differing(date(2022, 12, 30)) == []
