"""``tracker remind``: one run of the reminders, sending included."""

from __future__ import annotations

from datetime import date, datetime

import click

from tracker.cli._application import application


@click.command("remind")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day to run it for; else the business day.")
@click.option("--dry-run", is_flag=True, help="Only print who would get what.")
def remind_command(today: datetime | None, dry_run: bool) -> None:
    """Write the day's reminders and send what waits. Example: tracker remind --today 2021-10-26 --dry-run"""
    with application():
        from tracker import clock

        day = today.date() if today else clock.today()
        _rehearse(day)
        if not dry_run:
            _run(day)


def _rehearse(day: date) -> None:
    """Print who gets how much, one line a person."""
    from tracker.reminders.actions import open_plans
    from tracker.reminders.queries import rehearsal

    for plan in open_plans(day):
        digests = rehearsal(plan, day)
        click.echo(f"{plan.short_title}  {day}：{len(digests)} 人")
        for digest in digests:
            click.echo(f"  {digest.name}\t{digest.post}\t{len(digest.entries)} 项\t{'、'.join(digest.channels)}")


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
