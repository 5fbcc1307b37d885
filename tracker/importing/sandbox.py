"""Reading a file in a process of its own, with limits, so that a hostile file harms no web process.

Time is limited everywhere; memory, processor time and written files where the system has ``resource`` (not Windows).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tracker.errors import UnreadableFile

SECONDS = 60
MEMORY = 1024 * 1024 * 1024
_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_TOO_LONG = "读这个文件用的时间太长，已停止。请把文件拆开，或只保留任务表后再上传。"
_TOO_MUCH = "这个文件内容太多，读取时内存不够，已停止。请把文件拆开，或只保留任务表后再上传。"
_FAILED = "读这个文件时出了意外，已停止，没有留下任何内容。请用原来的软件另存为 .docx 或 .xlsx 后再上传。"


def read_limited(content: bytes, filename: str, seconds: int = SECONDS, memory: int = MEMORY) -> dict[str, Any]:
    """``Reading.to_json()`` of a file, read in a child process of at most so many seconds and bytes of memory.

    Raises UnreadableFile with the reader's own sentence, or one that says the limit was reached.
    """
    command = [sys.executable, "-m", "tracker.importing.sandbox", filename, str(seconds), str(memory)]
    try:
        done = subprocess.run(  # noqa: S603 — our own interpreter and module; the file's name is data, not a command
            command, input=content, capture_output=True, timeout=seconds, env=_environment(), check=False
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile(_TOO_LONG) from error
    if done.returncode != 0:
        raise UnreadableFile(_TOO_MUCH if b"MemoryError" in done.stderr else _FAILED)
    answer: dict[str, Any] = json.loads(done.stdout)
    if "refused" in answer:
        raise UnreadableFile(answer["refused"])
    return answer


def _environment() -> dict[str, str]:
    paths = [str(_PACKAGE_ROOT), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONIOENCODING": "utf-8"}


def _limit(seconds: int, memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is the limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(content: bytes, filename: str, seconds: int, memory: int) -> dict[str, Any]:
    from tracker.importing.readers import prepare

    try:
        prepare(content)
        _limit(seconds, memory)
        from tracker.importing.parse import read_plan

        return read_plan(content, filename).to_json()
    except UnreadableFile as refusal:
        return {"refused": str(refusal)}


def main() -> None:
    """The child: a file on standard input, its reading on standard output."""
    filename, seconds, memory = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    answer = _answer(sys.stdin.buffer.read(), filename, seconds, memory)
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())


if __name__ == "__main__":
    main()
