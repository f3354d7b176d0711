"""Regular expressions of theirs: whether ours can run them, and without what does nothing."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field

from qa_pipeline.rules.matching.patterns import MAX_LENGTH

_UNBOUNDED = re.compile(r"(?:[*+]|\{\d+,\}|\{\d*,[2-9]\d\}|\{\d*,\d{3,}\})")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})")
_LEADING, _TRAILING = re.compile(r"^\^?(?:\.\*\??)+"), re.compile(r"(?<!\\)(?:\.\*\??)+\$?$")


@dataclass(slots=True)
class _Group:
    """What is known of a group while it is read."""

    repeats: bool = False
    firsts: list[str] = field(default_factory=list)
    fresh: bool = True

    @property
    def ambiguous(self) -> bool:
        return len(set(self.firsts)) < len(self.firsts) or (len(self.firsts) > 1 and "." in self.firsts)


def refusal(pattern: str) -> str:
    """Return why a pattern cannot be used, or nothing.

    It may be no pattern, too long, or take time that doubles with every character (``(a+)+``, ``(a|a)*``).
    """
    if len(pattern) > MAX_LENGTH:
        return f"it has {len(pattern)} characters, {MAX_LENGTH} at most"
    if not pattern.isprintable():
        return "it holds characters that cannot be printed"
    try:
        with warnings.catch_warnings():
            # [[ and the like may mean a set within a set one day: no one can say what such a pattern means.
            warnings.simplefilter("error", FutureWarning)
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError, FutureWarning) as error:
        return f"it is no regular expression: {error}"
    if _explodes(pattern):
        return "something repeated is repeated as a whole, which can take for ever on a long sentence"
    return ""


def trimmed(pattern: str) -> str:
    """Return a pattern without the ``.*`` around it: it is searched for, and evidence shows the words that matter."""
    if _choice_outside(pattern):
        return pattern
    inner = _TRAILING.sub("", _LEADING.sub("", pattern))
    try:
        re.compile(inner)
    except re.error:
        return pattern
    return inner or pattern


def _choice_outside(pattern: str) -> bool:
    """Whether ``|`` stands outside of every bracket, so that what stands before it belongs to one choice only."""
    depth = 0
    for sign in _tokens(pattern):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            return True
    return False


def _tokens(pattern: str) -> list[str]:
    """Split a valid pattern into characters, escapes, classes and quantifiers; what follows ``(?`` goes with it."""
    found, place = [], 0
    while place < len(pattern):
        match = _token(pattern, place)
        found.append("(" if match.startswith("(") else match)
        place += len(match)
    return found


def _token(pattern: str, place: int) -> str:
    rest = pattern[place:]
    if rest[0] == "\\":
        return rest[:2]
    if rest[0] == "[":
        end = rest.index("]", 3 if rest[1] == "^" else 2)
        while (len(rest[:end]) - len(rest[:end].rstrip("\\"))) % 2:
            end = rest.index("]", end + 1)
        return rest[: end + 1]
    if opened := re.match(r"\(\?(?:P?<[A-Za-z_]\w*>|<[=!]|[:=!>])", rest):
        return opened.group()
    if quantifier := _QUANTIFIER.match(rest):
        return quantifier.group()
    return rest[0]


def _explodes(pattern: str) -> bool:
    groups = [_Group()]
    closed: _Group | None = None
    for sign in _tokens(pattern):
        if _QUANTIFIER.fullmatch(sign):
            if _UNBOUNDED.fullmatch(sign):
                if closed is not None and (closed.repeats or closed.ambiguous):
                    return True
                groups[-1].repeats = True
            continue
        closed = _step(groups, sign)
    return False


def _step(groups: list[_Group], sign: str) -> _Group | None:
    """Follow one sign; return the group that it closes."""
    if sign == "(":
        groups.append(_Group())
        return None
    if sign == ")":
        closed = groups.pop()
        groups[-1].repeats |= closed.repeats
        return closed
    top = groups[-1]
    if sign == "|":
        top.fresh = True
    elif top.fresh:
        top.firsts.append(sign)
        top.fresh = False
    return None
