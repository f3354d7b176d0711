"""What the API can do, as OpenAPI: for programs, and for who writes them."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from qa_pipeline import __version__
from qa_pipeline.web.access import everybody, family
from qa_pipeline.web.api.base import Problem

router = family(default_response_class=JSONResponse)


@router.get("/api/v1/openapi.json", dependencies=[everybody("it tells what the source tells, and nothing of a centre")])
def openapi(request: Request) -> dict[str, Any]:
    """Return the description of the API."""
    app = request.app
    if app.openapi_schema is None:  # made once: it takes half a second, and no request changes it
        app.openapi_schema = described(app)
    return dict(app.openapi_schema)


def described(app: Any) -> dict[str, Any]:
    """Return the OpenAPI description of an application, with how to authenticate."""
    found = get_openapi(
        title="hotline-qa",
        version=__version__,
        description="Audits of 12345 hotline calls. Tokens: /me/tokens for oneself (operators: /api/v1/me alone), "
        "/admin/tokens for programs.",
        routes=app.routes,
    )
    parts = found.setdefault("components", {})
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    parts["schemas"][Problem.__name__] = Problem.model_json_schema()  # named by `PROBLEMS`, which FastAPI leaves alone
    found["security"] = [{"token": []}]
    _tell_wall_clock(found)
    return found


def _tell_wall_clock(part: Any) -> None:
    """Call times what they are: of the centre's wall clock, without the offset that a date-time of JSON Schema has."""
    if isinstance(part, dict):
        if part.get("format") == "date-time":
            part["format"] = "date-time-local"
        for inner in part.values():
            _tell_wall_clock(inner)
    elif isinstance(part, list):
        for inner in part:
            _tell_wall_clock(inner)
