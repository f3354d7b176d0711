"""Texts that people wrote, as whoever reads a page may see them."""

from __future__ import annotations

from qa_pipeline.models.accounts import Person
from qa_pipeline.reports.hiding import hidden_from
from qa_pipeline.reports.supervision import Hide
from qa_pipeline.web.desk import Desk, viewers_of


def hides(desk: Desk, person: Person) -> Hide:
    """Return what puts stand-ins for personal data into reasons and remarks; for who may see it, it changes nothing."""
    return str if desk.sees_all(person) else hidden_from(desk.settings, viewers_of(person)[0], ())
