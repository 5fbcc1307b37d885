"""Settings: each read from the environment, documented here once and checked at start."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent


def bundled(name: str) -> Path:
    """The folder ``migrations`` or ``seed``: beside the package in a checkout, inside it in a wheel."""
    beside = PACKAGE.parent / name
    return beside if (PACKAGE.parent / "pyproject.toml").exists() else PACKAGE / "_bundled" / name


class BadSetting(Exception):
    """A setting has a value that cannot be used; the sentence names it and says what is allowed."""


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdigit() or not low <= int(text) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return read


def _flag(text: str) -> bool:
    if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
        raise ValueError("1 or 0")
    return text.lower() in {"1", "true", "yes"}


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError("one of " + ", ".join(allowed))
        return text

    return read


def _url(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("an address that begins with http:// or https://")
    return text.rstrip("/")


@dataclass(frozen=True)
class Setting:
    """One setting: its name in the environment, what it does, the value when unset, and how text becomes a value."""

    name: str
    title: str
    """What it does, for the administrator's page."""
    about: str
    """The same for docs and the command line."""
    default: str = ""
    read: Callable[[str], Any] = field(default=str)
    secret: bool = False


SETTINGS = (
    Setting(
        "TRACKER_DATA",
        "数据文件夹：数据库、材料、密钥",
        "Folder of the database, the evidence, the secret key and the fixed day.",
        "instance",
    ),
    Setting(
        "TRACKER_DATABASE_URL",
        "数据库地址；不填用 SQLite",
        "Database; empty: SQLite in the data folder. postgresql://… for PostgreSQL.",
    ),
    Setting(
        "TRACKER_S3_URL",
        "佐证材料和来源文件的对象存储",
        "s3://bucket/prefix for evidence and source documents (extra `s3`; keys from AWS_…); empty: the data folder.",
    ),
    Setting(
        "TRACKER_S3_ENDPOINT",
        "对象存储的地址",
        "Address of an S3 service of one's own; empty: Amazon's.",
        "",
        _url,
    ),
    Setting("HOST", "网页服务的监听地址", "Address the web server listens on.", "127.0.0.1"),
    Setting("PORT", "网页服务的端口", "Port the web server listens on.", "8000", _number(1, 65535)),
    Setting("TRACKER_URL", "对外网址，写在邮件里", "Address people reach it under; for links in mail.", "", _url),
    Setting(
        "TRACKER_TODAY", "固定的业务日期；不填按日历走", "Fixed business day, YYYY-MM-DD; empty: the calendar runs."
    ),
    Setting("TRACKER_DEMO", "演示：登录页列出演示人员", "1: the login page lists the demo people.", "0", _flag),
    Setting("TRACKER_HTTPS", "只在 https 下登录", "1: cookies only over https.", "0", _flag),
    Setting(
        "TRACKER_IDLE_MINUTES",
        "多少分钟不操作就退出登录",
        "A login ends after so many minutes without a request.",
        "60",
        _number(1, 1440),
    ),
    Setting(
        "TRACKER_LOGIN_HOURS",
        "登录最长多少小时",
        "A login ends after so many hours in any case.",
        "12",
        _number(1, 168),
    ),
    Setting(
        "TRACKER_LOCKOUT_TRIES", "密码输错几次就锁定", "Wrong passwords before a login is locked.", "5", _number(2, 100)
    ),
    Setting("TRACKER_LOCKOUT_MINUTES", "锁定多少分钟", "How long it stays locked.", "15", _number(1, 1440)),
    Setting("TRACKER_EVIDENCE_MB", "一份材料最大多少 MB", "Largest evidence file.", "50", _number(1, 2048)),
    Setting("TRACKER_IMPORT_MB", "方案文件最大多少 MB", "Largest plan document.", "100", _number(1, 2048)),
    Setting("TRACKER_THREADS", "网页服务的线程数", "Threads of the web server.", "8", _number(1, 64)),
    Setting("SMTP_HOST", "邮件服务器；不填不发邮件", "Mail server; empty: no mail is sent."),
    Setting("SMTP_PORT", "邮件服务器端口", "Port of the mail server.", "25", _number(1, 65535)),
    Setting("SMTP_SECURITY", "邮件加密方式", "none, starttls or tls.", "none", _one_of("none", "starttls", "tls")),
    Setting("SMTP_USER", "邮件账号", "Name at the mail server; empty: none is given."),
    Setting("SMTP_PASSWORD", "邮件密码", "Password at the mail server.", secret=True),
    Setting("SMTP_FROM", "发件人", "Sender of the mail.", "tracker@localhost"),
    Setting(
        "WECOM_ROBOT_URL",
        "企业微信机器人地址；不填不发",
        "Address of a WeCom robot; empty: off.",
        "",
        _url,
        secret=True,
    ),
    Setting(
        "DINGTALK_ROBOT_URL",
        "钉钉机器人地址；不填不发",
        "Address of a DingTalk robot; empty: off.",
        "",
        _url,
        secret=True,
    ),
    Setting("DINGTALK_ROBOT_SECRET", "钉钉机器人密钥", "Signing secret of the DingTalk robot.", secret=True),
    Setting(
        "FEISHU_ROBOT_URL", "飞书机器人地址；不填不发", "Address of a Feishu robot; empty: off.", "", _url, secret=True
    ),
    Setting("FEISHU_ROBOT_SECRET", "飞书机器人密钥", "Signing secret of the Feishu robot.", secret=True),
    Setting(
        "WEBHOOK_URL",
        "通用回调地址；不填不发",
        "Address that gets every message as JSON; empty: off.",
        "",
        _url,
        secret=True,
    ),
    Setting("WEBHOOK_SECRET", "回调签名密钥", "Signs the JSON (HMAC-SHA256 in X-Tracker-Signature).", secret=True),
)


