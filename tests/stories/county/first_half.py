"""January to June: the list comes in, three are late, a slip climbs from blue to red, the first task is closed."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from tests.stories.asked import owed
from tests.stories.county import by_hand
from tests.stories.county.people import County
from tests.stories.county.places import (
    DONGPING,
    FARMS,
    FINANCE,
    HEALTH,
    HOUSING,
    NANLING,
    NATURE,
    REFORM,
    ROADS,
    SCHOOLS,
    TOWNS,
    WRITTEN_SHORT,
    XIHE,
)
from tests.stories.figures import Memory, closed, counts, lamp, lamps, of_period, told, words
from tracker.extensions import db
from tracker.jobs.runner import run
from tracker.jobs.table import JOBS
from tracker.obligations.models import Obligation, Period
from tracker.obligations.rules import Kind
from tracker.supervision.bulletins import is_whole
from tracker.supervision.rules import Ladder, Pace, SlipColour, SlipState
from tracker.supervision.setting import Setting, change_setting
from tracker.supervision.slips import escalate_slip, settle_slip
from tracker.tasks.axes import Colour
from tracker.units.queries import register
from tracker.units.rules import resolve

SPRING, SUMMER = "第一季度", "第二季度"


def january_gives_the_tasks_out(county: County) -> None:
    """35 reports for the first quarter, and besides: 7's two occurrences in each of four quarters; a completion where
    no quarter ends in the month of the limit: 2 (August) of one lead, 4 (November) of four, 11 (October) of two."""
    with county.on("2022-01-12"):
        assert owed(county, SPRING) == (35, 12)
        assert db.session.scalar(sa.select(Period.due_on)) == date(2022, 3, 31)
        query = sa.select(Obligation.kind, sa.func.count()).group_by(Obligation.kind)
        kinds = {kind: n for kind, n in db.session.execute(query)}
        assert kinds == {Kind.PERIOD: 35, Kind.OCCURRENCE: 8, Kind.COMPLETION: 7}
        assert resolve(WRITTEN_SHORT, register(), date(2022, 1, 12)) == {county.unit(HEALTH).id}
        county.plan.leader_id = county.leader.person_id
        change_setting(county.plan, Setting("望民", Ladder(Colour.YELLOW)), county.office)
    with county.on("2022-01-14"):
        county.sign_for_everything(but="")


def march_reports(county: County) -> None:
    """All but 西河's for 9 and 南岭's for 11, on the 28th; 住建's for 3 is returned by the office two days later."""
    with county.on("2022-03-21"):
        county.hold(HEALTH, "7", "2022-03-08", "2022-03-18")
    assert lamps(county, "2022-03-20")["7"].occurrences == "本季度 0/2 次，还差 2 次"
    assert lamps(county, "2022-03-21")["7"].occurrences == "本季度 2/2 次"
    with county.on("2022-03-24"):  # seven days before: every reporter hears once of all the unit owes
        run(JOBS["remind"])
        heard = told("2022-03-24")
        assert (len(heard), sum(heard.values())) == (12, 35)
        assert (heard[f"{FINANCE}填报人"], heard["罗文"], heard[f"{ROADS}填报人"]) == (5, 4, 1)
    with county.on("2022-03-28"):
        for town, percent in zip(TOWNS, (40, 38, 35, 36), strict=True):
            county.say(town, SPRING, {"4": percent})
        county.say(REFORM, SPRING, {"12": 40})
        said = {"1": 12, "2": 48, "3": 30, "8": 64, "11": 38, "12": 42}
        assert county.report_all(SPRING, said, but={(XIHE, "9"), (NANLING, "11")}) == 28
    with county.on("2022-03-30"):
        county.returned(HOUSING, SPRING, "3", "开工数与佐证照片不符", by_office=True)
        assert county.accept_all() == 32 + 2
    assert of_period(county, SPRING, "2022-03-30") == ("32/35（91.4%）", "33/35（94.3%）")


def april_publishes_the_first_bulletin(county: County, memory: Memory) -> None:
    """On the first day over: 1 lags, 3 and 11 lack a lead's report. Printed after the holidays, as of that day."""
    with county.on("2022-04-01"):
        found = memory.keep(county, "2022-04-01")
        assert words(found, "yellow") == {"1": "落后21点", "3": "第一季度未报", "11": "1家未报"}
        assert counts(found) == {"yellow": 3, "green": 10}
        assert run(JOBS["slips"]) == {"added": 3, "dropped": 0}
        assert set(county.proposed()) == {("1", ROADS), ("3", HOUSING), ("11", NANLING)}
        first, second = county.issue("1", ROADS), county.issue("11", NANLING)
        assert (first.doc_number, second.doc_number) == ("望民督〔2022〕1号", "望民督〔2022〕2号")
        assert (first.colour, first.due_on) == (SlipColour.BLUE, date(2022, 4, 8))
        county.drop("3", HOUSING, "已退回重报，不另发")
        run(JOBS["remind"])
        assert told("2022-04-01") == {f"{HOUSING}填报人": 1, f"{XIHE}填报人": 1, "罗文": 1}  # she reports for 南岭
    with county.on("2022-04-02"):  # a Saturday worked for Qingming
        county.report(XIHE, SPRING, "9")
    with county.on("2022-04-06"):
        county.say(NANLING, SPRING, {"11": 38})
        county.answer(HOUSING, SPRING, "3")
        county.sign(HOUSING, SPRING)
        county.reply("11", NANLING, "已补报，今后指定专人。")
        bulletin = county.publish(SPRING, "2022-04-01")
        assert (bulletin.year, bulletin.number, is_whole(bulletin)) == (2022, 1, True)
        assert {name: bulletin.facts["figures"][name] for name in by_hand.SPRING_FIGURES} == by_hand.SPRING_FIGURES
        assert bulletin.facts["lists"] == by_hand.SPRING_LISTS
        assert by_hand.words(bulletin.content, "一、总体情况") == by_hand.SPRING_WORDS
        assert by_hand.table(bulletin.content, "一、总体情况") == by_hand.SPRING_CHAPTERS
        assert bulletin.content["annex"]["table"]["rows"] == by_hand.SPRING_UNITS
    with county.on("2022-04-07"):
        assert county.accept_all() == 3
        slip = county.slip("11", NANLING)
        settle_slip(slip, "已补报", slip.version, county.office)
    assert of_period(county, SPRING, "2022-04-06") == ("35/35（100.0%）", "33/35（94.3%）")


