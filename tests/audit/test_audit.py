"""The audit log is chained, append-only, and forgets nothing that was committed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from tests.world import HEALTH, World
from tracker.audit.actions import record
from tracker.audit.models import AuditEvent
from tracker.audit.queries import Filter, broken_at, events
from tracker.audit.rules import GENESIS, digest, first_break
from tracker.extensions import commit, db
from tracker.units.actions import set_skips_signing


def _chain(count: int) -> list[tuple[int, str, str, dict[str, int]]]:
    rows, previous = [], GENESIS
    for number in range(1, count + 1):
        own = digest(previous, {"n": number})
        rows.append((number, previous, own, {"n": number}))
        previous = own
    return rows


def test_a_chain_holds() -> None:
    assert first_break(_chain(5)) is None


@pytest.mark.parametrize("missing", [0, 2])
def test_a_missing_row_is_found(missing: int) -> None:
    rows = _chain(5)
    del rows[missing]
    assert first_break(rows) == missing + 1


def test_a_changed_row_is_found() -> None:
    rows = _chain(5)
    rows[3] = (*rows[3][:3], {"n": 40})
    assert first_break(rows) == 4


def test_what_is_committed_is_chained(world: World) -> None:
    set_skips_signing(world.unit(HEALTH), True, "人手少", world.actor("office1"))
    commit()
    found, total = events(Filter(action="unit.skips_signing"))
    assert total == 1
    assert found[0].actor == "王审核（健康潜江工作领导小组办公室）"
    assert found[0].after == {"skips_signing": True}
    assert broken_at() is None


def test_what_is_rolled_back_leaves_no_row(world: World) -> None:
    record(world.actor("office1"), "unit.add", "unit", None, "没有的单位")
    db.session.rollback()
    commit()
    assert events(Filter(words="没有的单位"))[1] == 0


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"])
def test_the_database_refuses_to_change_the_log(app: Flask, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(sa.text(statement))
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent))