def read_settings(environ: Mapping[str, str]) -> dict[str, Any]:
    """Every setting by its name. BadSetting when one cannot be used."""
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = environ.get(setting.name, "").strip() or setting.default
        try:
            values[setting.name] = setting.read(text)
        except ValueError as error:
            raise BadSetting(f"{setting.name}={text!r} cannot be used: it takes {error}.") from error
    return values


def database_url(settings: Mapping[str, Any]) -> str:
    """The SQLAlchemy address of the database; PostgreSQL always through psycopg."""
    written = str(settings["TRACKER_DATABASE_URL"])
    if not written:
        return f"sqlite:///{data_folder(settings) / 'tracker.db'}"
    for scheme in ("postgresql://", "postgres://"):
        if written.startswith(scheme):
            return "postgresql+psycopg://" + written.removeprefix(scheme)
    return written


def data_folder(settings: Mapping[str, Any]) -> Path:
    """The data folder, absolute; not made here."""
    return Path(str(settings["TRACKER_DATA"])).resolve()


def files_folder(folder: Path) -> Path:
    """Where a data folder keeps evidence and source documents, by their content (storage.LocalStore)."""
    return folder / "files"


def secret_key(folder: Path, *, create: bool = False, written: str | None = None) -> str:
    """The key that signs cookies, kept in the data folder outside the database. BadSetting when it is not there.

    ``create``: make one where there is none, ``written`` if given, else a new one.
    """
    file = folder / "secret.key"
    if not file.exists():
        if not create:
            raise BadSetting(f"There is no {file}: run `tracker init` first.")
        folder.mkdir(parents=True, exist_ok=True)
        _write_once(file, written or secrets.token_urlsafe(48))
    return file.read_text(encoding="utf-8").strip()


def _write_once(file: Path, text: str) -> None:
    """A file for its owner alone, whole from its first moment; the first of several at once wins."""
    handle, name = tempfile.mkstemp(dir=file.parent)  # made with 0600
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    with suppress(FileExistsError):
        os.link(name, file)
    Path(name).unlink()
