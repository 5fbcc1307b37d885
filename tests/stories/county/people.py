"""What the people of the county do, each step through the action its page uses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from tests.importing.drafts import decide_all
from tests.stories.asked import report_of
from tests.stories.city import City
from tests.stories.county.places import ALL_TOWNS, HEALTH, KINDS, LIST_2022, OFFICE, TOWNS, WRITTEN_SHORT, workbook
from tests.world import PASSWORD, QUICK
from tracker.accounts.actions import add_person, give_post
from tracker.accounts.models import Post
from tracker.accounts.queries import actor_of
from tracker.desks import Desk
from tracker.extensions import db, file_store
from tracker.files.keeping import Intake
from tracker.importing.actions import Header, receive, set_header
from tracker.importing.confirming import confirm
from tracker.importing.models import ImportDraft
from tracker.importing.names import Choice, Decision, decide_unit
from tracker.obligations.models import Obligation, Period
from tracker.obligations.rules import Kind
from tracker.permissions import Actor, Role
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.progress.actions import Writing, accept, save_draft, sign, submit
from tracker.progress.closing import apply_for_closing, decide_closing, look_back
from tracker.progress.closing_rules import ClosingState, LookedBack
from tracker.progress.extending import Asked, apply_for_extension, decide_extension
from tracker.progress.merging import merge
from tracker.progress.models import Closing, Extension, LookBack, Report
from tracker.progress.occurrences import record_occurrence
from tracker.progress.queries import reports_by_id
from tracker.progress.rules import ReportState
from tracker.reminders.actions import remind_by_hand
from tracker.supervision.bulletins import Edit, draft_bulletin, publish_bulletin
from tracker.supervision.inspection_models import Inspection, Rectification
from tracker.supervision.inspections import Finding, Visit, draft_inspection, edit_inspection
from tracker.supervision.models import Bulletin, Slip
from tracker.supervision.paper import bulletin_docx
from tracker.supervision.rectifications import report_item
from tracker.supervision.rules import Pace, SlipColour, SlipState
from tracker.supervision.slips import Writing as SlipWriting
from tracker.supervision.slips import answer_slip, drop_slip, issue_slip
from tracker.tasks.models import Task
from tracker.units.actions import add_member, add_unit
from tracker.units.queries import unit_by_name

SINCE = date(2022, 1, 1)
LOGINS = {"office": ("王敏", Role.OFFICE, OFFICE), "nanling": ("罗文", Role.REPORTER, "南岭乡")}
"""Who signs in at the end of the story; the others act without ever opening a page."""


def settle_the_county() -> None:
    """Units with their group, the office's clerk, the leader, and whoever signs in."""
    units = {name: add_unit(name, kind, None) for name, kind in KINDS.items()}
    for town in TOWNS:
        add_member(units[ALL_TOWNS], units[town], SINCE, "", None)
    shared = QUICK.hash(PASSWORD)
    for login, (name, role, unit) in LOGINS.items():
        give_post(add_person(login, name, "", None, must_change=False, hashed=shared), role, units[unit], SINCE, None)
    give_post(add_person("leader", "何副县长", "", None, hashed="!"), Role.LEADER, None, SINCE, None)


def office() -> Actor:
    post = db.session.scalars(sa.select(Post).where(Post.role == Role.OFFICE)).one()
    return actor_of(post.person, post)


def bring_in_the_list() -> Plan:
    """The list of 2022 is imported, its doubts are settled, and it is confirmed: reports each quarter, on its last day.

    县卫健局 is said to be another name of 县卫生健康局; the bare 2022 of task 3 is taken for the whole year.
    """
    draft = receive(workbook(2022, "2022年1月10日", LIST_2022), "民生实事清单.xlsx", office())
    health = unit_by_name(HEALTH)
    assert health is not None
    decide_unit(draft, WRITTEN_SHORT, Decision(Choice.ALIAS, health.id), office())
    decide_all(draft, office())
    set_header(draft, header(draft, 2022), office())
    return confirm(draft, office())


def header(draft: ImportDraft, year: int) -> Header:
    return Header(
        draft.title,
        f"民生实事{year}",
        f"望民办〔{year}〕1号",
        OFFICE,
        draft.issued_on,
        year,
        year,
        Every.QUARTER,
        31,
    )


