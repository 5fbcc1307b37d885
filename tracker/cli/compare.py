"""``tracker compare FILE``: the running text of a document against its table, as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tracker.cli.parse import refuse
from tracker.errors import Invalid
from tracker.importing.parse import compare


@click.command("compare")
@click.argument("file", type=click.Path(path_type=Path))
def compare_command(file: Path) -> None:
    """Print which duties and units stand in FILE's text and not in its table, and the other way round, as JSON.
    Example: tracker compare 323通知.docx"""
    try:
        printed = compare(file.read_bytes(), file.name)
    except OSError as error:
        refuse(f"打不开文件 {file}：{error.strerror}。请检查路径。")
    except Invalid as refusal:
        refuse(str(refusal))
    click.echo(json.dumps(printed, ensure_ascii=False, indent=2).encode())
