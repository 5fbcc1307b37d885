"""`tracker backup` and `tracker restore`: what was there comes back, whole, on either database."""

from __future__ import annotations

import json
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from zipfile import ZipFile

import pytest

from tests.cli.conftest import Run
from tests.conftest import make_app
from tests.world import OFFICE
from tracker.backups import open_backup, read_manifest
from tracker.config import files_folder
from tracker.extensions import commit, db, file_store
from tracker.storage import LocalStore
from tracker.units.actions import add_unit
from tracker.units.queries import unit_by_name
from tracker.units.rules import UnitKind


@pytest.fixture
def filled(database: str, place, run: Run) -> Path:
    """The world with one file in the store."""
    folder = place(database, "data")
    run("init", "--no-people")
    with make_app(database, folder).app_context():
        file_store().put(BytesIO(b"evidence"))
    return folder


def rows_of(backup: Path) -> dict[str, list[dict]]:
    with ZipFile(backup) as archive:
        names = [name for name in archive.namelist() if name.startswith("tables/")]
        return {name: [json.loads(line) for line in archive.read(name).splitlines()] for name in names}


def test_what_was_there_comes_back(filled: Path, empty_database: str, place, run: Run, tmp_path: Path) -> None:
    """Also from SQLite to PostgreSQL and back."""
    run("backup", str(tmp_path / "first.zip"))
    folder = place(empty_database, "elsewhere")
    run("restore", str(tmp_path / "first.zip"))
    run("backup", str(tmp_path / "second.zip"))
    first, second = rows_of(tmp_path / "first.zip"), rows_of(tmp_path / "second.zip")
    assert first == second
    assert len(first["tables/person.jsonl"]) == 13
    assert LocalStore(files_folder(folder)).open(sha256(b"evidence").hexdigest()).read() == b"evidence"
    assert "holds" in run("audit", "verify").output


def test_numbers_go_on_after_a_restore(filled: Path, empty_database: str, place, run: Run, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "a.zip"))
    place(empty_database, "elsewhere")
    run("restore", str(tmp_path / "a.zip"))
    run("user", "add", "new", "新人", "--role", "leader")
    assert "new" in run("user", "list").output
    assert "holds" in run("audit", "verify").output


def test_links_to_rows_further_down_come_back(
    filled: Path, database: str, empty_database, place, run, tmp_path
) -> None:
    with make_app(database, filled).app_context():
        first, last = unit_by_name(OFFICE), add_unit("市委办", UnitKind.DEPARTMENT, None)
        first.parent = last
        commit()
        db.session.remove()
        db.engine.dispose()
    run("backup", str(tmp_path / "a.zip"))
    place(empty_database, "elsewhere")
    run("restore", str(tmp_path / "a.zip"))
    run("backup", str(tmp_path / "b.zip"))
    assert rows_of(tmp_path / "a.zip") == rows_of(tmp_path / "b.zip")


def test_a_backup_taken_while_people_work_is_one_moment(filled: Path, database: str, run: Run, tmp_path: Path) -> None:
    """The writer adds a unit and the row of the log in one transaction: a backup has both or neither."""
    app, stop, written = make_app(database, filled), Event(), []

    def work() -> None:
        with app.app_context():
            while not stop.is_set():
                written.append(add_unit(f"新单位{len(written)}", UnitKind.DEPARTMENT, None).name)
                commit()
            db.session.remove()
            db.engine.dispose()

    worker = Thread(target=work)
    worker.start()
    try:
        for number in range(3):
            run("backup", str(tmp_path / f"{number}.zip"))
    finally:
        stop.set()
        worker.join()
    assert len(written) > 3
    sizes = []
    for number in range(3):
        rows = rows_of(tmp_path / f"{number}.zip")
        units = {row["id"] for row in rows["tables/unit.jsonl"]}
        logged = {row["subject_id"] for row in rows["tables/audit_event.jsonl"] if row["action"] == "unit.add"}
        assert units == logged
        sizes.append(len(units))
    assert sizes == sorted(sizes)


def test_a_filled_database_is_not_overwritten_unless_told(filled: Path, run: Run, tmp_path: Path) -> None:
    backup = str(tmp_path / "a.zip")
    run("backup", backup)
    run("user", "add", "later", "后来", "--role", "leader")
    assert "--replace" in run("restore", backup, fails=True).output
    assert "later" in run("user", "list").output
    run("restore", backup, "--replace")
    assert "later" not in run("user", "list").output
    (kept,) = filled.glob("before-restore-*.zip")
    run("restore", str(kept), "--replace")
    assert "later" in run("user", "list").output


@pytest.mark.parametrize("member", ["tables/person.jsonl", "files/", "manifest.json"])
def test_a_changed_backup_is_refused_before_anything_is_touched(
    filled: Path, run: Run, tmp_path: Path, member: str
) -> None:
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    run("backup", str(good))
    with ZipFile(good) as source, ZipFile(bad, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[:-3] + b"X" + content[-2:] if name.startswith(member) else content)
    assert "什么也没有改动" in run("restore", str(bad), "--replace", fails=True).output
    assert "office1" in run("user", "list").output


def test_what_is_no_backup_is_refused(filled: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.zip").write_bytes(b"dear sirs")
    assert "不是 tracker 的备份" in run("restore", str(tmp_path / "letter.zip"), fails=True).output


def test_the_key_is_in_it_only_when_asked_for(filled: Path, run: Run, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "without.zip"))
    run("backup", "--with-key", str(tmp_path / "with.zip"))
    key = (filled / "secret.key").read_bytes()
    for name, expected in (("without.zip", False), ("with.zip", True)):
        with open_backup(tmp_path / name) as archive:
            assert ("secret.key" in read_manifest(archive).sha256) is expected
            assert (key in b"".join(archive.read(member) for member in archive.namelist())) is expected


def test_a_backup_never_overwrites_a_file(filled: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("mine")
    run("backup", str(tmp_path / "a.zip"), fails=True)
    assert (tmp_path / "a.zip").read_text() == "mine"
