"""A DingTalk (钉钉) group robot, signed when DINGTALK_ROBOT_SECRET is set."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tracker.reminders.channels.letter import Letter
from tracker.reminders.channels.posting import post_to_robot

LONGEST = 15_000
"""Bytes of a text message, below the 20,000 the robot takes for the whole request."""


def send(letter: Letter, settings: Mapping[str, Any]) -> None:
    """Post the letter as text. NotSent when the robot did not take it."""
    body = {"msgtype": "text", "text": {"content": letter.within(LONGEST)}}
    url, secret = settings["DINGTALK_ROBOT_URL"], settings["DINGTALK_ROBOT_SECRET"]
    if secret:
        stamp = round(time.time() * 1000)
        query = urlencode({"timestamp": stamp, "sign": signature(secret, stamp)})
        url += ("&" if "?" in url else "?") + query
    post_to_robot(url, body, "errcode")


def signature(secret: str, stamp: int) -> str:
    """HMAC-SHA256 over "milliseconds, newline, secret", keyed with the secret, in base64."""
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
