"""``tracker demo``: the demo's people, units and day."""

from __future__ import annotations

from datetime import date, datetime

import click

from tracker.cli._application import application
from tracker.cli._rows import read_rows
from tracker.config import bundled

FULL_DAY, EMPTY_DAY = date(2021, 10, 26), date(2021, 7, 1)
SINCE = date(2021, 1, 1)
"""From when the demo's people hold their posts and its groups have their members."""
LEFT_OUT = {"市爱卫会成员单位", "市政务服务和大数据管理局", "市机关事务服务中心"}
"""Units that the empty demo does not know, so that there is something to resolve at the import."""


@click.group("demo")
def demo_command() -> None:
    """Load invented people and reports to try the program with. Example: tracker demo load --empty"""


@demo_command.command("load")
@click.option("--empty", is_flag=True, help="People and units only, business day 2021-07-01: import the plan by hand.")
def load_command(empty: bool) -> None:
    """Fill an empty database with the demo; does nothing where it is. Example: tracker demo load"""
    with application():
        from tracker import clock
        from tracker.accounts.demo import is_loaded
        from tracker.extensions import commit

        if is_loaded():
            click.echo("The demo is there already.")
            return
        clock.fix_day(EMPTY_DAY if empty else FULL_DAY)
        load_people(LEFT_OUT if empty else set())
        commit()
        if not empty:
            from tracker.cli._story import bring_in_plan, tell

            click.echo("Bringing in the plan and living through July to October 2021, some ten seconds …")
            plan = bring_in_plan()
            click.echo(f"{plan.title}: {tell(plan)} invented reports.")
        click.echo(f"The demo is loaded; its business day is {clock.today()}.")


def load_people(left_out: set[str]) -> None:
    """Units and people of seed/, but for the units ``left_out``."""
    from tracker.accounts import lists as people
    from tracker.accounts.demo import DEMO_PASSWORD
    from tracker.accounts.passwords import hash_password
    from tracker.units import lists as units

    rows = read_rows(bundled("seed") / "units.csv", units.COLUMNS)
    units.import_units([row for row in rows if row["单位"] not in left_out], SINCE, None)
    shared = hash_password(DEMO_PASSWORD)
    people.import_people(read_rows(bundled("seed") / "people.csv", people.COLUMNS), None, SINCE, hashed=shared)


@demo_command.command("day")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]), required=False)
def day_command(day: datetime | None) -> None:
    """Fix the business day at DAY, or let the calendar run again. Example: tracker demo day 2021-11-01"""
    with application():
        from tracker import clock
        from tracker.jobs.runner import run
        from tracker.jobs.table import JOBS

        clock.fix_day(day.date() if day else None)
        for night in ("derive", "standings"):
            run(JOBS[night])
    click.echo(f"The business day is {clock.today()}.")
