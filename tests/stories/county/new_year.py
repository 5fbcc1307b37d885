"""January 2023: the year added up, scored, appealed against and made final; the next list carries on what goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest
import sqlalchemy as sa

from tests.assessment.conftest import presets
from tests.importing.drafts import decide_all
from tests.stories.county import by_hand
from tests.stories.county.first_half import SPRING
from tests.stories.county.people import County, header
from tests.stories.county.places import LIST_2023, NANLING, NATURE, workbook
from tests.stories.county.second_half import WINTER
from tests.stories.figures import Memory, closed, counts, in_all, of_period, words
from tracker.assessment.appeals import decide_appeal, file_appeal
from tracker.assessment.freezing import is_unchanged
from tracker.assessment.models import Scheme, ScoreLine, ScoreRun
from tracker.assessment.presets import load_presets
from tracker.assessment.queries import appeals, run_board
from tracker.assessment.runs import finish_run, make_run, show_run
from tracker.assessment.schemes import save_scheme
from tracker.errors import Refused
from tracker.extensions import db
from tracker.importing.actions import receive, set_header
from tracker.importing.confirming import confirm
from tracker.importing.models import Purpose
from tracker.importing.purposes import agree, required, set_purpose
from tracker.obligations.actions import Derived, derive
from tracker.obligations.models import Obligation
from tracker.obligations.rules import Kind
from tracker.obligations.settings import close_plan
from tracker.plans.models import Plan
from tracker.tasks.models import Task


def the_year_in_figures(county: County, memory: Memory) -> None:
    """The fourth quarter was due on 31 December, a Saturday, so on Tuesday 3 January.

    Owed in the year 35 + 32 + 32 + 13 = 112. Missing 财政's for 2, 南岭's for 9 twice: 109. Late besides: 西河 9 and
    南岭 11 in spring, 东坪 1 and 生态 5 in summer, 西河 4 and 卫健 7 in autumn, 生态 5 in winter: 112 - 3 - 7 = 102.
    Submitted 109 and two anew, of which two were returned."""
    with county.on("2023-01-04"):
        found = memory.keep(county, "2023-01-04")
        assert words(found, "red") == {"3": "逾期4天"}
        assert words(found, "yellow") == {"5": "1家未报", "7": "定期缺1次"}  # one of the quarter's two took place
        running = {no: one for no, one in found.items() if no != "13"}  # which ended on 30 December
        assert counts(running) == {"red": 1, "yellow": 2, "closed": 6, "green": 3}
        assert of_period(county, WINTER, "2023-01-04") == ("11/13（84.6%）", "11/13（84.6%）")
        assert closed(county, "2023-01-04") == "6/7（85.7%）"
    with county.on("2023-01-05"):
        county.report(NATURE, WINTER, "5")
    with county.on("2023-01-06"):
        county.accept_all()
        year = in_all(county, "2023-01-06")
        assert str(year.reported) == "109/112（97.3%）"
        assert str(year.on_time) == "102/112（91.1%）"
        assert str(year.returned) == "2/111（1.8%）"
        assert (year.missing, year.late) == (3, 7)


def the_year_is_scored(county: County) -> None:
    """Once 8 January is over; the lines of each unit, its points and its place are those worked out by hand."""
    load_presets(presets())
    preset = db.session.scalars(sa.select(Scheme).where(Scheme.preset == "additions")).one()
    with county.on("2023-01-08"):
        scheme = save_scheme(preset, "年度考核", by_hand.SCHEME, None, county.office)
        with pytest.raises(Refused, match="过了这一天才能算"):
            make_run(scheme.latest, county.period(SPRING), county.period(WINTER), county.office)
    with county.on("2023-01-09"):
        scheme = db.session.scalars(sa.select(Scheme).where(Scheme.name == "年度考核")).one()
        run = make_run(scheme.latest, county.period(SPRING), county.period(WINTER), county.office)
        assert lines(county, run) == by_hand.LINES
        assert scores(run) == by_hand.SCORES
        assert list(scores(run)) == list(by_hand.SCORES)
        show_run(run, run.version, county.office)


def lines(county: County, run: ScoreRun) -> dict[str, by_hand.Lines]:
    """Unit -> (rule, number of the task, points) of each of its lines, by rule and day."""
    found: dict[str, by_hand.Lines] = {}
    query = sa.select(ScoreLine).where(ScoreLine.run_id == run.id, ScoreLine.corrects_id.is_(None))
    for line in db.session.scalars(query.order_by(ScoreLine.id)):
        assert line.task is not None
        found.setdefault(line.unit.name, []).append((line.rule_no or 0, line.task.no or "", line.points))
    return found


def scores(run: ScoreRun) -> dict[str, tuple[int | None, int, str]]:
    return {row.unit.name: (row.place, row.total, str(row.placed.result.reported)) for row in run_board(run)}


def an_appeal_is_upheld(county: County) -> None:
    """南岭 appeals against the missing report of the fourth quarter: its 93.4 become 93.9, and from fourth it is
    first. Nobody appeals after the 14th; the result is final on the 16th."""
    with county.on("2023-01-11"):
        run = the_run()
        _, line = db.session.scalars(_missing(county, run)).all()
        file_appeal(line, "12月29日全乡停电，当日报了纸质件", "供电所停电证明", county.reporter(NANLING))
        assert scores(run) == by_hand.SCORES
    with county.on("2023-01-13"):
        run = the_run()
        with pytest.raises(Refused, match="还有 1 件申诉没有复核"):
            finish_run(run, run.version, county.office)
        (appeal,) = appeals(county.plan.id)
        decide_appeal(appeal, True, 0, "停电证明属实", appeal.version, county.office)
        assert scores(run) == by_hand.SCORES_AFTER_THE_APPEAL
    with county.on("2023-01-14"):
        run = the_run()
        with pytest.raises(Refused, match="过后才能定稿"):
            finish_run(run, run.version, county.office)
    with county.on("2023-01-16"):
        run = the_run()
        assert is_unchanged(finish_run(run, run.version, county.office))


def the_run() -> ScoreRun:
    """The one of the story, as it is now."""
    return db.session.scalars(sa.select(ScoreRun)).one()


def _missing(county: County, run: ScoreRun) -> sa.Select[tuple[ScoreLine]]:
    """南岭's lines for missing reports, by day."""
    query = sa.select(ScoreLine).where(ScoreLine.run_id == run.id, ScoreLine.unit_id == county.unit(NANLING).id)
    return query.where(ScoreLine.kind == "report.missing").order_by(ScoreLine.id)


