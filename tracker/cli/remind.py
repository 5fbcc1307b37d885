"""``tracker remind``: one run of the reminders, sending included."""

from __future__ import annotations

from datetime import date, datetime

import click

from tracker.cli._application import application


@click.command("remind")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day to run it for; else the business day.")
@click.option("--dry-run", is_flag=True, help="Only print who would get what.")
@click.option("--lines", is_flag=True, help="Print each item too, and not only how many.")
def remind_command(today: datetime | None, dry_run: bool, lines: bool) -> None:
    """Write the day's reminders and send what waits. Example: tracker remind --today 2021-10-26 --dry-run"""
    with application():
        from tracker import clock

        day = today.date() if today else clock.today()
        _rehearse(day, lines)
        if not dry_run:
            _run(day)


def _rehearse(day: date, lines: bool) -> None:
    """Print who gets how much, one line a person, and with ``lines`` one for each item."""
    from tracker.reminders.actions import open_plans
    from tracker.reminders.digest import line_of
    from tracker.reminders.queries import rehearsal

    for plan in open_plans(day):
        digests = rehearsal(plan, day)
        click.echo(f"{plan.short_title}  {day}：{len(digests)} 人")
        for digest in digests:
            values = f"，其中指标值 {digest.values} 项" if digest.values else ""
            channels = "、".join(digest.channels)
            click.echo(f"  {digest.name}\t{digest.post}\t{len(digest.entries)} 项{values}\t{channels}")
            for entry in digest.entries if lines else ():
                click.echo(f"    {line_of(entry, day)}")


def _run(day: date) -> None:
    from tracker.jobs.runner import run
    from tracker.jobs.sending import send_pending
    from tracker.jobs.table import JOBS
    from tracker.workdays import state_council

    counts = dict(run(JOBS["remind"], day))
    if state_council().is_workday(day):
        counts |= send_pending(at_any_hour=True)
    else:
        click.echo(f"{day} 是休息日，不发出；顺延到下一个工作日。")
    click.echo("  ".join(f"{key} {count}" for key, count in counts.items()))
