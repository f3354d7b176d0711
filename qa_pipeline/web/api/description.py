"""What the API can do, as OpenAPI: for programs, and for who writes them."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from qa_pipeline import __version__
from qa_pipeline.web.access import everybody, family

router = family(default_response_class=JSONResponse)


@router.get("/api/v1/openapi.json", dependencies=[everybody("it tells what the source tells, and nothing of a centre")])
def openapi(request: Request) -> dict[str, Any]:
    """Return the description of the API."""
    return described(request.app)


def described(app: Any) -> dict[str, Any]:
    """Return the OpenAPI description of an application, with how to authenticate."""
    found = get_openapi(
        title="hotline-qa",
        version=__version__,
        description="Audits of 12345 hotline calls. Tokens are made by an administrator at /admin/tokens.",
        routes=app.routes,
    )
    found.setdefault("components", {})["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    found["security"] = [{"token": []}]
    return found
