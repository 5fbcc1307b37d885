"""The memory of one worker: a real ``tracker run --no-scheduler``, after 50 pages of the demo."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlencode

import psutil

from bench.figure import Figure
from tracker.accounts.demo import DEMO_PASSWORD

PAGES = 50
AIM_MB = 150


@contextmanager
def _worker() -> Iterator[tuple[psutil.Process, int]]:
    """The process and its port, on a data folder of its own with the demo loaded."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        settings = os.environ | {"TRACKER_DATA": folder, "PORT": str(port)}
        for command in (["init", "--no-people"], ["demo", "load"]):
            subprocess.run([sys.executable, "-m", "tracker", *command], env=settings, check=True, capture_output=True)
        command = [sys.executable, "-m", "tracker", "run", "--no-scheduler"]
        with subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL) as started:
            try:
                _wait_for(port)
                yield psutil.Process(started.pid), port
            finally:
                started.terminate()


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the worker does not answer")


class _Person:
    """A browser without script that keeps its cookie."""

    def __init__(self, port: int) -> None:
        self.connection, self.cookie = HTTPConnection("127.0.0.1", port), ""

    def ask(self, method: str, address: str, **form: str) -> str:
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request(method, address, urlencode(form), headers)
        answer = self.connection.getresponse()
        body = answer.read().decode()
        if answer.status >= 400:
            raise RuntimeError(f"{address}: {answer.status}")
        if cookie := answer.headers.get("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]
        return body

    def sign_in(self, login: str) -> None:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.ask("GET", "/login"))
        token = found.group(1) if found else ""
        self.ask("POST", "/login", login=login, password=DEMO_PASSWORD, csrf_token=token)


def measure() -> list[Figure]:
    with _worker() as (process, port):
        office, health = _Person(port), _Person(port)
        office.sign_in("office1")
        health.sign_in("health")
        for number in range(PAGES):
            person, addresses = (
                (health, ("/plans/1/report", "/plans/1"))
                if number % 2
                else (office, ("/plans/1/ledger", "/plans/1", f"/tasks/{number % 61 + 1}", "/plans/1/verify"))
            )
            person.ask("GET", addresses[number // 2 % len(addresses)])
        resident = process.memory_info().rss / 1e6
    return [Figure(f"memory of a worker after {PAGES} pages", resident, None, AIM_MB, unit="MB")]