class County(City):
    """The county's people by their unit and post, on the plan of 2022."""

    def __init__(self) -> None:
        super().__init__()
        self.prints: dict[int, bytes] = {}
        """Number of a bulletin -> its .docx on the day on which it was published."""

    @property
    def plan(self) -> Plan:
        return db.session.scalars(sa.select(Plan).order_by(Plan.id)).first()  # type: ignore[return-value]

    @property
    def office(self) -> Actor:
        return self.actors[OFFICE, Role.OFFICE]

    def task(self, no: str) -> Task:
        return db.session.scalars(sa.select(Task).where(Task.no == no, Task.plan_id == self.plan.id)).one()

    def period(self, name: str) -> Period:
        query = sa.select(Period).where(Period.name == name, Period.plan_id == self.plan.id)
        return db.session.scalars(query.order_by(Period.id)).first()  # type: ignore[return-value]

    # Reports

    def say(self, unit: str, period: str, percents: Mapping[str, int | None], *, starting: bool = False) -> None:
        """The unit reports these tasks, with what it says of them, and its head signs."""
        for no, percent in percents.items():
            self.write(unit, period, no, percent=percent, starting=starting)
        self.sign(unit, period)

    def say_in_words(self, unit: str, period: str, no: str, words: str) -> None:
        """A partner writes what it did, and its head signs."""
        (one,) = [one for one in self._owed(period, unit) if one.task.no == no]
        report = save_draft(one, Writing(words), self.reporter(unit))
        submit([report], self.reporter(unit))
        sign([report], self.head(unit))

    def gather(self, lead: str, period: str, no: str, words: str, percent: int, *partners: str) -> Report:
        """The lead writes its own words, takes the partners' into its report (汇总), and its head signs the whole."""
        (one,) = [one for one in self._owed(period, lead) if one.task.no == no]
        reporter = self.reporter(lead)
        save_draft(one, Writing(words, percent=percent), reporter)
        taken = [report_of(self, unit, no, period).versions[-1] for unit in partners]
        report = merge(one, taken, reporter)
        submit([report], reporter)
        sign([report], self.head(lead))
        return report

    def complete(self, unit: str, no: str, key_on: str) -> None:
        """The completion that stands for itself is reported and signed on one day."""
        one = db.session.scalars(
            sa.select(Obligation).where(
                Obligation.task_id == self.task(no).id,
                Obligation.unit_id == self.unit(unit).id,
                Obligation.kind == Kind.COMPLETION,
                Obligation.key_on == date.fromisoformat(key_on),
                Obligation.withdrawn_on.is_(None),
            )
        ).one()
        report = save_draft(one, Writing("已按要求完成，附现场记录。"), self.reporter(unit))
        submit([report], self.reporter(unit))
        sign([report], self.head(unit))

    def hold(self, unit: str, no: str, *held_on: str) -> None:
        """Occurrences of a recurring duty took place on these days; they are recorded and signed today."""
        for day in held_on:
            held = date.fromisoformat(day)
            reporter = self.reporter(unit)
            report = record_occurrence(self.task(no), self.unit(unit).id, held, "义诊1场，接诊200人。", None, reporter)
            submit([report], reporter)
            sign([report], self.head(unit))

    def accept_all(self) -> int:
        """The office accepts whatever was signed, occurrences and completions too. Returns how many."""
        signed = sa.select(Report.id).where(Report.state == ReportState.SIGNED)
        return accept(reports_by_id(db.session.scalars(signed)), self.office)

    def urge(self, unit: str, no: str, period: str) -> None:
        """The office urges by hand (催办)."""
        query = sa.select(Obligation.id).where(
            Obligation.task_id == self.task(no).id,
            Obligation.unit_id == self.unit(unit).id,
            Obligation.period_id == self.period(period).id,
        )
        remind_by_hand(self.plan, set(db.session.scalars(query)), set(), "请尽快报送。", self.office)

    # Closing

    def apply(self, unit: str, no: str) -> Closing:
        return apply_for_closing(self.task(no), self.unit(unit), "已全部完成，资料齐全。", self.reporter(unit))

    def decide(self, no: str, agreed: bool, reason: str) -> Closing:
        query = sa.select(Closing).where(Closing.task_id == self.task(no).id).order_by(Closing.id.desc())
        return decide_closing(db.session.scalars(query.limit(1)).one(), agreed, reason, self.office)

    def look_back(self, no: str, words: str) -> LookBack:
        """The office looks again at a closed task (回头看) and finds that the result held."""
        query = sa.select(Closing).where(Closing.task_id == self.task(no).id, Closing.state == ClosingState.CLOSED)
        return look_back(db.session.scalars(query).one(), LookedBack.HELD, words, self.office)

    # More time

    def ask_for_time(self, unit: str, no: str, new_on: str, reason: str) -> Extension:
        asked = Asked(date.fromisoformat(new_on), reason, "主体已完成，正在扫尾。")
        return apply_for_extension(self.task(no), self.unit(unit), asked, self.reporter(unit))

    def agree_to_time(self, no: str, by: Desk, who: Actor) -> Extension:
        """The desk at which the application lies says yes."""
        query = sa.select(Extension).where(Extension.task_id == self.task(no).id)
        return decide_extension(db.session.scalars(query).one(), by, True, "情况属实", who)

    # Inspections

    def inspect(self, title: str, first_on: str, last_on: str, findings: Mapping[str, str], due_on: str) -> Inspection:
        """A visit about task 4 is written down: unit -> what was found there, each with the same limit."""
        inspection = draft_inspection(self.plan, title, date.fromisoformat(first_on), self.office)
        for unit, found in findings.items():
            visit = Visit(
                title,
                date.fromisoformat(first_on),
                date.fromisoformat(last_on),
                "王敏、何副县长",
                "年度督查计划",
                "总体较好。",
                "王敏 0000-1",
                [self.unit(name).id for name in findings],
                [self.task("4").id],
                inspection.version,
            )
            asked = Finding(
                None, self.unit(unit).id, self.task("4").id, found, "逐户整改并附照片。", date.fromisoformat(due_on)
            )
            edit_inspection(inspection, visit, asked, self.office)
        return inspection

    def item(self, unit: str) -> Rectification:
        query = sa.select(Rectification).where(Rectification.unit_id == self.unit(unit).id)
        return db.session.scalars(query).one()

    def rectify(self, unit: str) -> Rectification:
        item = self.item(unit)
        return report_item(item, "已逐户整改。", [], Intake(file_store(), 1), item.version, self.reporter(unit))

    # Slips

    def slip(self, no: str, unit: str) -> Slip:
        """The latest about the task to the unit."""
        query = sa.select(Slip).where(Slip.task_id == self.task(no).id, Slip.unit_id == self.unit(unit).id)
        return db.session.scalars(query.order_by(Slip.id.desc()).limit(1)).one()

    def proposed(self) -> dict[tuple[str, str], tuple[SlipColour, str]]:
        """(number of the task, unit) -> colour and reason of what waits to be issued."""
        query = sa.select(Slip).where(Slip.state == SlipState.PROPOSED).order_by(Slip.id)
        return {(slip.task.no or "", slip.unit.name): (slip.colour, slip.reason) for slip in db.session.scalars(query)}

    def issue(self, no: str, unit: str, pace: Pace = Pace.NORMAL) -> Slip:
        slip = self.slip(no, unit)
        writing = SlipWriting(slip.colour, pace, slip.basis, slip.content, "王敏 0000-1", slip.version)
        return issue_slip(slip, writing, self.office)

    def drop(self, no: str, unit: str, reason: str) -> Slip:
        slip = self.slip(no, unit)
        return drop_slip(slip, reason, slip.version, self.office)

    def reply(self, no: str, unit: str, words: str) -> Slip:
        slip = self.slip(no, unit)
        return answer_slip(slip, words, [], Intake(file_store(), 1), slip.version, self.reporter(unit))

    # Bulletins

    def publish(self, period: str, as_of: str) -> Bulletin:
        """Drafted from the ledger of the day, its texts as they come, and published today."""
        bulletin = draft_bulletin(self.plan, self.period(period), date.fromisoformat(as_of), self.office)
        edit = Edit(bulletin.title, "各乡镇，县直各部门", "", bulletin.texts, bulletin.version)
        publish_bulletin(bulletin, edit, self.office)
        self.prints[bulletin.number or 0] = bulletin_docx(bulletin, bulletin.content)
        return bulletin
