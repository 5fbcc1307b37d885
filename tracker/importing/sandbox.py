"""Reading a file in a process of its own, with limits, so that a hostile file harms no web process.

Time is limited everywhere; memory, processor time and written files where the system has ``resource`` (not Windows).
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO, Any

from tracker.errors import UnreadableFile

SECONDS = 60
MEMORY = 1024 * 1024 * 1024
_PERCENT = b"percent "
_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_TOO_LONG = "读这个文件用的时间太长，已停止。请把文件拆开，或只保留任务表后再上传。"
_TOO_MUCH = "这个文件内容太多，读取时内存不够，已停止。请把文件拆开，或只保留任务表后再上传。"
_FAILED = "读这个文件时出了意外，已停止，没有留下任何内容。请用原来的软件另存为 .docx 或 .xlsx 后再上传。"


def read_limited(
    content: bytes,
    filename: str,
    seconds: int = SECONDS,
    memory: int = MEMORY,
    *,
    maps: Sequence[Any] = (),
    told: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """``Reading.to_json()`` of a file, read in a child process of at most so many seconds and bytes of memory.

    ``maps``: ColumnMaps as plain values. ``told`` hears how far it is, 0 to 100, in a thread of its own.
    Raises UnreadableFile with the reader's own sentence, or one that says the limit was reached.
    """
    command = [sys.executable, "-m", "tracker.importing.sandbox", filename, str(seconds), str(memory)]
    child = Popen(  # noqa: S603 — our own interpreter and module; the file's name is data, not a command
        command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=_environment()
    )
    late = threading.Timer(seconds, child.kill)
    late.start()
    try:
        printed, complaint = _talk(child, json.dumps(list(maps)).encode() + b"\n" + content, told)
    finally:
        in_time = late.is_alive()
        late.cancel()
    if not in_time:
        raise UnreadableFile(_TOO_LONG)
    if child.returncode != 0:
        raise UnreadableFile(_TOO_MUCH if b"MemoryError" in complaint else _FAILED)
    answer: dict[str, Any] = json.loads(printed)
    if "refused" in answer:
        raise UnreadableFile(answer["refused"])
    return answer


def _talk(child: Popen[bytes], said: bytes, told: Callable[[int], None] | None) -> tuple[bytes, bytes]:
    """What the child prints and what it complains of; its percents go to ``told``."""
    assert child.stdin and child.stdout and child.stderr
    with ThreadPoolExecutor(2) as readers, child:
        complaint = readers.submit(_listen, child.stderr, told)
        printed = readers.submit(child.stdout.read)
        with suppress(BrokenPipeError):  # a child that was ended reads no more; its return code says why
            child.stdin.write(said)
            child.stdin.close()
        return printed.result(), complaint.result()


def _listen(stream: IO[bytes], told: Callable[[int], None] | None) -> bytes:
    rest = []
    for line in stream:
        if not line.startswith(_PERCENT):
            rest.append(line)
        elif told:
            told(int(line.removeprefix(_PERCENT)))
    return b"".join(rest)


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


def _tell(percent: int) -> None:
    sys.stderr.buffer.write(_PERCENT + b"%d\n" % percent)
    sys.stderr.buffer.flush()


def _answer(said: bytes, filename: str, seconds: int, memory: int) -> dict[str, Any]:
    from tracker.importing.readers import prepare
    from tracker.importing.steps import listener

    maps, content = said.split(b"\n", 1)
    listener.set(_tell)

    try:
        prepare(content)
        _limit(seconds, memory)
        from tracker.importing.extract.drafts import ColumnMap
        from tracker.importing.parse import read_for_review
        from tracker.importing.plain import load

        return read_for_review(content, filename, load(list[ColumnMap], json.loads(maps))).to_json()
    except UnreadableFile as refusal:
        return {"refused": str(refusal)}


def main() -> None:
    """The child: the maps in a line and then the file on standard input, its reading on standard output, and how far
    it is on standard error."""
    filename, seconds, memory = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    answer = _answer(sys.stdin.buffer.read(), filename, seconds, memory)
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())


if __name__ == "__main__":
    main()
