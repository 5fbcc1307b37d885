"""One process with limits that reads many files: what ``read_limited`` does for one, without a start for each."""

from __future__ import annotations

import json
import resource
import select
import struct
import subprocess
import sys
from typing import Any, BinaryIO

MEMORY = 1024 * 1024 * 1024
SECONDS = 30


class Worker:
    """Reads files in a child process; a file that takes too long or ends the process is an answer too."""

    def __init__(self) -> None:
        self.child = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.importing.worker"]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, name: str, content: bytes) -> dict[str, Any]:
        """``{"tasks": n}``, ``{"refused": sentence}``, or ``{"failed": what}``."""
        assert self.child.stdin and self.child.stdout
        _write(self.child.stdin, json.dumps([name, content.hex()]).encode())
        ready, _, _ = select.select([self.child.stdout], [], [], SECONDS)
        answer = _read(self.child.stdout) if ready else None
        if answer is None:
            self.close()
            self.child = self._start()
            return {"failed": "the process ended" if ready else "no answer in time"}
        found: dict[str, Any] = json.loads(answer)
        return found

    def close(self) -> None:
        """End the child."""
        self.child.kill()
        self.child.communicate()


def _write(stream: BinaryIO, message: bytes) -> None:
    stream.write(struct.pack(">I", len(message)) + message)
    stream.flush()


def _read(stream: BinaryIO) -> bytes | None:
    head = stream.read(4)
    return stream.read(struct.unpack(">I", head)[0]) if len(head) == 4 else None


def _answer(name: str, content: bytes) -> dict[str, Any]:
    from tracker.errors import UnreadableFile
    from tracker.importing.parse import as_printed, read_plan

    try:
        return {"tasks": len(as_printed(read_plan(content, name).draft)["tasks"])}
    except UnreadableFile as refusal:
        return {"refused": str(refusal)}
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"}


def main() -> None:
    """The child: files on standard input, an answer for each on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    while (message := _read(sys.stdin.buffer)) is not None:
        name, content = json.loads(message)
        _write(sys.stdout.buffer, json.dumps(_answer(name, bytes.fromhex(content))).encode())


if __name__ == "__main__":
    main()
