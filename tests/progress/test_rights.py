"""Who gets in: every page and step of this room, and the rule as a WHERE beside the rule as a decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.beginnings import beginning
from tests.plans import make_plan, owed_by
from tests.progress.test_evidence import PDF, upload
from tests.progress.test_unit_page import SignIn, sign, submit, write
from tests.world import HEALTH, PEOPLE, World
from tracker import clock
from tracker.extensions import db
from tracker.obligations.models import Obligation
from tracker.permissions import decide
from tracker.plans.models import Plan
from tracker.progress.models import Evidence, Report
from tracker.progress.queries import obligation_subject, readable_by


@beginning
def plan(world: World, at: Callable[[date], None]) -> Plan:
    at(date(2021, 7, 20))
    return make_plan()


def steps_of(plan: Plan) -> list[tuple[str, str]]:
    """Every page and step about the health commission's report for task 1."""
    owed = owed_by(plan, HEALTH, "1")
    report = db.session.scalars(sa.select(Report).where(Report.obligation_id == owed.id)).one()
    file = db.session.scalars(sa.select(Evidence)).one()
    return [
        ("GET", f"/obligations/{owed.id}"),
        ("POST", f"/obligations/{owed.id}/draft"),
        ("POST", f"/obligations/{owed.id}/evidence"),
        ("GET", f"/evidence/{file.id}"),
        ("GET", f"/evidence/{file.id}/thumbnail"),
        ("POST", f"/evidence/{file.id}/remove"),
        ("POST", f"/reports/{report.id}/return"),
        ("POST", f"/reports/{report.id}/accept"),
        ("POST", f"/reports/{report.id}/send-back"),
        ("POST", f"/reports/{report.id}/undo"),
        ("GET", f"/plans/{plan.id}/verify"),
        ("GET", f"/plans/{plan.id}/verify/no-news"),
        ("POST", f"/plans/{plan.id}/verify/no-news"),
        ("POST", f"/plans/{plan.id}/verify/aside"),
        ("POST", f"/tasks/{owed.task_id}/closing"),
    ]


def answer(client: FlaskClient, method: str, address: str) -> int:
    data = {"file": (BytesIO(PDF), "a.pdf")} if address.endswith("/evidence") and method == "POST" else None
    return client.open(address, method=method, data=data).status_code


@pytest.mark.parametrize("login", ["stranger", "xiongkou", "system", "security", "auditor"])
def test_who_has_no_part_gets_in_nowhere(sign_in: SignIn, plan: Plan, login: str) -> None:
    client, owed = sign_in("health"), owed_by(plan, HEALTH, "1")
    write(client, owed)
    upload(client, owed, "意见.pdf", PDF)
    submit(client, plan)
    sign(sign_in("health-head"), plan, [owed])
    other = sign_in(login)
    refused = {step: answer(other, *step) for step in steps_of(plan)}
    assert set(refused.values()) <= {403, 404}, refused


def test_a_partner_reads_the_leads_report_and_changes_nothing(sign_in: SignIn, plan: Plan) -> None:
    client, owed = sign_in("health"), owed_by(plan, HEALTH, "1")
    write(client, owed)
    upload(client, owed, "意见.pdf", PDF)
    partner = sign_in("finance")
    refused = {step: answer(partner, *step) for step in steps_of(plan)}
    seen = {address for (_, address), status in refused.items() if status not in {403, 404}}
    assert all(address.startswith("/evidence/") and "remove" not in address for address in seen), refused


@pytest.mark.parametrize("login", ["office1", "leader", "system", "security", "auditor"])
def test_the_unit_page_is_for_units(sign_in: SignIn, plan: Plan, login: str) -> None:
    client = sign_in(login)
    for address in (f"/plans/{plan.id}/report", f"/plans/{plan.id}/acknowledge"):
        assert client.get(address).status_code == 403
    for step in ("no-news", "submit", "withdraw", "sign"):
        assert client.post(f"/plans/{plan.id}/report/{step}").status_code == 403


def test_a_reporter_does_not_sign_and_a_head_does_not_write(sign_in: SignIn, plan: Plan) -> None:
    owed = owed_by(plan, HEALTH, "1")
    assert sign_in("health").post(f"/plans/{plan.id}/report/sign").status_code == 403
    assert write(sign_in("health-head"), owed) == 403


@pytest.mark.parametrize("login", PEOPLE)
def test_the_rule_as_a_where_is_the_rule_as_a_decision(world: World, plan: Plan, login: str) -> None:
    actor = world.actor(login)
    found = set(db.session.scalars(sa.select(Obligation.id).where(readable_by(actor, clock.today()))))
    every = db.session.scalars(sa.select(Obligation)).all()
    allowed = {one.id for one in every if decide(actor, "report.read", obligation_subject(one))}
    assert found == allowed
    assert len(every) > 10
