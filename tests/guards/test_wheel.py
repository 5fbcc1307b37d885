"""What is built can be installed by anybody: the wheel, in an empty environment, started as README.md says."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import venv
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.xdist_group("wheel")  # built and installed once, by one of the two
ROOT = Path(__file__).parents[2]


def ran(*command: str | Path, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "PYTHON"))}
    ended = subprocess.run(command, env={**kept, **environment}, capture_output=True, text=True, cwd="/")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def fetched(address: str, tries: int = 600) -> str:
    for _ in range(tries):
        try:
            with urlopen(address) as answer:
                return answer.read().decode()
        except URLError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that holds the wheel and what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    ran(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    (wheel,) = folder.glob("tracker-*.whl")
    venv.create(folder / "env")
    programs = folder / "env" / "bin"
    into = ("--python", programs / "python", "install", "--no-compile")  # most of it is never imported
    ran(sys.executable, "-m", "pip", *into, "--quiet", str(wheel))
    return programs


@pytest.mark.timeout(600)
def test_the_wheel_makes_its_data_and_serves_its_pages(installed: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    settings = {"TRACKER_DATA": str(tmp_path / "data"), "PORT": port}
    assert ran(installed / "tracker", "init", **settings).count("first password") == 3
    running = subprocess.Popen([installed / "tracker", "run"], env={**os.environ, **settings}, cwd="/")
    try:
        page = fetched(f"http://127.0.0.1:{port}/login")
        assert "登录名" in page
        for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
            assert fetched(f"http://127.0.0.1:{port}{path}", tries=1), path
    finally:
        running.terminate()
        running.wait(10)


@pytest.mark.timeout(600)
def test_the_wheel_carries_the_demo_and_the_importer(installed: Path, tmp_path: Path) -> None:
    settings = {"TRACKER_DATA": str(tmp_path / "data")}
    ran(installed / "tracker", "init", "--no-people", **settings)
    assert "2021-07-01" in ran(installed / "tracker", "demo", "load", "--empty", **settings)
    text = ROOT / "seed" / "潜江323通知.txt"
    assert ran(installed / "tracker", "parse", str(text)).count('"no":') >= 61
