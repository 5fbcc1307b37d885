"""Stand-ins on loopback for what stands outside: a mail server (aiosmtpd), group robots and a webhook (http.server).

They check what the real ones check: the envelope, method, body and signature, and how many messages a minute they take.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

A_MINUTE = 20
"""What a group robot takes in one."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Mailbox:
    """What the mail server took. ``unknown``: addresses it refuses for good."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.unknown:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@contextmanager
def mail_server(port: int | None = None) -> Iterator[Mailbox]:
    """A mail server on loopback; ``port`` to come back where it was."""
    box = Mailbox(port or free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Robot:
    """A group robot or the webhook. ``faults``: answers to give first, (HTTP status, body or None)."""

    kind: str
    secret: str = ""
    faults: list[tuple[int, dict[str, Any] | None]] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        if self.faults:
            status, said = self.faults.pop(0)
            return status, said or {}
        complaint = self._complaint(urlsplit(path).query, headers, body)
        if complaint:
            self.refused.append(complaint)
            return 200 if self.kind != "webhook" else 403, self._code(310000, complaint)
        self.taken.append(json.loads(body))
        self.at.append(time.monotonic())
        return 200, self._code(0, "ok")

    def _code(self, code: int, words: str) -> dict[str, Any]:
        return {"code": code, "msg": words} if self.kind == "feishu" else {"errcode": code, "errmsg": words}

    def _complaint(self, query: str, headers: Any, body: bytes) -> str:
        if not headers["Content-Type"].startswith("application/json"):
            return "not JSON"
        lately = [at for at in self.at if at > time.monotonic() - 60]
        if self.kind != "webhook" and len(lately) >= A_MINUTE:
            return "too many"
        checks = {"wecom": self._wecom, "dingtalk": self._dingtalk, "feishu": self._feishu, "webhook": self._webhook}
        return checks[self.kind](query, headers, body)

    def _wecom(self, query: str, headers: Any, body: bytes) -> str:
        sent = json.loads(body)
        well = sent["msgtype"] == "text" and 0 < len(sent["text"]["content"].encode()) <= 2048
        return "" if well and "key=" in query else "bad message"

    def _dingtalk(self, query: str, headers: Any, body: bytes) -> str:
        given = parse_qs(query)
        stamp = given["timestamp"][0]
        right = hmac.new(self.secret.encode(), f"{stamp}\n{self.secret}".encode(), hashlib.sha256).digest()
        well = json.loads(body)["text"]["content"] and base64.b64encode(right).decode() == given["sign"][0]
        fresh = abs(time.time() * 1000 - int(stamp)) < 3600_000
        return "" if well and fresh else "sign not match"

    def _feishu(self, query: str, headers: Any, body: bytes) -> str:
        sent = json.loads(body)
        key = f"{sent['timestamp']}\n{self.secret}".encode()
        right = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
        well = sent["msg_type"] == "text" and sent["content"]["text"] and sent["sign"] == right
        return "" if well and abs(time.time() - int(sent["timestamp"])) < 3600 else "sign match fail"

    def _webhook(self, query: str, headers: Any, body: bytes) -> str:
        right = "sha256=" + hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        return "" if headers["X-Tracker-Signature"] == right and "id" in json.loads(body) else "bad signature"


@contextmanager
def robot(kind: str, secret: str = "") -> Iterator[Robot]:
    """A robot (wecom, dingtalk, feishu) or webhook on loopback; its address is ``url``."""
    stand_in = Robot(kind, secret)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802 - the name http.server calls
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, said = stand_in.answer(self.path, self.headers, body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said, ensure_ascii=False).encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand_in.url = f"http://127.0.0.1:{server.server_port}/robot/send?key=a-secret-key"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
