"""What the pages of the training room do can be done by the API, by the same roles, and is logged alike."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute

from qa_pipeline.models.accounts import Role
from qa_pipeline.models.tokens import Scope
from qa_pipeline.web.access import access_of
from tests.routes import ROUTES, case_id

OTHERWISE = {
    ("GET", "/training"): ("/training/passages", "/training/examples"),
    ("GET", "/training/passages/{call_id:path}/{start_ms:int}"): ("/training/passages/{call_id}/{start_ms}",),
    ("POST", "/training/clips/{clip_id}/{step}"): tuple(
        f"/training/clips/{{clip_id}}/{step}" for step in ("approval", "refusal", "withdrawal")
    ),
    ("POST", "/training/contest/{contest_id}/entries/{entry_id}/{step}"): tuple(
        f"/training/contest/{{contest_id}}/entries/{{entry_id}}/{step}" for step in ("removal", "return", "clip")
    ),
}
"""A page's address with those of the API that do the same; all others are the same after ``/api/v1``."""
LED_ON = {"/training/packs/{pack}": {Role.OPERATOR}}
"""Pages that lead some to another, which the API has as well."""
PAGES = [(method, route) for method, route in ROUTES if route.path.startswith("/training")]
API = {(method, route.path): access_of(route) for method, route in ROUTES if route.path.startswith("/api/v1/training")}


@pytest.mark.parametrize("case", PAGES, ids=case_id)
def test_a_page_has_its_like_for_programs(case: tuple[str, APIRoute]) -> None:
    method, route = case
    page = access_of(route)
    for path in OTHERWISE.get((method, route.path), (route.path,)):
        like = API[(method, f"/api/v1{path}")]
        assert like.roles == page.roles - LED_ON.get(path, set())
        assert (like.looks, like.body_limit) == (page.looks, page.body_limit)
        assert like.scope == (Scope.TRAINING_READ if method == "GET" else Scope.TRAINING_WRITE)
