"""Where somebody goes after a form was taken: to a page, in the language that they read."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response


def go_to(request: Request, path: str) -> Response:
    """Lead on to a page of ours.

    A form that was sent by htmx stays as it was where it is refused, with the refusal beside it; where it is taken,
    its page is left as after any other form.
    """
    asked = request.query_params.get("lang")
    address = path if asked is None else f"{path}{'&' if '?' in path else '?'}lang={asked}"
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)
