"""``tracker init``: everything a first start needs."""

from __future__ import annotations

import os

import click

from tracker.cli._application import application
from tracker.config import data_folder, read_settings, secret_key


@click.command("init")
@click.option("--people/--no-people", default=True, help="Whether to make the first three administrators.")
def init_command(people: bool) -> None:
    """Make the data folder, the secret key, the database and the first three administrators.

    Safe to run again: what is there stays, and a database of an older version is brought up to this one.

    Example: tracker init
    """
    folder = data_folder(read_settings(os.environ))
    secret_key(folder, create=True)
    with application():
        from flask_migrate import upgrade

        upgrade()
        _presets()
        click.echo(f"The data are in {folder}.")
        if people:
            _first_people()


def _presets() -> None:
    """The schemes of scoring that come with the program."""
    import json

    from tracker.assessment.presets import load_presets
    from tracker.config import bundled
    from tracker.extensions import commit

    load_presets(json.loads((bundled("seed") / "schemes.json").read_text(encoding="utf-8")))
    commit()


def _first_people() -> None:
    from tracker.accounts.first import add_administrators
    from tracker.extensions import commit

    first = add_administrators()
    commit()
    for new in first:
        click.echo(f"{new.post}  login {new.login}  first password {new.password}")
    if first:
        click.echo("Write the passwords down: they are shown this once and changed at the first login.")