def april_presses_the_roads(county: County) -> None:
    """The blue slip lies three days too long, the yellow is answered in words only, the red one is settled."""
    with county.on("2022-04-11"):
        assert run(JOBS["slips"]) == {"added": 1, "dropped": 0}
        lagging = "2022年底到期，完成12%，序时33%，落后21个百分点"
        why = f"蓝色提醒望民督〔2022〕1号逾期3天没有答复；{lagging}"
        assert county.proposed() == {("1", ROADS): (SlipColour.YELLOW, why)}
        yellow = county.issue("1", ROADS)
        assert (yellow.doc_number, yellow.due_on) == ("望民督〔2022〕3号", date(2022, 4, 18))
        assert yellow.follows is not None and yellow.follows.state is SlipState.ESCALATED
    with county.on("2022-04-18"):
        county.reply("1", ROADS, "正在加快推进。")
    with county.on("2022-04-20"):
        yellow = county.slip("1", ROADS)
        red = escalate_slip(yellow, "没有开工时间表", yellow.version, county.office)
        assert (red.colour, red.reason) == (SlipColour.RED, "黄色预警望民督〔2022〕3号没有落实（没有开工时间表）")
        # three days on is Saturday the 23rd; the next working day is Sunday the 24th, worked for the holidays of May
        red = county.issue("1", ROADS, Pace.URGENT)
        assert (red.doc_number, red.due_on) == ("望民督〔2022〕4号", date(2022, 4, 24))
    with county.on("2022-04-24"):
        county.reply("1", ROADS, "5月起三个标段同时施工，6月底完成50%。")
    with county.on("2022-04-26"):
        red = county.slip("1", ROADS)
        assert settle_slip(red, "有时间表", red.version, county.office).state is SlipState.SETTLED
    with county.on("2022-04-27"):
        assert run(JOBS["slips"]) == {"added": 0, "dropped": 0}  # the matter rests seven days, whatever its lamp
        assert lamp(county, "1", "2022-04-27") == ("yellow", "落后21点")


def june_closes_the_fields(county: County, memory: Memory) -> None:
    """农业 applies on the 8th and is refused, applies again on the 20th, ten days before the limit, and is closed."""
    with county.on("2022-06-08"):
        county.apply(FARMS, "8")
    with county.on("2022-06-10"):
        county.decide("8", False, "验收单缺一份")
        assert lamp(county, "8", "2022-06-10") == ("red", "落后36点")  # 6/6 = 100 - 64
    with county.on("2022-06-20"):
        county.apply(FARMS, "8")
    with county.on("2022-06-22"):
        county.decide("8", True, "资料齐全，现场已核")
        assert owed(county, SUMMER) == (32, 12)
    with county.on("2022-06-23"):
        county.hold(HEALTH, "7", "2022-06-20")
    with county.on("2022-06-27"):
        county.say(REFORM, SUMMER, {"12": 70})
        said = {"1": 50, "2": 55, "3": 55, "4": 62, "11": 68, "12": 60}
        but = {(DONGPING, "1"), (FINANCE, "2"), (NATURE, "5")}
        assert county.report_all(SUMMER, said, but=but) == 28
    with county.on("2022-06-29"):
        assert county.accept_all() == 29 + 1
        county.urge(DONGPING, "1", SUMMER)
    assert lamps(county, "2022-06-30")["7"].occurrences == "本季度 1/2 次，还差 1 次"
    with county.on("2022-07-01"):
        # 1 58 - 50 = 8; 2 88 - 55 = 33; 3 58 - 55; 4 64 - 62; 11 70 - 68; 12 78 - 60 = 18; 5's lead 生态 is missing;
        # one of the quarter's two of 7 took place
        found = memory.keep(county, "2022-07-01")
        assert words(found, "red") == {"2": "落后33点"}
        assert words(found, "yellow") == {"5": "1家未报", "7": "定期缺1次", "12": "落后18点"}
        assert words(found, "blue") == {"1": "落后8点"}
        assert counts(found) == {"red": 1, "yellow": 3, "blue": 1, "closed": 1, "green": 7}
        assert of_period(county, SUMMER, "2022-07-01") == ("29/32（90.6%）", "29/32（90.6%）")
        assert closed(county, "2022-07-01") == "1/1（100.0%）"
        assert run(JOBS["slips"]) == {"added": 5, "dropped": 0}
        pressed = {("2", SCHOOLS), ("5", NATURE), ("7", HEALTH), ("12", REFORM), ("12", FINANCE)}
        assert set(county.proposed()) == pressed
