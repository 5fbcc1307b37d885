"""``tracker run``: one web server and one scheduler, on one machine."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

import click

from tracker.cli._application import application

if TYPE_CHECKING:
    from flask import Flask


@click.command("run")
@click.option("--scheduler/--no-scheduler", default=True, help="Whether the scheduled jobs run here too.")
def run_command(scheduler: bool) -> None:
    """Serve the pages and run the scheduled jobs until stopped with Ctrl+C. Example: PORT=9000 tracker run

    Run it once a machine: of several web servers, start one with the scheduler and the others with --no-scheduler.
    """
    import waitress

    with application() as app:
        _refuse_old_database()
        host, port = app.config["HOST"], app.config["PORT"]
        try:
            server = waitress.create_server(app, host=host, port=port, threads=app.config["TRACKER_THREADS"])
        except OSError as error:
            raise click.ClickException(
                f"Cannot listen on {host}:{port} ({error.strerror}): try another PORT."
            ) from error
        if scheduler:
            _start_scheduler(app)
        click.echo(f"tracker: http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/  (Ctrl+C stops it)")  # noqa: S104
        if app.config["TRACKER_DEMO"]:
            _print_demo_people()
    server.run()


def _start_scheduler(app: Flask) -> None:
    """A thread of this process: it starts and ends with the server, so there is exactly one."""
    from tracker.jobs.scheduler import run_forever

    Thread(target=run_forever, args=(app,), name="scheduler", daemon=True).start()


def _refuse_old_database() -> None:
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    from tracker.config import bundled
    from tracker.extensions import db

    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != ScriptDirectory(str(bundled("migrations"))).get_current_head():
        raise click.ClickException("The database is not of this version: run `tracker init` first.")


def _print_demo_people() -> None:
    from tracker.accounts.demo import DEMO_PASSWORD, demo_people
    from tracker.permissions import ROLE_NAMES

    click.echo(f"Demo people, all with the password {DEMO_PASSWORD}:")
    for person in demo_people():
        posts = "，".join(f"{post.unit.name if post.unit else ''} {ROLE_NAMES[post.role]}" for post in person.posts)
        click.echo(f"  {person.login:14}{person.name}  {posts}")
