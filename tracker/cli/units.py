"""``tracker units``: the register from a spreadsheet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from tracker.cli._application import application
from tracker.cli._rows import read_rows


@click.group("units")
def units_command() -> None:
    """Fill the register of units. Example: tracker units import units.csv"""


@units_command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From when the members are in their groups.")
def import_command(file: Path, since: datetime | None) -> None:
    """Add the units of FILE (.csv or .xlsx; columns 单位 类型 别名 群体 说明), all or none.

    Example: tracker units import units.csv --since 2021-01-01
    """
    with application():
        from tracker import clock
        from tracker.extensions import commit
        from tracker.units.lists import COLUMNS, import_units

        added = import_units(read_rows(file, COLUMNS), since.date() if since else clock.today(), None)
        commit()
        click.echo(f"{len(added)} units are in the register.")
