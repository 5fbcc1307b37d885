"""The command line. Every file of this folder is one command: ``backup.py`` holds ``backup_command``, read when asked.

So `tracker parse` loads the importer and no web framework, and a new command needs no list to be changed.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules

import click

from tracker.config import BadSetting
from tracker.errors import TrackerError


class Commands(click.Group):
    """Finds a command by the name of its file; a refusal is one sentence, not a traceback."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(context):
            return None
        command: click.Command = getattr(import_module(f"{__name__}.{name}"), f"{name}_command")
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Each command with its whole sentence and example, not cut to the width of a column."""
        for name in self.list_commands(context):
            command = self.get_command(context, name)
            if command is not None:
                formatter.write_paragraph()
                formatter.write_text(f"{name}: {_one_line(command.help or '')}")

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except (BadSetting, TrackerError) as refusal:
            raise click.ClickException(str(refusal)) from refusal


def _one_line(text: str) -> str:
    return " ".join(text.replace("\b", "").split())


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tracker")
def tracker() -> None:
    """Responsibility ledger (责任台账): an action plan from the document to the checked result.

    Settings come from the environment; `tracker settings` lists them.
    """


def main() -> None:
    """The console script. Output is UTF-8 wherever it goes, on Windows too."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    tracker(prog_name="tracker")
