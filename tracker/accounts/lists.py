"""A list of people, as an office keeps it in a spreadsheet, into accounts and posts: all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.accounts.actions import add_person, first_password, give_post
from tracker.accounts.models import Person
from tracker.errors import Invalid
from tracker.permissions import ROLE_NAMES, Actor, Role
from tracker.units.models import Unit
from tracker.units.queries import register, unit_by_id
from tracker.units.rules import resolve

COLUMNS = ("姓名", "登录名", "单位", "岗位", "邮箱", "电话")
ROLES = {name: role for role, name in ROLE_NAMES.items()}


@dataclass(frozen=True)
class NewPerson:
    """Somebody who was let in. ``password`` is readable here and nowhere else."""

    name: str
    login: str
    unit: str
    post: str
    password: str


def import_people(
    rows: Sequence[Mapping[str, str]], actor: Actor | None, today: date, *, hashed: str = ""
) -> list[NewPerson]:
    """Accounts and posts for ``rows`` of COLUMNS; a login on several rows is one person with several posts.

    ``hashed``: one password hash for all, kept by them, instead of a first password each. Raises Invalid with a
    sentence for every row that cannot be taken; the caller then commits nothing.
    """
    added: dict[str, Person] = {}
    new, problems = [], []
    for number, row in enumerate(rows, start=2):  # row 1 of the sheet is its head
        try:
            new += _import_row({name: row.get(name, "").strip() for name in COLUMNS}, added, actor, today, hashed)
        except Invalid as refusal:
            problems.append(f"第{number}行：{refusal}")
    if problems:
        raise Invalid("\n".join([*problems, "一个人也没有导入。请改好后重新导入整张表。"]))
    return new


def _import_row(
    row: Mapping[str, str], added: dict[str, Person], actor: Actor | None, today: date, hashed: str
) -> list[NewPerson]:
    role, unit, login = _role(row["岗位"]), _unit(row["单位"], today), row["登录名"].lower()
    known = added.get(login)
    if known is not None:
        if known.name != row["姓名"]:
            raise Invalid(f"登录名“{login}”前面已给了{known.name}，请换一个。")
        give_post(known, role, unit, today, actor)
        return []
    password = "" if hashed else first_password()
    person = add_person(
        login, row["姓名"], password, actor, email=row["邮箱"], phone=row["电话"], must_change=not hashed, hashed=hashed
    )
    added[login] = person
    give_post(person, role, unit, today, actor)
    return [NewPerson(person.name, login, row["单位"], row["岗位"], password)]


def _role(name: str) -> Role:
    if name not in ROLES:
        raise Invalid(f"岗位“{name}”不认识，请填{'、'.join(ROLES)}之一。")
    return ROLES[name]


def _unit(name: str, today: date) -> Unit | None:
    if not name:
        return None
    found = resolve(name, register(), today)
    if len(found) != 1:
        raise Invalid(
            f"单位“{name}”不在名册里，请先在单位名册登记，或改成名册里的名称。"
            if not found
            else f"单位“{name}”对得上几家，请写全称。"
        )
    return unit_by_id(found.pop())
