"""Evidence: what is taken, what is refused in a sentence, who gets it, and in which clothes it leaves."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from tests.beginnings import beginning
from tests.plans import make_plan, owed_by
from tests.progress.test_unit_page import FETCH, SignIn, sign, submit, write
from tests.progress.test_verify import accept
from tests.statements import count_statements
from tests.world import FINANCE, HEALTH, World
from tracker.config import files_folder
from tracker.extensions import db
from tracker.files.keeping import clean_name
from tracker.obligations.models import Obligation
from tracker.plans.models import Plan
from tracker.progress.models import Evidence, Report
from tracker.storage import LocalStore

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (800, 600), "white").save(out, "JPEG")
    return out.getvalue()


@beginning
def plan(world: World, at: Callable[[date], None]) -> Plan:
    at(date(2021, 7, 20))
    return make_plan()


def upload(client: FlaskClient, owed: Obligation, name: str, content: bytes, **more: Any) -> TestResponse:
    data = {"file": (BytesIO(content), name), **more}
    return client.post(f"/obligations/{owed.id}/evidence", data=data, headers=FETCH)


def test_a_file_is_taken_and_given_back_under_its_chinese_name(sign_in: SignIn, plan: Plan) -> None:
    client, owed = sign_in("health"), owed_by(plan, HEALTH, "1")
    answer = upload(client, owed, "评审意见（终稿）.pdf", PDF)
    assert answer.status_code == 200
    assert "评审意见（终稿）.pdf" in answer.get_data(as_text=True)
    file = db.session.scalars(sa.select(Evidence)).one()
    back = client.get(f"/evidence/{file.id}")
    assert back.get_data() == PDF
    disposition = back.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "评审意见（终稿）.pdf" in unquote(disposition.split("filename*=UTF-8''")[1])
    assert back.headers["X-Content-Type-Options"] == "nosniff"
    assert back.headers["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\文件\\报告.pdf", "报告.pdf"),
        ("a\r\nX: y.pdf", "aX y.pdf"),
        ("骗\u202e人.pdf", "骗人.pdf"),
    ],
)
def test_a_path_in_the_name_is_left_out(sign_in: SignIn, plan: Plan, app: Flask, name: str, kept: str) -> None:
    assert clean_name(name) == kept
    client, owed = sign_in("health"), owed_by(plan, HEALTH, "1")
    upload(client, owed, name.replace("\r\n", ""), PDF)
    folder = files_folder(app.config["DATA_FOLDER"])
    file = db.session.scalars(sa.select(Evidence)).one()
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [file.sha256]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("现场.jpg", b"<html><script>alert(1)</script></html>", "内容不是图片、PDF 或 Office 文件"),
        (
            "扫描件.exe",
            b"MZ\x90\x00" + bytes(200),
            "没有收下“扫描件.exe”。内容不是图片、PDF 或 Office 文件",
        ),
        ("画.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "内容不是"),
        ("空.pdf", b"", "文件是空的"),
        ("材料.zip", b"PK\x05\x06" + bytes(18), "压缩包"),
    ],
)
def test_what_is_no_evidence_is_refused_with_a_sentence(
    sign_in: SignIn, plan: Plan, name: str, content: bytes, words: str
) -> None:
    answer = upload(sign_in("health"), owed_by(plan, HEALTH, "1"), name, content)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert db.session.scalar(sa.select(sa.func.count(Evidence.id))) == 0


def test_a_file_above_the_limit_is_refused_with_the_limit(sign_in: SignIn, plan: Plan, app: Flask) -> None:
    app.config["TRACKER_EVIDENCE_MB"] = 1
    answer = upload(sign_in("health"), owed_by(plan, HEALTH, "1"), "录像.pdf", PDF + bytes(2 << 20))
    assert answer.status_code == 422
    assert "超过 1 MB" in answer.get_data(as_text=True)


def test_a_full_disk_loses_nothing(sign_in: SignIn, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    client, owed = sign_in("health"), owed_by(plan, HEALTH, "1")
    write(client, owed)
    upload(client, owed, "先传的.pdf", PDF)

    def no_room(*anything: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(LocalStore, "_move_in", no_room)
    answer = upload(client, owed, "后传的.pdf", PDF + b"more")
    assert answer.status_code == 507
    assert "存储空间已满" in answer.get_data(as_text=True)
    monkeypatch.undo()
    db.session.expire_all()
    report = db.session.scalars(sa.select(Report)).one()
    assert [file.filename for file in report.evidence] == ["先传的.pdf"]
    assert report.progress
    assert client.get(f"/evidence/{report.evidence[0].id}").get_data() == PDF


def test_the_same_file_twice_is_one(sign_in: SignIn, plan: Plan) -> None:
    client, owed = sign_in("health"), owed_by(plan, HEALTH, "1")
    for _ in range(2):
        upload(client, owed, "意见.pdf", PDF)
    assert db.session.scalar(sa.select(sa.func.count(Evidence.id))) == 1


def test_uploading_does_not_hide_that_somebody_else_wrote(sign_in: SignIn, plan: Plan) -> None:
    client, owed = sign_in("health"), owed_by(plan, HEALTH, "1")
    write(client, owed)
    write(client, owed, seen=1, progress="又写。")
    answer = upload(client, owed, "意见.pdf", PDF, seen_version="1").get_data(as_text=True)
    assert 'data-version="1"' in answer
    answer = upload(client, owed, "另一份.pdf", PDF + b"2", seen_version="3").get_data(as_text=True)
    assert 'data-version="4"' in answer


def test_a_file_is_taken_off_until_it_is_sent_and_never_once_accepted(sign_in: SignIn, plan: Plan) -> None:
    client, owed = sign_in("health"), owed_by(plan, HEALTH, "1")
    write(client, owed)
    upload(client, owed, "甲.pdf", PDF)
    upload(client, owed, "乙.pdf", PDF + b"2")
    first, second = db.session.scalars(sa.select(Evidence).order_by(Evidence.id))
    assert client.post(f"/evidence/{first.id}/remove", headers=FETCH).status_code == 200
    submit(client, plan)
    assert client.post(f"/evidence/{second.id}/remove").status_code == 403
    assert upload(client, owed, "丙.pdf", PDF + b"3").status_code == 403
    sign(sign_in("health-head"), plan, [owed])
    report = db.session.scalars(sa.select(Report)).one()
    accept(sign_in("office1"), report.id)
    db.session.expire_all()
    assert second.frozen_at is not None
    assert "已固定" in client.post(f"/evidence/{second.id}/remove").get_data(as_text=True)
    assert first.removed_at is not None
    assert client.get(f"/evidence/{first.id}").status_code == 200, "what was taken off is kept"


def test_a_picture_has_a_small_one_drawn_anew(sign_in: SignIn, plan: Plan) -> None:
    client, owed = sign_in("health"), owed_by(plan, HEALTH, "1")
    upload(client, owed, "现场.jpg", picture())
    file = db.session.scalars(sa.select(Evidence)).one()
    small = client.get(f"/evidence/{file.id}/thumbnail")
    assert small.status_code == 200
    assert max(Image.open(BytesIO(small.get_data())).size) <= 320
    upload(client, owed, "意见.pdf", PDF)
    pdf = db.session.scalars(sa.select(Evidence).order_by(Evidence.id.desc())).first()
    assert pdf is not None
    assert client.get(f"/evidence/{pdf.id}/thumbnail").status_code == 404


@pytest.mark.parametrize(
    ("login", "status"),
    [
        ("health", 200),
        ("health-head", 200),
        ("finance", 200),  # a partner reads the lead's
        ("office1", 200),
        ("leader", 200),
        ("xiongkou", 403),
        ("stranger", 403),
        ("system", 403),
        ("security", 403),
        ("auditor", 403),
    ],
)
def test_only_who_may_read_the_report_gets_its_evidence(sign_in: SignIn, plan: Plan, login: str, status: int) -> None:
    upload(sign_in("health"), owed_by(plan, HEALTH, "1"), "意见.pdf", PDF)
    file = db.session.scalars(sa.select(Evidence)).one()
    assert sign_in(login).get(f"/evidence/{file.id}").status_code == status


def test_a_lead_reads_a_partners_evidence_and_a_partner_not_anothers(sign_in: SignIn, plan: Plan) -> None:
    upload(sign_in("finance"), owed_by(plan, FINANCE, "1"), "意见.pdf", PDF)
    file = db.session.scalars(sa.select(Evidence)).one()
    assert sign_in("health").get(f"/evidence/{file.id}").status_code == 200
    assert sign_in("stranger").get(f"/evidence/{file.id}").status_code == 403


def test_a_file_put_to_several_items_is_told_with_their_numbers(sign_in: SignIn, plan: Plan) -> None:
    client = sign_in("health")
    for no in ("1", "2"):
        assert upload(client, owed_by(plan, HEALTH, no), "纪要.pdf", PDF).status_code == 200
    address = f"/plans/{plan.id}/report"
    with count_statements() as sent:
        page = client.get(address).get_data(as_text=True)
    assert page.count("“纪要.pdf”用在第1项、第2项，请确认每项都用得上。") == 2
    assert len(sent) <= 12, sent
