"""A WeCom (企业微信) group robot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker.reminders.channels.letter import Letter
from tracker.reminders.channels.posting import post_to_robot

LONGEST = 2048
"""Bytes of a text message."""


def send(letter: Letter, settings: Mapping[str, Any]) -> None:
    """Post the letter as text. NotSent when the robot did not take it."""
    body = {"msgtype": "text", "text": {"content": letter.within(LONGEST)}}
    post_to_robot(settings["WECOM_ROBOT_URL"], body, "errcode")
