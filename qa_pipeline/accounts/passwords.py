"""Passwords: Argon2id by argon2-cffi with its defaults (RFC 9106, low memory), and what a password must be."""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from qa_pipeline.errors import TransientError, UserError

MIN_LENGTH = 10
MAX_LENGTH = 200
PATIENCE_S = 10.0
_HASHER = PasswordHasher()
# Each try takes 64 MiB: so many at once, however many knock.
_ROOM = threading.BoundedSemaphore(4)
# Somebody who does not exist must take as long to refuse as somebody who does.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


def check_password(password: str, *others: str) -> None:
    """Refuse a password that is easily guessed; ``others`` are the login and the name.

    NIST SP 800-63B: length matters and composition rules do not.

    Raises:
        UserError: It is too short or too long, has too few different characters, or holds the login or the name.
    """
    if len(password) < MIN_LENGTH:
        raise UserError(f"密码少于 {MIN_LENGTH} 个字符", "用一句自己记得住的话，比如几个不相干的词")
    if len(password) > MAX_LENGTH:
        raise UserError(f"密码超过 {MAX_LENGTH} 个字符", "写短一些")
    if len(set(password)) < 5:
        raise UserError("密码里不同的字符太少", "不要用重复的字符")
    folded = password.casefold()
    if any(len(other) >= 3 and other.casefold() in folded for other in others):
        raise UserError("密码里含有账号或姓名", "换一个")


def hash_password(password: str) -> str:
    """Return the hash that is kept."""
    return _HASHER.hash(password)


def is_password(kept: str | None, password: str) -> bool:
    """Whether a password is the one that a hash was made of; None and '' (a program's) take as long and are never so.

    Raises:
        TransientError: Too many are being tried at once.
    """
    if not _ROOM.acquire(timeout=PATIENCE_S):
        raise TransientError("同时登录的人太多", "过几秒再试")
    try:
        _HASHER.verify(kept or _NOBODY, password[: MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _ROOM.release()
    return bool(kept)


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(kept)


def first_password() -> str:
    """Return a random password to hand to somebody, who must change it at once."""
    return secrets.token_urlsafe(12)
