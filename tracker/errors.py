"""What can go wrong for a person, each with a sentence in Chinese that says what and what to do."""

from __future__ import annotations


class TrackerError(Exception):
    """A refusal a person can act on. ``str(error)`` is the sentence shown; ``status`` the HTTP answer."""

    status = 400


class Refused(TrackerError):
    """The rules or the rights do not allow it now."""

    status = 403


class NotFound(TrackerError):
    """No such thing, or not for this viewer: the two are not told apart."""

    status = 404


class Stale(TrackerError):
    """Somebody else changed it meanwhile."""

    status = 409


class Invalid(TrackerError):
    """What was typed or sent cannot be taken. ``field`` names the box it was typed in, when there is one."""

    status = 422

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class UnreadableFile(Invalid):
    """A file that cannot be read: damaged, encrypted, too big, or of a kind that is not taken."""


class StorageFull(TrackerError):
    """The disk refused the bytes; nothing was kept of them and nothing that was there is lost."""

    status = 507
