"""Files with the values of indicators: they belong to a version, open for who reads the figure, and are never lost."""

from __future__ import annotations

import re
from io import BytesIO
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import downgrade, upgrade
from werkzeug.test import TestResponse

from tests.indicators.figures import LATER, At, SignIn, key, report, the_row
from tests.progress.test_evidence import PDF
from tests.statements import count_statements
from tests.world import XIONGKOU, World
from tracker.audit.models import AuditEvent
from tracker.config import files_folder
from tracker.extensions import db
from tracker.files.sealing import LOST
from tracker.indicators.models import IndicatorValue, IndicatorValueFile
from tracker.indicators.queries import Row
from tracker.plans.models import Plan

NAME = "2021年报（盖章）.pdf"
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def town(sign_in: SignIn, at: At) -> FlaskClient:
    at(LATER)
    return sign_in("xiongkou")


@pytest.fixture
def row(plan: Plan, world: World) -> Row:
    return the_row(plan, world)


def keep(client: FlaskClient, row: Row, *files: tuple[bytes, str]) -> TestResponse:
    """Choose files at the box of 2021."""
    data = {"key": key(row), "file": [(BytesIO(content), name) for content, name in files]}
    return client.post(f"/plans/{row.indicator.plan_id}/indicators/files", data=data, headers=FETCH)


def seals(page: str) -> list[str]:
    return re.findall(r'name="added-[\w-]+" value="([^"]+)"', page)


def save(client: FlaskClient, row: Row, value: str, seen: int = 0, **more: object) -> TestResponse:
    box = key(row)
    data: dict[str, object] = {
        f"value-{box}": value,
        f"evidence-{box}": "年报",
        f"seen-{box}": str(seen),
        "year": "2021",
    }
    sent = data | {f"{name}-{box}": content for name, content in more.items()}
    return client.post(f"/plans/{row.indicator.plan_id}/indicators/fill", data=sent)


def versions() -> list[list[str]]:
    """The names of the files of each version, the oldest first."""
    db.session.expire_all()
    found = db.session.scalars(sa.select(IndicatorValue).order_by(IndicatorValue.number))
    return [[file.filename for file in one.files] for one in found]


def test_a_file_goes_with_the_figure_and_opens_for_the_verifier(
    town: FlaskClient, row: Row, plan: Plan, sign_in: SignIn
) -> None:
    page = keep(town, row, (PDF, NAME)).get_data(as_text=True)
    assert NAME in page
    assert versions() == []
    assert save(town, row, "62.5", added=seals(page)).status_code == 303
    file = db.session.scalars(sa.select(IndicatorValueFile)).one()
    address = f"/indicator-value-files/{file.id}"
    office = sign_in("office1")
    for reader, shown in (
        (office, f"/plans/{plan.id}/indicators/verify"),
        (office, f"/indicators/{row.indicator.id}"),
        (town, f"/plans/{plan.id}/indicators/fill?year=2021"),
    ):
        assert f'href="{address}"' in reader.get(shown).get_data(as_text=True)
    answer = office.get(address)
    assert answer.data == PDF
    assert NAME in unquote(answer.headers["Content-Disposition"])
    assert sign_in("leader").get(address).status_code == 200
    logged = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "indicator.attach")).one()
    assert (NAME in logged.subject, logged.after["sha256"]) == (True, file.sha256)


def test_who_may_not_read_the_figure_gets_no_file(
    town: FlaskClient, row: Row, plan: Plan, world: World, sign_in: SignIn
) -> None:
    save(town, row, "62.5", added=seals(keep(town, row, (PDF, NAME)).get_data(as_text=True)))
    number = db.session.scalars(sa.select(IndicatorValueFile.id)).one()
    refused = [sign_in(login).get(f"/indicator-value-files/{number}").status_code for login in ("finance", "health")]
    assert refused == [404, 403]
    assert sign_in("stranger").post(f"/plans/{plan.id}/indicators/files", data={}).status_code == 404
    assert sign_in("office1").post(f"/plans/{plan.id}/indicators/files", data={}).status_code == 403


