"""``tracker parse FILE``: a document as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import click

from tracker.errors import Invalid
from tracker.importing.parse import Part, parse


def _part(context: click.Context, parameter: click.Parameter, value: str | None) -> Part:
    if value is None or value == "all":
        return "all" if value else None
    if not value.isdecimal():
        raise click.BadParameter("写部分的序号（1、2……），或 all。")
    return int(value)


@click.command("parse")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--part", callback=_part, help="The number of another part, or all.")
def parse_command(file: Path, part: Part) -> None:
    """Print what the importer reads in FILE, as JSON. Example: tracker parse 323通知.docx --part 1"""
    try:
        content = file.read_bytes()
        printed = parse(content, file.name, part)
    except OSError as error:
        refuse(f"打不开文件 {file}：{error.strerror}。请检查路径。")
    except Invalid as refusal:
        refuse(str(refusal))
    click.echo(json.dumps(printed, ensure_ascii=False, indent=2).encode())


def refuse(sentence: str) -> NoReturn:
    """One line on standard error, exit code 2, nothing else."""
    click.echo(" ".join(sentence.split()), err=True)
    raise SystemExit(2)
