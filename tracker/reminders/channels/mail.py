"""E-mail through the server that SMTP_HOST names."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from tracker.clock import real_now
from tracker.reminders.channels.letter import Letter, NotSent

ADDRESS = re.compile(r"[^\s,;<>@\"]+@[^\s,;<>@\"]+")
TIMEOUT = 20
"""Seconds a server may take to answer."""


def send(letter: Letter, settings: Mapping[str, Any]) -> None:
    """Hand the letter to the mail server. NotSent; final when the server refuses the address for good."""
    try:
        with _connect(settings) as server:
            if settings["SMTP_USER"]:
                server.login(settings["SMTP_USER"], settings["SMTP_PASSWORD"])
            server.send_message(_compose(letter, settings["SMTP_FROM"]))
    except smtplib.SMTPRecipientsRefused as refusal:
        code, answer = next(iter(refusal.recipients.values()))
        raise NotSent(f"邮件服务器不收这个地址：{code} {_words(answer)}", final=code >= 500) from refusal
    except smtplib.SMTPAuthenticationError as refusal:
        raise NotSent(f"邮件服务器不认账号或密码：{refusal.smtp_code}，请检查 SMTP_USER、SMTP_PASSWORD") from refusal
    except smtplib.SMTPResponseException as refusal:
        raise NotSent(f"邮件服务器没有收下：{refusal.smtp_code} {_words(refusal.smtp_error)}") from refusal
    except (smtplib.SMTPException, OSError, ValueError) as fault:
        raise NotSent(f"邮件没有发出：{fault}") from fault


def _connect(settings: Mapping[str, Any]) -> smtplib.SMTP:
    host, port = settings["SMTP_HOST"], settings["SMTP_PORT"]
    if settings["SMTP_SECURITY"] == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    if settings["SMTP_SECURITY"] == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server


def _compose(letter: Letter, sender: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, _one_address(letter.address), " ".join(letter.title.split())
    mail["Message-ID"], mail["Date"] = letter.stable_id, format_datetime(real_now())
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, cte="base64")
    return mail


def _one_address(written: str) -> str:
    """The address, if it is one and nothing besides: a line end or a comma would make further headers or recipients."""
    if not ADDRESS.fullmatch(written):
        raise NotSent("这个人的邮箱不是一个邮件地址，请系统管理员改正", final=True)
    return written


def _words(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
