"""`tracker standing`: the kept answers of the ledger, compared with their facts."""

from __future__ import annotations

import click

from tracker.cli._application import application


@click.group("standing")
def standing_command() -> None:
    """Look after the kept standings of tasks.

    Example: tracker standing check
    """


@standing_command.command()
def check() -> None:
    """Compare every kept standing with what its facts say today; exit 1 where one differs.

    Example: tracker standing check
    """
    from tracker import clock
    from tracker.ledger.keeping import differing

    with application():
        found = differing(clock.today())
    for task_id, name in found:
        click.echo(f"task {task_id}: {name}")
    if found:
        raise click.ClickException(f"{len(found)} 处与事实不符。请运行 tracker standing refresh 重新计算。")
    click.echo("全部一致。")


@standing_command.command()
def refresh() -> None:
    """Work out every task's standing again and keep it.

    Example: tracker standing refresh
    """
    import sqlalchemy as sa

    from tracker import clock
    from tracker.extensions import commit, db
    from tracker.ledger import keeping
    from tracker.tasks.models import Task

    with application():
        count = keeping.refresh(db.session.scalars(sa.select(Task.id)), clock.today())
        commit()
    click.echo(f"已重新计算 {count} 项。")
