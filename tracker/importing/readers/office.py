""".doc, .wps, .rtf and .odt through LibreOffice, where it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from tracker.errors import UnreadableFile
from tracker.importing.blocks import Document
from tracker.importing.readers.docx import read_docx

SECONDS = 45
SAVE_AS = "请用 WPS 或 Word 打开后另存为 .docx，再上传。"
_DAMAGED = f"这个旧版文字文件不完整或已损坏，转换不出来。{SAVE_AS}"


def read_old_text(content: bytes) -> Document:
    """An older text document as blocks. Raises UnreadableFile where LibreOffice is missing or cannot read it."""
    return read_docx(as_docx(content))


@lru_cache(maxsize=1)
def as_docx(content: bytes) -> bytes:
    """The document as .docx. The last one is kept, so that it can be made before a process gives up writing files."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if not program:
        raise UnreadableFile(f"这是旧版 .doc 或 .wps 文字文件，这台服务器没有装 LibreOffice，读不了。{SAVE_AS}")
    with tempfile.TemporaryDirectory(prefix="tracker-office-") as folder:
        source = Path(folder, "source.doc")
        source.write_bytes(content)
        _convert(program, source, Path(folder))
        made = source.with_suffix(".docx")
        if not made.exists():
            raise UnreadableFile(_DAMAGED)
        return made.read_bytes()


def _convert(program: str, source: Path, folder: Path) -> None:
    """With a profile of its own: no macros, no files of the person who runs the server, several at a time."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    options = ["--headless", "--norestore", "--nolockcheck", "--convert-to", "docx", "--outdir", str(folder)]
    command = [program, profile, *options, str(source)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True) as running:  # noqa: S603 — our own arguments
        try:
            running.wait(SECONDS)
        except subprocess.TimeoutExpired as error:
            _end(running)
            raise UnreadableFile(_DAMAGED) from error


def _end(running: subprocess.Popen[bytes]) -> None:
    """The program and what it started (on Windows the program alone)."""
    if hasattr(os, "killpg"):
        os.killpg(running.pid, signal.SIGKILL)
    else:
        running.kill()
