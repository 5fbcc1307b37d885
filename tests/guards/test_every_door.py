"""Every address, every role, every kind of id: no fault, no word of what "Who may" of domain.md forbids, no write.

The addresses come out of the application's own map, so that a new page is walked the day it is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.conftest import make_app
from tests.databases import SQLiteTemplates
from tests.guards.test_any_input import make_inspection, sign_in
from tests.importing.drafts import small_draft
from tests.plans import make_plan, owed_by
from tests.progress.test_evidence import PDF
from tests.world import FINANCE, HEALTH, PEOPLE, XIONGKOU, World
from tracker import clock
from tracker.accounts.actions import add_person, give_post
from tracker.extensions import Base, commit, db, file_store
from tracker.files.keeping import Attached, Intake
from tracker.files.sealing import Sealed
from tracker.indicators.actions import Link, define
from tracker.indicators.definitions import Definition, Direction, Formula
from tracker.indicators.queries import board
from tracker.indicators.values import Entry, enter, send_back, verify
from tracker.indicators.written import target_of
from tracker.permissions import PERMISSIONS, Role, roles_of
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.progress import actions
from tracker.progress.closing import apply_for_closing, attach
from tracker.progress.evidence import add_evidence
from tracker.progress.extending import Asked, apply_for_extension
from tracker.reminders.actions import remind
from tracker.units.actions import add_unit
from tracker.units.rules import UnitKind
from tracker.web.access import PUBLIC, permission_of

OTHER = "office9"
"""A clerk of another office, to whom nothing of the plan belongs; ``stranger`` is of a unit without a part in it."""
LOGINS = [*(login for login in PEOPLE if login not in {"office2", "finance-head", "xiongkou-head"}), OTHER]
"""One of each kind: two of a kind would read the same."""
ONE_OF_EACH_ROLE = ["office1", "health", "health-head", "leader", "system", "security", "auditor"]
HUGE, NOT_THERE = 2**31, 987_654
NAMES = {
    "draft_id": "import_draft",
    "row_id": "import_row",
    "doubt_id": "import_doubt",
    "settlement_id": "import_settlement",
    "above_id": "task",
    "file_id": "slip_file",
}
WORDS = {"token", "to"}
"""Arguments of an address that are no ids."""
OFFICE, LEADER = {"office1", "office2"}, {"leader"}
LEAD, PARTNER, TOWN = {"health", "health-head"}, {"finance", "finance-head"}, {"xiongkou", "xiongkou-head"}
LOGS = {"auditor"}
MAY_READ = {
    "正文甲-牵头": OFFICE | LEADER | LEAD | PARTNER,
    "正文乙-配合": OFFICE | LEADER | LEAD | PARTNER,
    "正文丁-乡镇": OFFICE | LEADER | LEAD | TOWN,
    "依据戊-乡镇": OFFICE | LEADER | LEAD | TOWN,
    "退因辛": OFFICE | LEADER | LEAD | TOWN | LOGS,
    "建立健康科普专家库": OFFICE | LEADER | LEAD | PARTNER,
    "发挥学校、机关、企事业": OFFICE | LEADER | LEAD,
    "潜江“323”攻坚行动": OFFICE | LEADER | LEAD | PARTNER | TOWN | LOGS,
    "理由戊-延期": OFFICE | LEADER | LEAD | PARTNER | LOGS,
    "结果己-销号": OFFICE | LEADER | LEAD | PARTNER | LOGS,
    "验收庚.pdf": OFFICE | LEADER | LEAD | PARTNER | LOGS,
    "专家库名册没有更新": OFFICE | LEADER | LEAD,
    "底表壬.pdf": OFFICE | LEADER | LEAD | TOWN | LOGS,
    "材料甲.pdf": OFFICE | LEADER | LEAD | PARTNER | LOGS,
    "健康县2021年工作任务清单": OFFICE,
    "开展健康教育进社区活动": OFFICE,
}
"""Words -> who may come upon them anywhere. The auditor reads names of things in the log, never what they say."""
SAMPLES = "web.states"
"""Shows made-up values, which are those of the demo."""
WITHOUT_ANY = {
    "inspections.pdf",
    "dashboard.leader_sheet",
    "evidence.thumbnail",
    "coverage.export",
    "importing.compare",
    "importing.changes",
}
"""This world has no LibreOffice, no picture, no plan above, no text beside a list, no draft that changes a plan."""
REFUSED = {403, 404, 405}
"""405: a number too large for the address's form, where another form of it takes no POST."""
PART = {"HX-Request": "true"}
"""Asked so, a refusal is one sentence and not a page, which is quicker."""
ANYBODY_S_OWN = {"accounts.choose_post"}
"""Answers a number that is not one's own with a sentence and the home page."""


