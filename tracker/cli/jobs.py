"""``tracker jobs``: the scheduled work."""

from __future__ import annotations

from datetime import datetime

import click

from tracker.cli._application import application


@click.group("jobs")
def jobs_command() -> None:
    """Run the scheduled work, or look at it. Example: tracker jobs run"""


@jobs_command.command("run")
def run_command() -> None:
    """Run the scheduler until stopped: one process of its own, beside the web servers. Example: tracker jobs run"""
    from tracker.jobs.scheduler import run_forever

    with application() as app:
        run_forever(app)


@jobs_command.command("list")
def list_command() -> None:
    """List the jobs, when they run and what they last did. Example: tracker jobs list"""
    with application():
        from tracker.jobs.queries import runs
        from tracker.jobs.table import JOBS

        last = runs()
        for job in JOBS.values():
            run = last.get(job.name)
            done = f"{run.started_at:%Y-%m-%d %H:%M} {run.error or dict(run.counts)}" if run else "–"
            click.echo(f"{job.name:10} {job.schedule}  {job.about}  {done}")


@jobs_command.command("once")
@click.argument("name")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day to run it for; else the business day.")
def once_command(name: str, today: datetime | None) -> None:
    """Run the job NAME now, once. Example: tracker jobs once derive --today 2021-10-26"""
    with application():
        from tracker.jobs.runner import run
        from tracker.jobs.table import JOBS

        if name not in JOBS:
            raise click.BadParameter(f"没有 {name} 这个任务，有：{'、'.join(JOBS)}。")
        counts = run(JOBS[name], today.date() if today else None)
        click.echo("  ".join(f"{key} {count}" for key, count in counts.items()) or "ok")
