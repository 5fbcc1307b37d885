"""``tracker settings``: what can be set, and what is."""

from __future__ import annotations

import os

import click

from tracker.config import SETTINGS, read_settings


@click.command("settings")
def settings_command() -> None:
    """List every setting with its value and what it does; secrets are hidden. Example: tracker settings"""
    values = read_settings(os.environ)
    for setting in SETTINGS:
        value = "(hidden)" if setting.secret and values[setting.name] else values[setting.name]
        origin = "set" if os.environ.get(setting.name, "").strip() else "default"
        click.echo(f"{setting.name}={value}  [{origin}]\n    {setting.about}")