def the_next_list_carries_on(county: County) -> None:
    """Six of the seven tasks of 2023 go on: five without an end, one undone, with a limit of its own; seven of 2022
    end.

    Owed in the first quarter of 2023, due on 31 March: 老旧小区 2, 水源地 2, 一件事 1, 义诊 1, 垃圾 5, 资金 1, 食堂
    3: 15; and besides two occurrences in each of four quarters."""
    with county.on("2023-01-30") as today:
        old = county.plan
        draft = receive(workbook(2023, "2023年1月28日", LIST_2023), "民生实事清单.xlsx", county.office)
        decide_all(draft, county.office)
        set_header(draft, header(draft, 2023), county.office)
        set_purpose(draft, Purpose.SUCCEED, old.id, "", county.office)
        changes = required(draft)
        kinds = {kind.value: n for kind, n in changes.counts.items()}
        assert kinds == {"same": 4, "changed": 2, "added": 1, "removed": 6}
        agree(draft, [one.key for one in changes.open], county.office)
        plan = confirm(draft, county.office)
        assert plan.predecessor_id == old.id
        tasks = db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id).order_by(Task.position)).all()
        numbers = {task.id: task.no for task in db.session.scalars(sa.select(Task).where(Task.plan_id == old.id))}
        carried = {task.no: numbers.get(task.carries_on_id or 0) for task in tasks}
        assert carried == {"1": "3", "2": "5", "3": "6", "4": "7", "5": "9", "6": "10", "7": None}
        query = sa.select(Obligation.kind, Obligation.due_on).where(Obligation.task_id.in_([one.id for one in tasks]))
        owed = Counter((kind, due_on) for kind, due_on in db.session.execute(query))
        assert owed[Kind.PERIOD, date(2023, 3, 31)] == 15
        assert sum(n for (kind, _), n in owed.items() if kind is Kind.OCCURRENCE) == 8
        assert derive(plan, today) == Derived()
    with county.on("2023-01-31") as today:
        # the old plan's first quarter of 2023 had opened: 3 5 6 7 9 10, 12 reports, and 7's eight occurrences
        old = county.plan
        held = len(open_rows(old))
        close_plan(old, "年度任务期满，没有完成的转入2023年清单", county.office)
        assert held - len(open_rows(old)) == 12 + 8
        assert max(one.key_on for one in open_rows(old)) == date(2022, 12, 31)
        assert derive(old, today) == Derived()


def open_rows(plan: Plan) -> Sequence[Obligation]:
    """What is owed for the plan."""
    query = sa.select(Obligation).join(Obligation.task).where(Task.plan_id == plan.id)
    return db.session.scalars(query.where(Obligation.withdrawn_on.is_(None))).all()
