"""A month by standards that are not in force: what a change would come to, before anybody adopts it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.models.errands import Errand
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.settings import Settings
from qa_pipeline.standards import scorecard_in
from qa_pipeline.trial import Otherwise, what_if
from qa_pipeline.trial.what_if_values import what_if_values


def tried(
    settings: Settings, sessions: sessionmaker[Session], errand: Errand, tell: Callable[[int, int, str], None]
) -> dict[str, Any]:
    """Return a month as it stands and as it would be; ``scorecard`` and ``ruleset`` are the texts of the proposals."""
    with TemporaryDirectory(prefix="trial-") as folder:
        card = _laid(Path(folder) / "scorecard.yaml", errand.parameters.get("scorecard", ""))
        rules = _laid(Path(folder) / "ruleset.yaml", errand.parameters.get("ruleset", ""))
        wanted = Otherwise(
            card=None if card is None else scorecard_in(card),
            ruleset=None if rules is None else load_ruleset(rules),
            scheme=None,
            calls=(),
        )
    with sessions() as session:
        return what_if_values(what_if(session, settings, errand.parameters["month"], wanted, tell))


def _laid(path: Path, text: str) -> Path | None:
    if not text:
        return None
    path.write_text(text, encoding="utf-8")
    return path