def test_a_new_version_takes_the_files_along_that_are_ticked_and_the_old_one_keeps_its_own(
    town: FlaskClient, row: Row
) -> None:
    page = keep(town, row, (PDF, NAME), (PDF + b"\n", "底册.pdf")).get_data(as_text=True)
    save(town, row, "62.5", added=seals(page))
    first, second = db.session.scalars(sa.select(IndicatorValueFile.id).order_by(IndicatorValueFile.id)).all()
    save(town, row, "62.5", seen=1, shown=[first, second], keep=[first, second])
    assert versions() == [[NAME, "底册.pdf"]]
    again = keep(town, row, (PDF, "同一份.pdf"), (PDF + b"\n\n", "新.pdf")).get_data(as_text=True)
    save(town, row, "62.5", seen=1, shown=[first, second], keep=[first], added=seals(again))
    assert versions() == [[NAME, "底册.pdf"], [NAME, "新.pdf"]]
    was, now = (db.session.scalars(sa.select(IndicatorValue).order_by(IndicatorValue.number))).all()
    assert now.files[0].added_at == was.files[0].added_at
    save(town, row, "63", seen=2)
    assert versions()[-1] == [NAME, "新.pdf"]


def test_a_file_that_is_not_taken_says_so_and_the_others_and_the_words_stay(
    town: FlaskClient, row: Row, app: Flask
) -> None:
    answer = keep(town, row, (b"PK\x05\x06" + bytes(18), "包.zip"), (PDF, NAME))
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "没有收下“包.zip”。压缩包不能直接查看" in page, len(seals(page))) == (422, True, 1)
    app.config["TRACKER_EVIDENCE_MB"] = 0
    assert "超过 0 MB，请压缩后重传" in keep(town, row, (PDF, NAME)).get_data(as_text=True)
    app.config["TRACKER_EVIDENCE_MB"] = 50
    both = [(BytesIO(b"<html><script>"), "坏.jpg"), (BytesIO(PDF + b"\n"), "好.pdf")]
    page = save(town, row, "62.5", file=both, added=seals(page)).get_data(as_text=True)
    assert ("没有收下“坏.jpg”" in page, 'value="62.5"' in page, len(seals(page)), versions()) == (True, True, 2, [])
    save(town, row, "62.5", added=seals(page))
    assert versions() == [[NAME, "好.pdf"]]


def test_a_file_without_its_figure_is_asked_for_it(town: FlaskClient, row: Row) -> None:
    page = keep(town, row, (PDF, NAME)).get_data(as_text=True)
    answer = save(town, row, "", added=seals(page))
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "依据和材料随数一起报" in page, len(seals(page))) == (422, True, 1)


def test_a_file_kept_for_one_person_is_not_another_s(town: FlaskClient, row: Row, sign_in: SignIn) -> None:
    page = keep(sign_in("stranger"), row, (PDF, NAME)).get_data(as_text=True)
    for seal in (*seals(page), "made.up"):
        answer = save(town, row, "62.5", added=[seal])
        assert (answer.status_code, LOST in answer.get_data(as_text=True)) == (422, True)
    assert versions() == []


def test_a_file_that_is_gone_says_so(town: FlaskClient, row: Row, app: Flask) -> None:
    save(town, row, "62.5", added=seals(keep(town, row, (PDF, NAME)).get_data(as_text=True)))
    file = db.session.scalars(sa.select(IndicatorValueFile)).one()
    next(files_folder(app.config["DATA_FOLDER"]).glob(f"??/??/{file.sha256}")).unlink()
    answer = town.get(f"/indicator-value-files/{file.id}")
    assert (answer.status_code, "这份材料的文件不在存储里" in answer.get_data(as_text=True)) == (404, True)


def test_the_tables_of_files_come_and_go_and_the_figures_stay(town: FlaskClient, row: Row, plan: Plan) -> None:
    save(town, row, "62.5", added=seals(keep(town, row, (PDF, NAME)).get_data(as_text=True)))
    db.session.remove()
    downgrade(revision="0012")
    assert not {"indicator_value_file", "value_reminder"} & set(sa.inspect(db.engine).get_table_names())
    upgrade()
    assert versions() == [[]]


def test_files_cost_no_statement_of_their_own(
    town: FlaskClient, row: Row, plan: Plan, world: World, sign_in: SignIn
) -> None:
    report(world, plan, XIONGKOU, "xiongkou", "61")
    office = sign_in("office1")
    pages = [
        (town, f"/plans/{plan.id}/indicators/fill?year=2021"),
        (office, f"/plans/{plan.id}/indicators/verify"),
        (office, f"/indicators/{row.indicator.id}"),
    ]
    counts: list[list[int]] = []
    for turn in range(3):
        counts.append([])
        for client, address in pages:
            with count_statements() as sent:
                assert client.get(address).status_code == 200
            counts[-1].append(len(sent))
        page = keep(town, row, (PDF + b"\n" * turn, f"{turn}.pdf")).get_data(as_text=True)
        assert save(town, row, "62.5", seen=turn + 1, added=seals(page)).status_code == 303
    assert counts[1] == counts[2]
