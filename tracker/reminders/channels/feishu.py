"""A Feishu (飞书) group robot, signed when FEISHU_ROBOT_SECRET is set."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any

from tracker.reminders.channels.letter import Letter
from tracker.reminders.channels.posting import post_to_robot

LONGEST = 15_000
"""Bytes of a text message, below the 20 KB the robot takes for the whole request."""


def send(letter: Letter, settings: Mapping[str, Any]) -> None:
    """Post the letter as text. NotSent when the robot did not take it."""
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": letter.within(LONGEST)}}
    secret = settings["FEISHU_ROBOT_SECRET"]
    if secret:
        stamp = int(time.time())
        body |= {"timestamp": str(stamp), "sign": signature(secret, stamp)}
    post_to_robot(settings["FEISHU_ROBOT_URL"], body, "code")


def signature(secret: str, stamp: int) -> str:
    """HMAC-SHA256 of nothing, keyed with "seconds, newline, secret", in base64."""
    digest = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