def fill(world: World) -> None:
    """Something of everything: reports of lead, partner and member, evidence, a closing with a file, an application for
    more time, messages, a draft."""
    clock.fix_day(date(2021, 7, 26))
    plan = make_plan()
    said = [(HEALTH, "1", "正文甲-牵头", "health"), (FINANCE, "1", "正文乙-配合", "finance")]
    said.append((XIONGKOU, "2", "正文丁-乡镇", "xiongkou"))
    for unit, no, words, login in said:
        owed, writer = owed_by(plan, unit, no), world.actor(login)
        report = actions.save_draft(owed, actions.Writing(words, seen_version=0), writer)
        add_evidence(owed, "材料甲.pdf" if login == "health" else "别的.pdf", BytesIO(PDF), file_store(), 2**20, writer)
        actions.submit([report], writer)
        actions.sign([report], world.actor(f"{login}-head"))
    one, lead, writer = owed_by(plan, HEALTH, "1").task, world.unit(HEALTH), world.actor("health")
    apply_for_extension(one, lead, Asked(date(2022, 3, 31), "理由戊-延期", "完成六成"), writer)
    closing = apply_for_closing(one, lead, "结果己-销号", writer)
    attach(closing, "验收庚.pdf", BytesIO(PDF), file_store(), 2**20, writer)
    make_inspection(plan, world, owed_by(plan, HEALTH, "1"))
    _fill_indicators(plan, world)
    remind(clock.today())
    small_draft(world.actor("office1"))
    office = add_unit("另一领导小组办公室", UnitKind.LEADING_GROUP_OFFICE, None)
    person = add_person(OTHER, "何另办", "", None, must_change=False, hashed="none")
    give_post(person, Role.OFFICE, office, date(2021, 1, 1), None)
    commit()


def _fill_indicators(plan: Plan, world: World) -> None:
    """One of a township, with a figure that counts and one that was returned, each with a file."""
    one = Definition(
        "管理率", "%", "", "", None, None, "", Direction.UP, Formula.SUM, Every.YEAR, (target_of("≥60%", 2021),)
    )
    task, town = owed_by(plan, XIONGKOU, "2").task, world.unit(XIONGKOU)
    define(plan, Link(one, [task.id], [town.id]), world.actor("office1"))
    row = board(plan, world.actor("office1"), clock.today())[0]
    table = Sealed(Intake(file_store(), 2**20).keep(Attached("底表壬.pdf", BytesIO(PDF))), "")
    days = date(2020, 12, 31), date(2021, 12, 31)
    entries = [Entry(row, day, Decimal(61), "依据戊-乡镇", 0, added=(table,)) for day in days]
    first, second = enter(town, entries, world.actor("xiongkou"))
    verify([first], world.actor("office1"))
    send_back(second, "退因辛", world.actor("office1"))


class House:
    """The application with a browser of each person, and the ids that are there by the name of their table."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            fill(World())
            tables = [table for table in Base.metadata.sorted_tables if "id" in table.c]
            self.ids = {table.name: list(db.session.scalars(sa.select(table.c.id).limit(60))) for table in tables}
            self.browsers = {login: sign_in(app, login) for login in LOGINS}
            self.roles = {login: role for login, (_, role, _) in PEOPLE.items()} | {OTHER: Role.OFFICE}
            self.actions = {rule.endpoint: permission_of(rule.endpoint) for rule in app.url_map.iter_rules()}

    def rules(self, *, writing: bool) -> list[Rule]:
        """Every address that changes something, or every one that shows something."""
        found = [rule for rule in self.app.url_map.iter_rules() if rule.endpoint != "static"]
        return [rule for rule in found if bool((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}) == writing]

    def may_enter(self, login: str, rule: Rule) -> bool:
        action = self.actions[rule.endpoint]
        return action == PUBLIC or self.roles[login] in roles_of(action or "")

    def addresses(self, rule: Rule, most: int = 4) -> list[str]:
        """The rule with ids that are there, the last among them; without arguments the rule itself."""
        known = {name: self.ids[NAMES.get(name, name[:-3])] for name in rule.arguments if name not in WORDS}
        length = max(map(len, known.values()), default=1) or 1
        some = [{name: all_of[n % len(all_of)] for name, all_of in known.items() if all_of} for n in range(length)]
        return list(dict.fromkeys(address(rule, ids) for ids in [*some[: most - 1], *some[-1:]]))

    def lacks(self, rule: Rule) -> bool:
        """Whether the world holds none of what the address names."""
        return any(not self.ids[NAMES.get(name, name[:-3])] for name in set(rule.arguments) - WORDS)

    def strange_addresses(self, rule: Rule) -> list[str]:
        """The rule with an id that is not there, and with one too large; none when it takes no ids."""
        ids = set(rule.arguments) - WORDS
        return [address(rule, dict.fromkeys(ids, n)) for n in (NOT_THERE, HUGE) if ids]


def address(rule: Rule, ids: Mapping[str, int]) -> str:
    """The rule's address with these ids."""
    return re.sub(r"<int:(\w+)>", lambda found: str(ids.get(found[1], 1)), rule.rule)


@contextmanager
def without_libreoffice() -> Iterator[None]:
    """Every .pdf is then refused with a sentence; else each would take seconds."""
    with pytest.MonkeyPatch.context() as patched:
        for room in ("tracker.supervision.paper", "tracker.dashboard.leader_sheet"):
            patched.setattr(f"{room}.program", lambda: None)
        yield


