"""A month with the browsers of its people: one application, asked by each who is signed in."""

from __future__ import annotations

from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.settings import Settings
from qa_pipeline.web.app import create_app
from tests.people import client_as

PART = {"HX-Request": "true"}
"""What htmx says of itself: whatever is refused comes as a part of a page."""


class Centre:
    """A store, and who asks it."""

    def __init__(self, settings: Settings, sessions: sessionmaker[Session]) -> None:
        self.settings, self.sessions = settings, sessions
        self._app = create_app(sessions, settings)
        self._clients: dict[str, TestClient] = {}

    def as_(self, login: str) -> TestClient:
        """Return somebody's browser."""
        if login not in self._clients:
            self._clients[login] = client_as(self.sessions, self.settings, login, self._app)
        return self._clients[login]

    def page(self, login: str, address: str) -> str:
        """Return what somebody is shown; it must be a page."""
        answer = self.as_(login).get(address)
        assert answer.status_code == 200, answer.text[-600:]
        return answer.text

    def send(self, login: str, address: str, **fields: object) -> tuple[int, str]:
        """Send a form and return the status with where it leads, or with the refusal."""
        answer = self.as_(login).post(address, data=fields, follow_redirects=False)
        return answer.status_code, answer.headers.get("location", answer.text)

    def taken(self, login: str, address: str, **fields: object) -> str:
        """Send a form that must be taken, and return where it leads."""
        status, where = self.send(login, address, **fields)
        assert status == 303, where[-600:]
        return where
