"""Posting JSON, which every robot and the webhook do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tracker.reminders.channels.letter import NotSent

TIMEOUT = 20
"""Seconds the other side may take to answer."""
RETRIED = {408, 409, 425, 429}
"""Refusals of the 4xx that pass with time."""


def post(url: str, body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
    """POST JSON and give the answer back. NotSent without the address in its words, as that holds a key."""
    head = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    request = Request(url, data=body, headers=head, method="POST")  # noqa: S310 - config.py lets only http(s) pass
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            content: bytes = answer.read(65536)
            return content
    except HTTPError as error:
        final = 400 <= error.code < 500 and error.code not in RETRIED
        raise NotSent(f"对方回答 HTTP {error.code}", final) from error
    except URLError as error:
        raise NotSent(f"连不上：{error.reason}") from error
    except (OSError, HTTPException, ValueError) as error:
        raise NotSent(f"没有发出：{type(error).__name__}") from error


def post_to_robot(url: str, body: Mapping[str, Any], code_key: str) -> None:
    """POST to a group robot, which answers 200 and says in ``code_key`` whether it took the message (0)."""
    content = post(url, json.dumps(body, ensure_ascii=False).encode())
    try:
        answer = json.loads(content)
        code = answer[code_key]
    except (ValueError, KeyError, TypeError) as error:
        raise NotSent(f"对方的回答看不懂：{content[:80].decode(errors='replace')}") from error
    if code != 0:
        raise NotSent(f"机器人没有收下：{code} {answer.get('errmsg') or answer.get('msg') or ''}".strip())
