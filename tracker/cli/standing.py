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
    """Compare every kept standing, and the counts kept of past days, with what the facts say; exit 1 where one differs.

    Example: tracker standing check
    """
    from tracker import clock
    from tracker.ledger.days import differing_days
    from tracker.ledger.keeping import differing

    with application():
        found = [f"task {task_id}: {name}" for task_id, name in differing(clock.today())]
        found += [f"plan {plan_id}: {day}" for plan_id, day in differing_days()]
    for line in found:
        click.echo(line)
    if found:
        raise click.ClickException(f"{len(found)} 处与事实不符。请运行 tracker standing refresh 重新计算。")
    click.echo("全部一致。")


@standing_command.command()
def refresh() -> None:
    """Work out every task's standing again and keep it; the counts of past days are worked out when they are needed.

    Example: tracker standing refresh
    """
    import sqlalchemy as sa

    from tracker import clock
    from tracker.extensions import commit, db
    from tracker.ledger import days, keeping
    from tracker.tasks.models import Task

    with application():
        count = keeping.refresh(db.session.scalars(sa.select(Task.id)), clock.today())
        days.forget_all()
        commit()
    click.echo(f"已重新计算 {count} 项。")
