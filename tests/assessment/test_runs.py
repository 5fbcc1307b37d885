"""A run from the draft to the frozen result, with points worked out by hand (`conftest.RULES`, base 90).

市卫生健康委: three on time as lead 3 × 0.5 = 1.5; late 2 days −0.2; one missing −1; one returned −1: 90 − 0.7 = 89.3.
市财政局: late 1 day −0.1, urged −0.2, one missing −1: 88.7. 市教育局: one missing −1: 89, and with one obligation not
ranked. The two towns: two missing −2 each: 88, both first of the towns.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa

from tests.assessment.conftest import content, make_july_run, make_scheme, period, presets
from tests.ledger.reports import report
from tests.statements import count_statements
from tests.world import EDUCATION, FINANCE, HEALTH, LONGWAN, XIONGKOU, World
from tracker.assessment import runs as actions
from tracker.assessment.appeals import decide_appeal, file_appeal
from tracker.assessment.board import side_by_side
from tracker.assessment.freezing import digest_of, is_unchanged
from tracker.assessment.kinds import gather
from tracker.assessment.models import Appeal, Scheme, SchemeVersion, ScoreLine, ScoreRun
from tracker.assessment.pages import run_table, sheet_of
from tracker.assessment.presets import load_presets
from tracker.assessment.queries import appeals, open_appeals, run_board
from tracker.assessment.rules import Rule
from tracker.assessment.rules import Scheme as Rules
from tracker.assessment.schemes import save_scheme
from tracker.assessment.states import AppealState, RunState
from tracker.audit.models import AuditEvent
from tracker.errors import Invalid, Refused, Stale
from tracker.extensions import commit, db
from tracker.plans.models import Plan
from tracker.reminders.models import Delivery, Message

At = Callable[[date], None]
FIGURES = {HEALTH: (1, 8930), FINANCE: (2, 8870), EDUCATION: (None, 8900), LONGWAN: (1, 8800), XIONGKOU: (1, 8800)}


def figures(run: ScoreRun) -> dict[str, tuple[int | None, int]]:
    return {row.unit.name: (row.place, row.total) for row in run_board(run)}


def line(run: ScoreRun, world: World, unit: str, kind: str) -> ScoreLine:
    query = sa.select(ScoreLine).where(
        ScoreLine.run_id == run.id, ScoreLine.unit_id == world.unit(unit).id, ScoreLine.kind == kind
    )
    return db.session.scalars(query.order_by(ScoreLine.id)).first()  # type: ignore[return-value]


def shown(plan: Plan, world: World, **changed: object) -> ScoreRun:
    run = make_july_run(plan, **changed)
    actions.show_run(run, run.version, world.actor("office1"))
    commit()
    return run


def appealed(run: ScoreRun, world: World, kind: str = "report.late") -> Appeal:
    return file_appeal(line(run, world, FINANCE, kind), "系统故障", "信息中心说明", world.actor("finance"))


def test_the_points_of_july_by_hand(july: Plan) -> None:
    run = make_july_run(july)
    assert figures(run) == FIGURES
    rates = {row.unit.name: str(row.placed.result.reported) for row in run_board(run)}
    assert rates[HEALTH] == "5/6（83.3%）"
    assert rates[FINANCE] == "1/2（50.0%）"
    assert (run.as_of, run.title) == (date(2021, 7, 31), "2021年7月期")


def test_the_same_period_twice_gives_the_same(july: Plan, at: At) -> None:
    first = make_july_run(july)
    report(july, FINANCE, "6", date(2021, 8, 9))
    at(date(2022, 7, 1))
    second = make_july_run(july)
    assert figures(first) == figures(second)
    columns = [getattr(ScoreLine, name) for name in ("unit_id", "rule_no", "task_id", "on", "points", "words")]
    lines = [
        list(db.session.execute(sa.select(*columns).where(ScoreLine.run_id == run.id).order_by(ScoreLine.id)))
        for run in (first, second)
    ]
    assert lines[0] == lines[1]


def test_a_run_shown_appealed_against_and_final_is_the_same_a_year_later(july: Plan, world: World, at: At) -> None:
    run, office = shown(july, world), world.actor("office1")
    assert (run.state, run.appeals_until) == (RunState.SHOWN, date(2021, 8, 5))
    late, urged = appealed(run, world), appealed(run, world, "report.urged")
    commit()
    assert open_appeals(july.id) == 2
    with pytest.raises(Refused, match="还有 2 件申诉没有复核"):
        actions.finish_run(run, run.version, office)
    at(date(2021, 8, 4))
    decide_appeal(late, True, 0, "情况属实", late.version, office)
    decide_appeal(urged, False, 0, "催办有记录", urged.version, office)
    commit()
    assert figures(run)[FINANCE] == (2, 8880)  # 0.1 given back
    with pytest.raises(Refused, match="过后才能定稿"):
        actions.finish_run(run, run.version, office)
    at(date(2021, 8, 6))
    actions.finish_run(run, run.version, office)
    commit()
    after = {**FIGURES, FINANCE: (2, 8880)}
    assert (run.state, figures(run)) == (RunState.FINAL, after)
    at(date(2022, 8, 6))
    db.session.expire_all()
    assert figures(run) == after
    assert is_unchanged(run)
    said = [event.action for event in db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id))]
    assert [one for one in said if one.startswith(("assessment.", "appeal."))] == [
        "assessment.scheme",
        "assessment.run",
        "assessment.show",
        "appeal.file",
        "appeal.file",
        "appeal.uphold",
        "appeal.reject",
        "assessment.finish",
    ]


def test_the_people_of_a_unit_are_told_what_happens_to_its_scores(july: Plan, world: World, at: At) -> None:
    """Shown, decided, final: one message each; 龙湾镇 and 市教育局 have nobody, which the office is told."""

    def told() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one in db.session.scalars(
            sa.select(Message).where(Message.title.startswith("【考核】")).order_by(Message.id)
        ):
            found.setdefault(one.recipient.login if one.recipient else "", []).append(one.title.split("：", 1)[1])
        return found

    run, office = shown(july, world), world.actor("office1")
    everybody = {f"{unit}{post}" for unit in ("health", "finance", "xiongkou") for post in ("", "-head")}
    assert told() == dict.fromkeys([*everybody, ""], ["2021年7月期考核公示"])
    contact = db.session.scalars(sa.select(Message).where(Message.recipient_id.is_(None))).all()[-1]
    assert "市教育局、龙湾镇" in contact.body and "8月5日" in contact.body
    appeal = appealed(run, world)
    decide_appeal(appeal, True, 0, "情况属实", appeal.version, office)
    assert told()["finance"] == told()["finance-head"] == ["2021年7月期考核公示", "2021年7月期考核申诉：申诉成立"]
    assert len(told()["health"]) == 1
    at(date(2021, 8, 6))
    actions.finish_run(run, run.version, office)
    assert [titles[-1] for titles in told().values()] == ["2021年7月期考核定稿"] * 7
    sent = sa.select(sa.func.count()).select_from(Delivery).join(Message).where(Message.title.startswith("【考核】"))
    assert db.session.scalar(sent) == sum(len(titles) for titles in told().values())


def test_an_upheld_appeal_adds_a_dated_line_and_leaves_the_first_as_it_was(july: Plan, world: World, at: At) -> None:
    run = shown(july, world)
    at(date(2021, 8, 3))
    appeal = appealed(run, world)
    decide_appeal(appeal, True, 0, "情况属实", appeal.version, world.actor("office1"))
    commit()
    assert (appeal.state, appeal.line.points) == (AppealState.UPHELD, -10)
    (change,) = db.session.scalars(sa.select(ScoreLine).where(ScoreLine.corrects_id == appeal.line_id))
    assert (change.points, change.on, change.words) == (10, date(2021, 8, 3), "申诉复核：情况属实")
    found = sheet_of(run, world.unit(FINANCE).id).line(appeal.line_id)
    assert found is not None
    assert (found.points, found.was) == (0, -10)


def test_what_a_cap_held_back_counts_when_a_line_before_it_falls(july: Plan, world: World) -> None:
    """Two missing of the town at 1 each, at most 1.5: −1 and −0.5. The first struck, the second costs a whole point."""
    run = shown(july, world, rules=[{"kind": "report.missing", "points": "-1", "cap": "1.5"}])
    town = world.unit(XIONGKOU).id
    first = line(run, world, XIONGKOU, "report.missing")
    appeal = file_appeal(first, "已报送", "有回执", world.actor("xiongkou"))
    decide_appeal(appeal, True, 0, "查实", appeal.version, world.actor("office1"))
    db.session.flush()
    lines = [(one.raw, one.points) for part in sheet_of(run, town).parts for one in part.lines]
    assert lines == [(0, 0), (-100, -100)]
    assert figures(run)[XIONGKOU][1] == 8900


def test_a_correction_that_changes_nothing_is_refused(july: Plan, world: World) -> None:
    appeal = appealed(shown(july, world), world)
    with pytest.raises(Invalid, match="维持原分"):
        decide_appeal(appeal, True, -10, "理由", appeal.version, world.actor("office1"))


def test_a_line_is_appealed_against_once_and_in_time(july: Plan, world: World, at: At) -> None:
    run = make_july_run(july)
    with pytest.raises(Refused, match="还没有公示"):
        appealed(run, world)
    actions.show_run(run, run.version, world.actor("office1"))
    for reason, evidence in (("", "材料"), ("理由", " ")):
        with pytest.raises(Invalid):
            file_appeal(line(run, world, FINANCE, "report.late"), reason, evidence, world.actor("finance"))
    at(date(2021, 8, 5))
    appealed(run, world)
    with pytest.raises(Refused, match="已经申诉过"):
        appealed(run, world)
    at(date(2021, 8, 6))
    with pytest.raises(Refused, match="已经过了"):
        appealed(run, world, "report.urged")


def test_a_decided_appeal_stays_decided(july: Plan, world: World) -> None:
    appeal, office = appealed(shown(july, world), world), world.actor("office1")
    with pytest.raises(Invalid, match="复核要写理由"):
        decide_appeal(appeal, False, 0, " ", appeal.version, office)
    db.session.rollback()
    run = db.session.scalars(sa.select(ScoreRun)).one()
    appeal = appealed(run, world)
    commit()
    with pytest.raises(Stale):
        decide_appeal(appeal, True, 0, "查实", appeal.version + 1, office)
    decide_appeal(appeal, False, 0, "不属实", appeal.version, office)
    db.session.flush()
    with pytest.raises(Refused, match="已经复核过"):
        decide_appeal(appeal, True, 0, "查实", appeal.version, office)
    assert [one.state for one in appeals(july.id)] == [AppealState.REJECTED]


def test_facts_that_are_not_settled_are_not_scored(july: Plan, world: World, at: At) -> None:
    at(date(2021, 7, 31))
    version = make_scheme().latest
    with pytest.raises(Refused, match="取到2021-07-31为止"):
        actions.make_run(version, period(july), period(july), world.actor("office1"))


def test_a_version_used_by_a_run_never_changes(july: Plan, world: World) -> None:
    run, office = make_july_run(july), world.actor("office1")
    used = run.scheme_version
    before = dict(used.content)
    save_scheme(used.scheme, used.scheme.name, content(base="80"), 1, office)
    commit()
    assert (run.scheme_version.number, run.scheme_version.content) == (1, before)
    assert [one.number for one in used.scheme.versions] == [1, 2]
    assert figures(run) == FIGURES
    with pytest.raises(Stale):
        save_scheme(used.scheme, "另一名称", content(), 1, office)
    with pytest.raises(Invalid, match="没有变化"):
        save_scheme(used.scheme, used.scheme.name, content(base="80"), 2, office)
    with pytest.raises(Invalid, match="同名"):
        save_scheme(db.session.scalars(sa.select(Scheme)).first(), used.scheme.name, content(), None, office)  # type: ignore[arg-type]


def test_points_by_hand_and_ratings_are_lines_with_a_name(july: Plan, world: World) -> None:
    """市财政局: 88.7 + 2 by hand = 90.7; × 80 % + 95 × 20 % = 72.56 + 19 = 91.56."""
    run, office = make_july_run(july, rating_share=20), world.actor("office1")
    finance = world.unit(FINANCE).id
    added = actions.add_line(run, finance, 200, "全市推进会作经验交流", office)
    assert (added.entered_by_id, added.points) == (office.person_id, 200)
    with pytest.raises(Refused, match="还有 5 家没有领导评分"):
        actions.show_run(run, run.version, office)
    others = {row.unit.unit_id: 9000 for row in run_board(run)}
    actions.rate(run, {**others, finance: 9500}, "冯市长", office)
    commit()
    row = next(row for row in run_board(run) if row.unit.unit_id == finance)
    assert (row.by_rules, row.total, row.unit.rated_by) == (9070, 9156, "冯市长")
    actions.show_run(run, run.version, office)
    for refused in (
        lambda: actions.rate(run, {finance: 9000}, "冯市长", office),
        lambda: actions.add_line(run, finance, 100, "再加一分", office),
        lambda: actions.give_up(run, "算错了", office),
    ):
        with pytest.raises(Refused, match="不能再改"):
            refused()


@pytest.mark.parametrize(
    ("ratings", "by", "sentence"),
    [({1: 10001}, "冯市长", "0 到 100"), ({}, "冯市长", "至少填一家"), ({1: 9000}, " ", "哪位领导")],
)
def test_a_rating_needs_a_number_and_a_name(
    july: Plan, world: World, ratings: dict[int, int], by: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        actions.rate(make_july_run(july, rating_share=20), ratings, by, world.actor("office1"))


def test_who_saw_the_run_before_somebody_changed_it_is_told(july: Plan, world: World) -> None:
    run, office = make_july_run(july), world.actor("office1")
    seen = run.version
    actions.add_line(run, world.unit(HEALTH).id, -100, "弄虚作假", office)
    commit()
    with pytest.raises(Stale, match="刚被别人改过"):
        actions.show_run(run, seen, office)


def test_a_draft_given_up_is_kept_and_not_listed(july: Plan, world: World) -> None:
    run, office = make_july_run(july), world.actor("office1")
    with pytest.raises(Invalid, match="作废要写原因"):
        actions.give_up(run, "", office)
    actions.give_up(run, "办法选错了", office)
    commit()
    assert run.ended_on == date(2021, 8, 2)
    assert figures(run) == FIGURES


def test_the_hash_tells_a_changed_line(july: Plan, world: World, at: At) -> None:
    run = shown(july, world)
    at(date(2021, 8, 6))
    actions.finish_run(run, run.version, world.actor("office1"))
    commit()
    db.session.execute(sa.update(ScoreLine).where(ScoreLine.run_id == run.id).values(words="改过"))
    assert not is_unchanged(run)
    db.session.rollback()
    assert digest_of(run) == run.final_hash


def test_two_schemes_side_by_side_on_the_same_facts(july: Plan, world: World) -> None:
    """Only missing, at 5: 市卫生健康委 85, 市财政局 85, both first of the departments; the towns 80."""
    july_period = period(july)
    span = actions.settled_span(july_period, july_period, Rules())
    facts = gather(span)
    first = Rules(base=9000, rules=(Rule("report.late", -10, per=1),), min_obligations=2)
    second = Rules(base=9000, rules=(Rule("report.missing", -500),), min_obligations=2)
    pairs = {
        pair.first.unit.name: (pair.first.total, pair.second.total, pair.places)
        for pair in side_by_side(actions.preview(facts, first), actions.preview(facts, second))
    }
    # the first: 90 − 0.2 and 90 − 0.1, so that 市财政局 leads; the second: 90 − 5 each
    assert pairs[HEALTH] == (8980, 8500, 1)
    assert pairs[FINANCE] == (8990, 8500, 0)
    assert pairs[EDUCATION] == (9000, 8500, None)
    assert pairs[XIONGKOU] == (9000, 8000, 0)


def test_presets_are_put_in_once_and_can_be_read(world: World) -> None:
    assert load_presets(presets()) == 3
    commit()
    assert load_presets(presets()) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SchemeVersion)) == 3


def test_a_run_is_made_and_read_in_a_fixed_number_of_statements(july: Plan, world: World) -> None:
    version, july_period = make_scheme().latest, period(july)
    with count_statements() as sent:
        run = actions.make_run(version, july_period, july_period, world.actor("office1"))
    assert len(sent) <= 16, sent
    commit()
    run_table(run)
    with count_statements() as sent:
        run_table(run)
    assert len(sent) <= 2, sent
