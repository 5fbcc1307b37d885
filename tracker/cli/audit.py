"""``tracker audit``: the log and its chain."""

from __future__ import annotations

import click

from tracker.cli._application import application


@click.group("audit")
def audit_command() -> None:
    """Check the audit log. Example: tracker audit verify"""


@audit_command.command("verify")
def verify_command() -> None:
    """Say whether a row of the audit log is missing or was changed; exit code 1 then. Example: tracker audit verify"""
    with application():
        from tracker.audit.queries import broken_at, length

        broken = broken_at()
        if broken is not None:
            raise click.ClickException(f"The chain breaks at row {broken}: it is missing or was changed.")
        click.echo(f"The chain holds over {length()} rows.")
