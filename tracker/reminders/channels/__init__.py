"""The channels a message goes through: one small file each. The inbox is always on and needs no sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.reminders.channels import dingtalk, feishu, mail, webhook, wecom
from tracker.reminders.channels.letter import Letter

INBOX, EMAIL = "inbox", "email"
ROBOT_LIMIT = 20
"""Messages a minute that a group robot takes."""


@dataclass(frozen=True)
class Channel:
    """A way out of the house, on when ``setting`` has a value. ``per_minute``: what its address takes."""

    name: str
    label: str
    setting: str
    send: Callable[[Letter, Mapping[str, Any]], None]
    """Raises NotSent when the other side did not take it."""
    per_minute: int | None = None
    """None: any number."""


CHANNELS = {
    channel.name: channel
    for channel in (
        Channel(EMAIL, "电子邮件", "SMTP_HOST", mail.send),
        Channel("wecom", "企业微信群", "WECOM_ROBOT_URL", wecom.send, ROBOT_LIMIT),
        Channel("dingtalk", "钉钉群", "DINGTALK_ROBOT_URL", dingtalk.send, ROBOT_LIMIT),
        Channel("feishu", "飞书群", "FEISHU_ROBOT_URL", feishu.send, ROBOT_LIMIT),
        Channel("webhook", "对接系统", "WEBHOOK_URL", webhook.send),
    )
}
LABELS = {INBOX: "站内消息", **{name: channel.label for name, channel in CHANNELS.items()}}


def switched_on(settings: Mapping[str, Any]) -> list[Channel]:
    """The channels besides the inbox that this installation uses."""
    return [channel for channel in CHANNELS.values() if settings.get(channel.setting)]
