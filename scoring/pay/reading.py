"""Reading a pay scheme: from YAML or stored JSON to a `PayScheme`, or to a list of everything that is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path

from scoring.documents import DocumentProblems, mapping_sha256, plain_mapping, yaml_mapping
from scoring.exact import HUNDREDTH, rounded
from scoring.fields import Fields
from scoring.pay.scheme import BASE, CALENDAR, DUE, FACTOR_STEP, PERSON, GradePay, PayScheme, RestDays

DEFAULT = "default-2026.yaml"
SCHEME_KEYS = (
    *("version", "effective_from", "days", "min_days", "few_days", "not_heard", "probation_factor", "most_deducted"),
    *("rest", "grades"),
)
GRADE_KEYS = ("name", "factor", "per_point", "at_most", "reward", "deduction")
REST_KEYS = ("weekdays", "off", "on")


class PaySchemeProblems(DocumentProblems):
    """A pay scheme that cannot be used. ``problems`` each say what is wrong, where, and what to do."""


def parse_scheme(mapping: Mapping[str, object], source: str = "pay scheme") -> PayScheme:
    """Make a pay scheme of plain data (of YAML, of JSON).

    Args:
        mapping: Keys as in ``schemes/default-2026.yaml``; numbers may be int, float, text or Decimal.
        source: What to call it in the message.

    Raises:
        PaySchemeProblems: (a ValueError) With every problem at once.
    """
    problems: list[str] = []
    top = Fields(mapping, source, problems)
    top.only(SCHEME_KEYS)
    scheme = PayScheme(
        version=top.text("version"),
        effective_from=top.day("effective_from"),
        days=_choice(top, "days", (CALENDAR, DUE)),
        min_days=_days(top),
        few_days=_choice(top, "few_days", (BASE, PERSON)),
        not_heard=_choice(top, "not_heard", (PERSON, BASE)),
        probation_factor=_stepped(top, "probation_factor", FACTOR_STEP),
        most_deducted=_share(top),
        rest=_rest(top),
        grades=tuple(_grade(entry) for entry in (top.many("grades") if mapping.get("grades") else ())),
    )
    _across(top, scheme)
    if problems:
        raise PaySchemeProblems(source, tuple(problems))
    return replace(scheme, sha256=mapping_sha256(scheme_mapping(scheme)))


def load_scheme(path: Path) -> PayScheme:
    """Read a pay scheme from a YAML file.

    Raises:
        OSError: The file cannot be read.
        PaySchemeProblems: (a ValueError) It is not YAML, or the scheme has problems; lines are named.
    """
    return _from_yaml(path.read_bytes(), str(path))


@cache
def default_scheme() -> PayScheme:
    """Return the pay scheme that the product ships, read once a process."""
    return _from_yaml((files("scoring") / "schemes" / DEFAULT).read_bytes(), DEFAULT)


def scheme_mapping(scheme: PayScheme) -> dict[str, object]:
    """Return a scheme as plain JSON data; `parse_scheme` makes the same scheme (and hash) of it."""
    return plain_mapping(scheme)


def _from_yaml(text: bytes, source: str) -> PayScheme:
    return parse_scheme(yaml_mapping(text, source, "pay scheme", PaySchemeProblems), source)


def _choice(entry: Fields, key: str, words: tuple[str, ...]) -> str:
    """Return one of some words, the first where the key is not there."""
    value = entry.text(key, default=words[0])
    if value not in words:
        entry.problem(key, f"is {value!r}", f"use one of {', '.join(words)}")
    return value


def _days(top: Fields) -> int:
    value = top.optional("min_days") or Decimal(0)
    if value != int(value) or value > 31:
        top.problem("min_days", f"is {value}", "write a whole number of days from 0 to 31")
    return int(value)


def _stepped(entry: Fields, key: str, step: Decimal) -> Decimal | None:
    """Return a number that is a multiple of a step: what is printed must be what is computed with."""
    value = entry.optional(key)
    if value is not None and value != rounded(value, step):
        entry.problem(key, f"is {value}, finer than {step}", f"write it in steps of {step}")
    return value


def _share(top: Fields) -> Decimal | None:
    value = _stepped(top, "most_deducted", FACTOR_STEP)
    if value is not None and value > 1:
        top.problem("most_deducted", f"is {value}, above 1", "write the share of the base, such as 0.2")
    return value


def _grade(entry: Fields) -> GradePay:
    entry.only(GRADE_KEYS)
    grade = GradePay(
        name=entry.text("name"),
        factor=_stepped(entry, "factor", FACTOR_STEP),
        per_point=entry.optional("per_point") or Decimal(0),
        at_most=_stepped(entry, "at_most", FACTOR_STEP),
        reward=_stepped(entry, "reward", HUNDREDTH) or Decimal(0),
        deduction=_stepped(entry, "deduction", HUNDREDTH) or Decimal(0),
    )
    if grade.at_most is not None and grade.factor is not None and grade.at_most < grade.factor:
        entry.problem("at_most", f"is {grade.at_most}, below factor {grade.factor}", "raise it, or leave it out")
    return grade


def _rest(top: Fields) -> RestDays:
    value = top.data.get("rest")
    if value is None:
        return RestDays()
    if not isinstance(value, Mapping):
        top.problem("rest", f"is {value!r}", "write {weekdays: [6, 7], off: [...], on: [...]}")
        return RestDays()
    entry = Fields(value, f"{top.where}, rest", top.problems)
    entry.only(REST_KEYS)
    return RestDays(_weekdays(entry), _dates(entry, "off"), _dates(entry, "on"))


def _weekdays(entry: Fields) -> tuple[int, ...]:
    given = _listed(entry, "weekdays")
    wrong = [day for day in given if isinstance(day, bool) or not isinstance(day, int) or not 1 <= day <= 7]
    if wrong:
        entry.problem("weekdays", f"holds {wrong}", "use 1 (Monday) to 7 (Sunday)")
    return tuple(day for day in given if isinstance(day, int))


def _dates(entry: Fields, key: str) -> tuple[date, ...]:
    given = _listed(entry, key)
    # One problem a date, each at the line of its key.
    one = (Fields({key: day}, entry.where, entry.problems) for day in given)
    return tuple(sorted(field.day(key) for field in one))


def _listed(entry: Fields, key: str) -> list[object]:
    value = entry.data.get(key)
    if value is None or isinstance(value, list):
        return list(value or ())
    entry.problem(key, f"is {value!r}, no list", f"write `{key}: [...]`")
    return []


def _across(top: Fields, scheme: PayScheme) -> None:
    for name, count in Counter(grade.name for grade in scheme.grades).items():
        if count > 1 and name:
            top.problem("grades", f"names {name} {count} times", "give each grade one line")
    if scheme.days == DUE and scheme.rest == RestDays():
        top.problem("days", "is due, and no day of rest is named", "write `rest: {weekdays: [6, 7]}`")
    if scheme.days == CALENDAR and scheme.rest != RestDays():
        top.problem("rest", "is given, but days are counted by the calendar", "write `days: due`, or leave `rest` out")
