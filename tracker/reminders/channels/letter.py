"""What every channel sends, and how one says that it did not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Letter:
    """One message on its way. ``stable_id``: its Message-ID, the same at every try."""

    stable_id: str
    address: str
    title: str
    body: str
    link: str
    """Where it can be read in the application; empty when TRACKER_URL is not set."""
    plan: str
    recipient: str
    day: date

    @property
    def text(self) -> str:
        """The body with its link."""
        return f"{self.body}\n\n查看全部：{self.link}\n" if self.link else f"{self.body}\n\n请登录责任台账查看全部。\n"

    def within(self, limit: int) -> str:
        """Title and text for a group chat in at most ``limit`` UTF-8 bytes, cut at the end of a line."""
        whole = f"{self.title}\n{self.text}"
        if len(whole.encode()) <= limit:
            return whole
        end = f"\n……\n查看全部：{self.link}" if self.link else "\n……\n请登录责任台账查看全部。"
        head = whole.encode()[: limit - len(end.encode())].decode(errors="ignore")
        return head.rpartition("\n")[0] + end


class NotSent(Exception):
    """The other side did not take it; ``str`` says why. ``final``: trying again would not help."""

    def __init__(self, why: str, final: bool = False) -> None:
        super().__init__(why)
        self.final = final
