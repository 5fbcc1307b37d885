"""``tracker backup FILE``."""

from __future__ import annotations

from pathlib import Path

import click

from tracker.cli._application import application


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-key", is_flag=True, help="Put the secret key in too: who has the file can then forge logins.")
def backup_command(file: Path, with_key: bool) -> None:
    """Write database and evidence into FILE (.zip) while people work. Example: tracker backup 2021-10-26.zip"""
    with application() as app:
        from tracker import clock
        from tracker.backups import KEY, write_backup
        from tracker.config import files_folder
        from tracker.extensions import db

        folder = app.config["DATA_FOLDER"]
        key = folder / KEY if with_key else None
        manifest = write_backup(db.engine, files_folder(folder), file, clock.real_now(), key)
        if app.config["TRACKER_S3_URL"]:
            click.echo(
                f"The evidence lies in {app.config['TRACKER_S3_URL']} and is not in this file: keep versions there."
            )
        click.echo(f"{file}: {manifest.rows} rows of {len(manifest.tables)} tables, {len(manifest.files)} files.")
