"""Who asks the API: one application, and a token of somebody's with the scopes that a test gives it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.accounts.tokens import make_token
from qa_pipeline.models.tokens import Scope
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.access_log import AccessFilter, access_entries
from qa_pipeline.web.app import create_app
from tests.people import HOME, NAMES

API = "/api/v1"


class Programs:
    """A store, and the programs that ask it."""

    def __init__(self, settings: Settings, sessions: sessionmaker[Session]) -> None:
        self.settings, self.sessions = settings, sessions
        self._app = create_app(sessions, settings)

    def of(self, login: str, *scopes: Scope) -> TestClient:
        """Return a program with a token that acts for somebody; its addresses begin after ``/api/v1``."""
        with self.sessions.begin() as session:
            token, _ = make_token(session, "脚本", login, scopes, 30, NAMES[login], datetime.now())
        return self.by(token)

    def by(self, token: str) -> TestClient:
        """Return a program with a token."""
        return TestClient(self._app, base_url=HOME + API, headers={"Authorization": f"Bearer {token}"})

    def logged(self, action: str) -> list[tuple[str, str, int]]:
        """Return who did something to what, and what came of it, the oldest first."""
        with self.sessions() as session:
            found = access_entries(session, AccessFilter(action=action), 50)
        return [(one.login, one.subject, one.outcome) for one in reversed(found)]