@pytest.fixture(scope="module")
def built_house(sqlite_templates: SQLiteTemplates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with sqlite_templates.copy() as address, without_libreoffice():
        app = make_app(address, tmp_path_factory.mktemp("house"))
        yield House(app)
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def house(built_house: House) -> House:
    """The house on its own day: tests of other files may have run since it was built."""
    clock.set_folder(built_house.app.config["DATA_FOLDER"])
    return built_house


def words_of(answer: TestResponse) -> str:
    """What the answer says, out of a workbook or a .pdf too."""
    if b"startxref" in answer.data:  # evidence of the world only begins like a .pdf
        return "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    if answer.data[:2] == b"PK":
        with ZipFile(BytesIO(answer.data)) as book:
            return "".join(book.read(name).decode("utf-8", "ignore") for name in book.namelist())
    return answer.get_data(as_text=True)


def changed(house: House) -> int:
    """The number of the log's last row, and of the reports' versions: a refused write moves neither."""
    with house.app.app_context():
        return db.session.scalar(sa.text("SELECT max(id) FROM audit_event")) or 0


def asked(house: House, rule: Rule) -> list[str]:
    """The addresses of a page, plain and with what its own links add."""
    found = house.addresses(rule)
    queries = ["?print=1", "?q=甲&find=甲&as_of=2021-07-26&page=2"]
    if rule.endpoint == "ledger.task":
        queries += [f"?report={number}" for number in house.ids["report"]]
    return [*found, *(found[0] + query for query in queries)]


def test_no_page_faults_or_says_what_its_reader_may_not_know(house: House) -> None:
    """And every page is shown to somebody, else the walk would look at nothing but refusals."""
    for rule in house.rules(writing=False):
        statuses = set()
        for there in asked(house, rule):
            for login, browser in house.browsers.items():
                if not house.may_enter(login, rule):
                    continue
                answer = browser.get(there)
                statuses.add(answer.status_code)
                assert answer.status_code < 500, (login, there)
                text = words_of(answer)
                leaked = [words for words, readers in MAY_READ.items() if login not in readers and words in text]
                assert not leaked or rule.endpoint == SAMPLES, (login, there, leaked)
        assert statuses & {200, 302, 303} or rule.endpoint in WITHOUT_ANY or house.lacks(rule), rule


def test_a_wrong_role_is_refused_and_a_stranger_sent_to_the_login(house: House) -> None:
    for rule in [*house.rules(writing=False), *house.rules(writing=True)]:
        if house.actions[rule.endpoint] == PUBLIC:
            continue
        there = house.addresses(rule)[0]
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        nobody = house.app.test_client().open(there, method=method)
        assert (nobody.status_code, nobody.location.startswith("/login")) == (303, True), rule
        for login, browser in house.browsers.items():
            if not house.may_enter(login, rule):
                assert browser.open(there, method=method, headers=PART).status_code == 403, (login, rule)


def test_who_has_no_part_in_a_thing_cannot_change_it(house: House) -> None:
    before = changed(house)
    for rule in house.rules(writing=True):
        action = house.actions[rule.endpoint]
        if not rule.arguments or rule.endpoint in ANYBODY_S_OWN or not PERMISSIONS[action or ""].checks:
            continue
        for login in ("stranger", OTHER):
            for there in house.addresses(rule, most=60):
                answer = house.browsers[login].post(there, data={"reason": "试一试", "period": "1"}, headers=PART)
                assert answer.status_code in REFUSED, (login, there)
    assert changed(house) == before


def test_no_write_without_a_token_by_whoever_is_signed_in(house: House) -> None:
    before = changed(house)
    house.app.config["WTF_CSRF_ENABLED"] = True
    try:
        for rule in house.rules(writing=True):
            for login in ("office1", "health"):
                assert house.browsers[login].post(house.addresses(rule)[0]).status_code == 400, rule
    finally:
        house.app.config["WTF_CSRF_ENABLED"] = False
    assert changed(house) == before


def test_a_number_that_is_not_there_is_not_found(house: House) -> None:
    for writing in (False, True):
        for rule in house.rules(writing=writing):
            login = next((login for login in ONE_OF_EACH_ROLE if house.may_enter(login, rule)), "office1")
            for strange in house.strange_addresses(rule):
                answer = house.browsers[login].open(strange, method="POST" if writing else "GET", headers=PART)
                is_own = rule.endpoint in ANYBODY_S_OWN and str(HUGE) not in strange
                assert answer.status_code in (REFUSED | {204} if is_own else REFUSED), (login, strange)


def test_an_empty_form_is_no_fault(house: House) -> None:
    """Last, since some of these go through: a fresh login each, as some end one."""
    for rule in house.rules(writing=True):
        for login in ONE_OF_EACH_ROLE:
            if not house.may_enter(login, rule):
                continue
            for there in house.addresses(rule, most=2):
                with house.app.app_context():
                    browser = sign_in(house.app, login)
                assert browser.post(there, headers=PART).status_code < 500, (login, there)
