"""``tracker restore FILE``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import click

from tracker.cli._application import application
from tracker.config import bundled, data_folder, files_folder, read_settings, secret_key

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from tracker.backups import Manifest


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what is there; it is backed up into the data folder first.")
def restore_command(file: Path, replace: bool) -> None:
    """Put the backup FILE into an empty database, SQLite or PostgreSQL. Stop `tracker run` first.

    Example: tracker restore 2021-10-26.zip
    """
    from tracker.backups import load_files, open_backup, read_manifest

    with open_backup(file) as archive:
        manifest = read_manifest(archive)
        folder = data_folder(read_settings(os.environ))
        _put_key(archive, manifest, folder)
        with application():
            from tracker.extensions import db

            _refuse_newer(manifest)
            _make_room(db.engine, folder, replace)
            load_files(archive, manifest, files_folder(folder))
            _load(archive, manifest, db.engine)
    click.echo(f"{manifest.rows} rows and {len(manifest.files)} files of {manifest.made_at} are back.")


def _put_key(archive: ZipFile, manifest: Manifest, folder: Path) -> None:
    """The backup's key where it holds one and none is there, else the one there, else a new one."""
    from tracker.backups import KEY

    written = archive.read(KEY).decode() if KEY in manifest.sha256 else None
    secret_key(folder, create=True, written=written)


def _refuse_newer(manifest: Manifest) -> None:
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    try:
        ScriptDirectory(str(bundled("migrations"))).get_revision(manifest.revision)
    except CommandError as error:
        raise click.ClickException(f"{manifest.revision} is of a newer tracker: install that version first.") from error


def _make_room(engine: Engine, folder: Path, replace: bool) -> None:
    """Empty tables, or a refusal. What is replaced is kept in a backup beside."""
    from flask_migrate import downgrade

    from tracker import clock
    from tracker.backups import rows_there, write_backup

    there = rows_there(engine)
    if there and not replace:
        raise click.ClickException(f"The database holds {there} rows; nothing was changed. --replace replaces them.")
    if there:
        kept = folder / f"before-restore-{clock.real_now():%Y%m%d-%H%M%S-%f}.zip"
        write_backup(engine, files_folder(folder), kept, clock.real_now())
        click.echo(f"What was there is kept in {kept}.")
    downgrade(revision="base")


def _load(archive: ZipFile, manifest: Manifest, engine: Engine) -> None:
    """The rows into tables of the backup's own revision, which are then brought up to this version."""
    from flask_migrate import upgrade

    from tracker.backups import load_tables

    upgrade(revision=manifest.revision)
    load_tables(archive, manifest, engine)
    upgrade()
