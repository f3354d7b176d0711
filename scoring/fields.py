"""Reads typed fields out of a mapping and collects every problem instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation


def line_of(node: object, key: object = None) -> str:
    """Return `` (line 12)`` where the YAML reader kept the line of a node or of one of its keys, '' otherwise."""
    marks = getattr(node, "lc", None)
    if marks is None:
        return ""
    place = (marks.data or {}).get(key)
    return f" (line {(place[0] if place else marks.line) + 1})"


@dataclass(slots=True)
class Fields:
    """One mapping of a file, the place where it stands, and the list that its problems go to.

    Every getter returns a usable value whatever it finds, so that one reading names all problems.
    """

    data: Mapping[str, object]
    where: str
    problems: list[str]

    def problem(self, key: str, what: str, remedy: str) -> None:
        """Add one problem: where it is, what it is, what to do about it."""
        self.problems.append(f"{self.where}{line_of(self.data, key)}: {key} {what}; {remedy}")

    def only(self, known: tuple[str, ...]) -> None:
        """Name every key that is not known."""
        for key in self.data:
            if key not in known:
                self.problem(str(key), "is not known", f"use one of {', '.join(known)}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that is not empty; without ``default`` it must be there."""
        value = self.data.get(key)
        if default is not None and value in (None, ""):
            return default
        if not isinstance(value, str | int | float) or isinstance(value, bool) or not str(value).strip():
            self.problem(key, "is missing or not a text", f"write `{key}: …`")
            return ""
        return str(value).strip()

    def number(self, key: str) -> Decimal:
        """Return a number of 0 or more that must be there."""
        value = self._number(key)
        if value is None:
            self.problem(key, f"is missing or no number ({self.data.get(key)!r})", "write a number such as 2 or 1.5")
            return Decimal(0)
        if value < 0:
            self.problem(key, f"is {value}, below 0", "write how much as a number of 0 or more")
        return value

    def optional(self, key: str) -> Decimal | None:
        """Return a number of 0 or more, None where the key is not there."""
        return None if self.data.get(key) is None else self.number(key)

    def flag(self, key: str) -> bool:
        """Return true or false; false where the key is not there."""
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            self.problem(key, f"is {value!r}", "write true or false")
            return False
        return value

    def day(self, key: str) -> date:
        """Return a date that must be there."""
        value = self.data.get(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.problem(key, f"is no date ({value!r})", "write it as 2026-01-31")
            return date.min

    def many(self, key: str) -> list[Fields]:
        """Return the mappings of a list that must be there and not be empty."""
        value = self.data.get(key)
        if not isinstance(value, list) or not value:
            self.problem(key, "is missing, empty or no list", f"write at least one `- code: …` line below `{key}:`")
            return []
        return [self._entry(key, n, entry) for n, entry in enumerate(value, start=1)]

    def _entry(self, key: str, n: int, entry: object) -> Fields:
        where = f"{key}[{n}]"
        if not isinstance(entry, Mapping):
            self.problems.append(f"{where}: is {entry!r}; write names with values, such as `code: A1`")
            return Fields({}, where, [])
        named = entry.get("code", entry.get("name"))
        return Fields(entry, f"{where} {named}" if named else where, self.problems)

    def _number(self, key: str) -> Decimal | None:
        value = self.data.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            return None
        try:
            # str() of a float is its shortest form, so the 1.5 of a YAML file is exactly Decimal("1.5").
            number = Decimal(str(value))
        except InvalidOperation:
            return None
        return number if number.is_finite() else None
