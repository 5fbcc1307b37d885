"""``tracker user``: people from the machine itself, for the first ones and for when nobody can sign in."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli._application import application
from tracker.cli._rows import read_rows
from tracker.errors import NotFound
from tracker.permissions import ROLE_NAMES, Role

if TYPE_CHECKING:
    from tracker.accounts.lists import NewPerson
    from tracker.accounts.models import Person


@click.group("user")
def user_command() -> None:
    """Add people, list them, give a new password. Example: tracker user list"""


@user_command.command("add")
@click.argument("login")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What the post may do.")
@click.option("--unit", default="", help="Name of the unit, where the role has one.")
@click.option("--email", default="")
@click.option("--phone", default="")
def add_command(login: str, name: str, role: str, unit: str, email: str, phone: str) -> None:
    """Add one person with a post; prints the first password once.

    Example: tracker user add zhang 张小兰 --role reporter --unit 市卫生健康委
    """
    row = {"登录名": login, "姓名": name, "单位": unit, "岗位": ROLE_NAMES[Role(role)], "邮箱": email, "电话": phone}
    with application():
        for new in _import([row]):
            click.echo(f"{new.name}  login {new.login}  first password {new.password}")


@user_command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_command(file: Path) -> None:
    """Add the people of FILE (.xlsx or .csv; columns 姓名 登录名 单位 岗位 邮箱 电话), all or none.

    The first passwords are written once into a file beside it. Example: tracker user import people.xlsx
    """
    with application():
        from tracker.accounts.lists import COLUMNS

        handed_out = file.with_name(f"{file.stem}-first-passwords.csv")
        if handed_out.exists():
            raise click.ClickException(f"{handed_out} is there already: hand it out or move it away first.")
        new = _import(read_rows(file, COLUMNS))
        _write(handed_out, new)
        click.echo(f"{len(new)} people can sign in. Their first passwords are in {handed_out}: hand out, then delete.")


def _import(rows: list[dict[str, str]]) -> list[NewPerson]:
    from tracker import clock
    from tracker.accounts.lists import import_people
    from tracker.extensions import commit

    new = import_people(rows, None, clock.today())
    commit()
    return new


def _write(file: Path, people: list[NewPerson]) -> None:
    """Readable by its owner alone, and by Excel."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["单位", "岗位", "姓名", "登录名", "初始密码"])
        writer.writerows([one.unit, one.post, one.name, one.login, one.password] for one in people)


@user_command.command("list")
def list_command() -> None:
    """Print everybody with their posts. Example: tracker user list"""
    with application():
        from tracker.accounts.queries import people

        for person in people():
            ended = f"  （{person.ended_on} 停用）" if person.ended_on else ""
            click.echo(f"{person.login:16}{person.name}  {_posts(person)}{ended}")


def _posts(person: Person) -> str:
    return "，".join(
        f"{post.unit.name if post.unit else ''}{ROLE_NAMES[post.role]}" for post in person.posts if not post.until_on
    )


@user_command.command("reset")
@click.argument("login")
def reset_command(login: str) -> None:
    """Give LOGIN a new first password and end the person's logins. Example: tracker user reset zhang"""
    with application():
        from tracker.accounts.actions import reset_password
        from tracker.accounts.queries import person_by_login
        from tracker.extensions import commit

        person = person_by_login(login)
        if person is None:
            raise NotFound(f"没有登录名“{login}”。tracker user list 列出所有人。")
        first = reset_password(person, None)
        commit()
        click.echo(f"{person.name}  login {person.login}  first password {first}")
