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
    if not program():
        raise UnreadableFile(f"这是旧版 .doc 或 .wps 文字文件，这台服务器没有装 LibreOffice，读不了。{SAVE_AS}")
    made = converted(content, ".doc", "docx")
    if made is None:
        raise UnreadableFile(_DAMAGED)
    return made


def program() -> str | None:
    """Where LibreOffice is, None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def converted(content: bytes, suffix: str, target: str) -> bytes | None:
    """A document of the kind ``suffix`` (.docx) as another (pdf), made by LibreOffice; None when it makes nothing of it
    in time, or is not installed."""
    office = program()
    if office is None:
        return None
    with tempfile.TemporaryDirectory(prefix="tracker-office-") as folder:
        source = Path(folder, f"source{suffix}")
        source.write_bytes(content)
        made = source.with_suffix(f".{target}")
        return made.read_bytes() if _convert(office, source, Path(folder), target) and made.exists() else None


def _convert(office: str, source: Path, folder: Path, target: str) -> bool:
    """With a profile of its own: no macros, no files of the person who runs the server, several at a time. Whether it
    ended in time."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    options = ["--headless", "--norestore", "--nolockcheck", "--convert-to", target, "--outdir", str(folder)]
    command = [office, profile, *options, str(source)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True) as running:  # noqa: S603 — our own arguments
        try:
            running.wait(SECONDS)
        except subprocess.TimeoutExpired:
            _end(running)
            return False
    return True


def _end(running: subprocess.Popen[bytes]) -> None:
    """The program and what it started (on Windows the program alone)."""
    if hasattr(os, "killpg"):
        os.killpg(running.pid, signal.SIGKILL)
    else:
        running.kill()
