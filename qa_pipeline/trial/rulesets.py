"""The ruleset that a name means: the shipped one, the one in force, a file, or a version that has judged calls."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound, RulesetError
from qa_pipeline.rules.registry import discover
from qa_pipeline.rules.ruleset import Ruleset, load_ruleset
from qa_pipeline.settings import Settings
from qa_pipeline.standards import DEFAULT, ruleset_of
from qa_pipeline.store.queries.documents import document, versions_of

CURRENT = "current"


def ruleset_named(name: str, settings: Settings | None = None, session: Session | None = None) -> Ruleset:
    """Return the ruleset of a name.

    Args:
        name: ``default`` (the shipped one), ``current`` (the workspace's), a path, or a version kept in the store.
        settings: Of the workspace; None without one: ``current`` is then the shipped one.
        session: The store, None without one.

    Raises:
        NotFound: It is none of these; the hint has the versions that are kept.
        RulesetError: The file, or what is kept, does not load.
    """
    if name == DEFAULT or (name == CURRENT and settings is None):
        return load_ruleset()
    if name == CURRENT and settings is not None:
        return ruleset_of(settings)
    if Path(name).is_file():
        return load_ruleset(Path(name))
    body = None if session is None else document(session, "ruleset", name)
    if body is not None:
        return kept_ruleset(name, json.loads(body))
    kept = "、".join(versions_of(session, "ruleset")) if session is not None else ""
    raise NotFound(
        f'there is no ruleset "{name}": no such file, and no version of that name has judged calls',
        f"give a file, default, current, or one of the kept versions: {kept or 'none yet'}",
    )


def kept_ruleset(version: str, body: Mapping[str, Any]) -> Ruleset:
    """Make a ruleset of what a run kept of it, through the one loader that checks rulesets.

    A rule that the program has got since then is switched off, as it did not judge.

    Raises:
        RulesetError: A rule or parameter of then is no longer known, or an own condition was kept without its item.
    """
    known = discover()
    kept: Mapping[str, Any] = body["rules"]
    rules: dict[str, Any] = {code: {"enabled": False} for code in known if code not in kept}
    conditions: dict[str, Any] = {}
    for code, one in kept.items():
        values = {name: value for name, value in one["params"].items() if value is not None}
        if code in known:
            rules[code] = {"standing": one["standing"], **values}
        elif "item" not in one:
            raise RulesetError(
                f"ruleset {version}: condition {code} was kept without its item and name",
                "run the month once more with this version of the program, or give the ruleset's file",
            )
        else:
            about = {name: one[name] for name in ("item", "name", "why") if one.get(name)}
            conditions.update(values.pop("named", {}))
            rules[code] = {**about, "standing": one["standing"], **values}
    written = {"version": version, "rules": rules, "conditions": conditions}
    with tempfile.TemporaryDirectory() as folder:
        # JSON is YAML, and the loader reads files.
        path = Path(folder) / f"kept-{version.replace('/', '-')}.yaml"
        path.write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
        return load_ruleset(path)
