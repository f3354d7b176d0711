"""What the API's routes share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from qa_pipeline.models.accounts import Role
from qa_pipeline.models.tokens import Scope
from qa_pipeline.web.access import allow, family
from qa_pipeline.web.bodies import FORM_LIMIT

PREFIX = "/api/v1"


class Values(BaseModel):
    """A body of the API; money and points are text, so that no digit is lost; times are the centre's wall clock."""

    model_config = ConfigDict(extra="forbid")


MonthGiven = Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Number = Annotated[int, PathParameter(ge=1, le=2**31 - 1)]
"""Of an appeal, a notice and the like: what the store's whole numbers hold."""
OwnPassword = Annotated[str, Query(max_length=200)]
"""Of whoever the token acts for, once more: of what a token alone must not do. Each wrong one is counted as at the
sign-in."""


class Problem(Values):
    """What a refusal says (RFC 9457): what is wrong, and what to do; in English if `Accept-Language` or `lang` asks."""

    status: int
    title: str
    detail: str
    hint: str
    number: str = ""


Responses = dict[int | str, dict[str, Any]]
"""What a route may answer, by status, as OpenAPI says it."""
PROBLEM_TYPE = "application/problem+json"
_CONTENT = {PROBLEM_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}
PROBLEMS: Responses = {
    status: {"content": _CONTENT, "description": text}
    for status, text in {
        400: "The request cannot be done as it is",
        401: "No token, or one that is not good any more",
        403: "The token's scope or the account's role does not allow it",
        404: "There is no such thing",
        409: "It has changed meanwhile",
        413: "The body is larger than is taken",
        422: "A recording that cannot be heard",
        503: "Try again later",
    }.items()
}


def api_family(tag: str) -> APIRouter:
    """Return a router of the API."""
    return family(
        prefix=PREFIX, tags=[tag], default_response_class=JSONResponse, include_in_schema=True, responses=PROBLEMS
    )


def by_token(
    scope: Scope,
    *roles: Role,
    also: Collection[Scope] = (),
    looks: bool = False,
    body_limit: int = FORM_LIMIT,
    files: int = 0,
) -> Any:
    """Say which scopes a token needs, and which role the account that it acts for."""
    return allow(
        *roles, scope=scope.value, also=[one.value for one in also], looks=looks, body_limit=body_limit, files=files
    )


def file_of(*kinds: str) -> Responses:
    """Describe an answer that is a file, of one of some media types."""
    return {200: {"content": _bytes_of(kinds), "description": "The file"}}


def sound_of(*kinds: str) -> Responses:
    """Describe an answer that is sound, of one of some media types, or the part that is asked for."""
    return {
        200: {"content": _bytes_of(kinds), "description": "The recording"},
        206: {"content": _bytes_of(kinds), "description": "The part that a Range header asks for"},
        416: {"content": {"text/plain": {}}, "description": "The recording has no such part"},
    }


def _bytes_of(kinds: Sequence[str]) -> dict[str, Any]:
    return {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}


SOUND = sound_of("audio/wav")
"""A recording as WAV."""
