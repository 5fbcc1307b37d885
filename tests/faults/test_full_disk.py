"""No room while evidence is stored: a sentence, no partial file, and what was there is still there.

The room is taken away for real, in a process of its own that the system allows no file above 64 KB.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import resource, sys
from io import BytesIO
from pathlib import Path
from tracker.errors import StorageFull
from tracker.storage import LocalStore

store = LocalStore(Path(sys.argv[1]))
before = store.put(BytesIO(b"earlier evidence")).sha256
resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, 64 * 1024))
try:
    store.put(BytesIO(bytes(3 << 20)))
except StorageFull as refusal:
    print(refusal)
assert store.open(before).read() == b"earlier evidence"
assert store.put(BytesIO(b"a small one still fits")).size == 22
"""


def test_a_full_disk_refuses_with_a_sentence_and_keeps_what_was_there(tmp_path: Path) -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM, tmp_path], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert "存储空间已满" in run.stdout
    kept = sorted(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert kept == [len(b"earlier evidence"), len(b"a small one still fits")]
