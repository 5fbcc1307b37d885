"""Files in a request and in an answer."""

from __future__ import annotations

from flask import Response, current_app, send_file
from werkzeug.datastructures import FileStorage, MultiDict

from tracker.extensions import file_store
from tracker.files.columns import KeptFile
from tracker.files.keeping import Attached, Intake


def attached_files(files: MultiDict[str, FileStorage], name: str = "file") -> list[Attached]:
    """The files that came in this field of a form."""
    return [Attached(one.filename, one.stream) for one in files.getlist(name) if one.filename]  # type: ignore[arg-type]


def file_intake() -> Intake:
    """Where files of this installation go, and how big one may be."""
    return Intake(file_store(), current_app.config["TRACKER_EVIDENCE_MB"] * 2**20)


def as_download(file: KeptFile) -> Response:
    """The file under its own name, always as a download: nothing of it runs in the page. NotFound when it is gone."""
    stream = file_store().open(file.sha256)
    return send_file(stream, file.media_type, as_attachment=True, download_name=file.filename, etag=False)
