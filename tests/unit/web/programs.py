"""A month with the programs of its people: one application, asked with each one's token."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.testclient import TestClient

from qa_pipeline.accounts.tokens import make_token
from qa_pipeline.models.tokens import Scope
from tests.people import HOME, NAMES
from tests.unit.web.browsers import Centre


class Programs(Centre):
    """A store, and who asks it: browsers, and programs at ``/api/v1``."""

    def program(self, login: str, *scopes: Scope) -> TestClient:
        """Return a program with a token that somebody made for themselves."""
        with self.sessions.begin() as session:
            token, _ = make_token(session, "脚本", login, scopes, 30, NAMES[login], datetime.now())
        return self.holding(token)

    def holding(self, token: str) -> TestClient:
        """Return a program with a token."""
        return TestClient(self._app, base_url=HOME, headers={"Authorization": f"Bearer {token}"})


def told(asking: TestClient, path: str, **params: object) -> Any:
    """Return what a program is told; it must be."""
    answer = asking.get(f"/api/v1{path}", params=params)
    assert answer.status_code == 200, answer.text[:600]
    return answer.json()


def sent(asking: TestClient, path: str, **values: object) -> Any:
    """Send what must be taken, and return what it is answered."""
    answer = asking.post(f"/api/v1{path}", json=values)
    assert answer.status_code == 201, answer.text[:600]
    return answer.json()


def refused(asking: TestClient, path: str, **values: object) -> tuple[int, str]:
    """Send what must be refused, and return the status and why."""
    answer = asking.post(f"/api/v1{path}", json=values)
    assert answer.status_code >= 400, answer.text[:600]
    return answer.status_code, answer.json()["detail"]
