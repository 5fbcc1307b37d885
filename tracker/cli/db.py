"""``tracker db``: the shape of the database."""

from __future__ import annotations

import click

from tracker.cli._application import application


@click.group("db")
def db_command() -> None:
    """Bring the database up to this version, or back. Example: tracker db upgrade"""


@db_command.command("upgrade")
@click.argument("revision", default="head")
def upgrade_command(revision: str) -> None:
    """Run the migrations up to REVISION, under a lock. Example: tracker db upgrade"""
    from flask_migrate import upgrade

    with application():
        upgrade(revision=revision)


@db_command.command("downgrade")
@click.argument("revision")
def downgrade_command(revision: str) -> None:
    """Undo the migrations down to REVISION; make a backup first. Example: tracker db downgrade 0001"""
    from flask_migrate import downgrade

    with application():
        downgrade(revision=revision)


@db_command.command("current")
def current_command() -> None:
    """Print the revision the database is at. Example: tracker db current"""
    from flask_migrate import current

    with application():
        current()
