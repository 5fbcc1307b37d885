"""People and units out of a spreadsheet: all of it or nothing, and a sentence for every row that cannot be taken."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.cli.conftest import Run
from tests.world import FINANCE, HEALTH
from tracker.accounts.lists import COLUMNS

GOOD = [
    ("张一", "zhang1", HEALTH, "填报人", "z@example.test", "0728-1"),
    ("李二", "li2", HEALTH, "单位负责人", "", ""),
    ("李二", "li2", FINANCE, "填报人", "", ""),
    ("冯三", "feng3", "", "领导", "", ""),
]


@pytest.fixture
def office(database: str, place, run: Run) -> Path:
    folder = place(database, "data")
    run("init", "--no-people")
    return folder


def as_xlsx(file: Path, rows: list[tuple[str, ...]]) -> Path:
    book = Workbook()
    for row in [("人员名单",), COLUMNS, *rows]:
        book.worksheets[0].append(row)
    book.save(file)
    return file


def as_csv(file: Path, rows: list[tuple[str, ...]], encoding: str) -> Path:
    with file.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([COLUMNS, *rows])
    return file


@pytest.mark.parametrize("encoding", ["xlsx", "utf-8-sig", "gb18030"])
def test_a_list_of_people_becomes_accounts_with_posts(office: Path, run: Run, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / ("people.xlsx" if encoding == "xlsx" else "people.csv")
    as_xlsx(file, GOOD) if encoding == "xlsx" else as_csv(file, GOOD, encoding)
    run("user", "import", str(file))
    people = {line.split()[0]: line.split()[-1] for line in run("user", "list").output.splitlines()}
    assert people["zhang1"] == "市卫生健康委填报人"
    assert people["li2"] == "市卫生健康委单位负责人，市财政局填报人"
    handed_out = tmp_path / "people-first-passwords.csv"
    assert handed_out.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(handed_out.open(encoding="utf-8-sig")))
    assert [row["登录名"] for row in rows] == ["zhang1", "li2", "feng3"]
    assert all(len(row["初始密码"]) == 11 for row in rows)


def test_every_bad_row_is_named_and_nobody_comes_in(office: Path, run: Run, tmp_path: Path) -> None:
    bad = [
        *GOOD,
        ("赵四", "zhao4", "市卫健局", "填报人", "", ""),
        ("钱五", "qian5", HEALTH, "科长", "", ""),
        ("孙六", "office1", HEALTH, "填报人", "", ""),
        ("周七", "zhang1", HEALTH, "填报人", "", ""),
        ("吴八", "wu8", "", "填报人", "", ""),
        ("", "zheng9", HEALTH, "填报人", "", ""),
    ]
    before = run("user", "list").output
    said = run("user", "import", str(as_xlsx(tmp_path / "people.xlsx", bad)), fails=True).output
    for sentence in (
        "第6行：单位“市卫健局”不在名册里",
        "第7行：岗位“科长”不认识",
        "第8行：登录名“office1”已经有人用了",
        "第9行：登录名“zhang1”前面已给了张一",
        "第10行：填报人要选单位",
        "第11行：登录名和姓名都要填",
        "一个人也没有导入",
    ):
        assert sentence in said
    assert run("user", "list").output == before
    assert not (tmp_path / "people-first-passwords.csv").exists()


def test_a_sheet_without_the_head_says_what_it_needs(office: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("名字,电话\n张一,1\n", encoding="utf-8")
    assert "姓名、登录名、单位、岗位" in run("user", "import", str(tmp_path / "a.csv"), fails=True).output


def test_a_damaged_workbook_says_so(office: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK not really")
    assert "打不开" in run("user", "import", str(tmp_path / "a.xlsx"), fails=True).output


def test_passwords_that_were_not_handed_out_are_not_overwritten(office: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "people-first-passwords.csv").write_text("old")
    run("user", "import", str(as_xlsx(tmp_path / "people.xlsx", GOOD)), fails=True)
    assert (tmp_path / "people-first-passwords.csv").read_text() == "old"
    assert "zhang1" not in run("user", "list").output


def test_a_reset_gives_a_new_first_password(office: Path, run: Run) -> None:
    assert "first password" in run("user", "reset", "OFFICE1").output
    assert "没有登录名" in run("user", "reset", "nobody", fails=True).output


def test_units_come_in_with_kinds_aliases_and_groups(office: Path, run: Run, tmp_path: Path) -> None:
    rows = "单位,类型,别名,群体,说明\n市体育局,部门,市文体局；体育局,市直各部门；新群体,\n新群体,群体,,,后面登记的\n"
    (tmp_path / "units.csv").write_text(rows, encoding="utf-8")
    assert "2 units" in run("units", "import", str(tmp_path / "units.csv")).output


def test_a_bad_unit_keeps_all_out(office: Path, run: Run, tmp_path: Path) -> None:
    rows = f"单位,类型,别名,群体,说明\n市体育局,部门,,,\n市旅游局,局,,,\n市侨办,部门,,没有的群体,\n{HEALTH},部门,,,\n"
    (tmp_path / "units.csv").write_text(rows, encoding="utf-8")
    said = run("units", "import", str(tmp_path / "units.csv"), fails=True).output
    for sentence in ("第3行：类型“局”不认识", "第4行：群体“没有的群体”不在名册里", "第5行：“市卫生健康委”已在名册里"):
        assert sentence in said
    run("user", "add", "new", "新人", "--role", "reporter", "--unit", "市体育局", fails=True)
