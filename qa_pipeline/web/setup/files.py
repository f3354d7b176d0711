"""Sending files, what would be taken of them, what their columns mean, and the import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from qa_pipeline.errors import UserError
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.errands import Errand, ErrandKind
from qa_pipeline.models.files import UPLOAD_SUFFIXES
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.errands import add_errand, errand, errands
from qa_pipeline.store.queries.uploads import remember_columns, uploads
from qa_pipeline.uploading import receive
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.bodies import blocks_of
from qa_pipeline.web.desk import Desk, DeskOf, page

router = family()
SETS_UP = (Role.ADMINISTRATOR, Role.SUPERVISOR)
MOST_SHOWN = 30
MOST_FILES = 1000
"""Files of one form: as many as its parser takes."""


@router.get("/setup", dependencies=[allow(*SETS_UP)])
def setup_page(request: Request, desk: DeskOf) -> Response:
    """Show where files are sent, what was asked for, and how far it is."""
    with desk.sessions() as session:
        known, asked = months(session), errands(session, MOST_SHOWN)
    return page(
        request,
        "setup.html",
        known=known,
        errands=asked,
        suffixes=",".join(sorted(UPLOAD_SUFFIXES)),
        most_mb=desk.settings.max_upload_mb,
    )


@router.post("/setup/files", dependencies=[allow(*SETS_UP, files=MOST_FILES)])
def post_files(desk: DeskOf, person: PersonOf, files: Annotated[Sequence[UploadFile], File()] = ()) -> Response:
    """Keep what is sent and look at it; nothing is imported yet."""
    now, sent = datetime.now(), [file for file in files if file.filename]
    if not sent:
        raise UserError("没有选择文件", "选择后再上传")
    kept = [receive(desk.settings, desk.sessions, f.filename or "", blocks_of(f), person.name, now) for f in sent]
    with desk.sessions.begin() as session:
        numbers = ",".join(str(upload.upload_id) for upload in kept)
        asked = add_errand(session, ErrandKind.PREVIEW, {"uploads": numbers}, person.name, now)
    return RedirectResponse(f"/setup/errands/{asked.errand_id}", status_code=303)


@router.post("/setup/errands/{number}/columns", dependencies=[allow(*SETS_UP)])
def post_columns(
    desk: DeskOf,
    person: PersonOf,
    number: int,
    kind: Annotated[str, Form()] = "",
    title: Annotated[Sequence[str], Form()] = (),
    field: Annotated[Sequence[str], Form()] = (),
) -> Response:
    """Keep what a kind's columns mean, for this and every later file, and look again."""
    if len(title) != len(field):
        raise _incomplete()
    again = map_columns(desk, person, number, kind, dict(zip(title, field, strict=True)))
    return RedirectResponse(f"/setup/errands/{again.errand_id}", status_code=303)


def map_columns(desk: Desk, person: Person, number: int, kind: str, fields: Mapping[str, str]) -> Errand:
    """Keep what a kind's columns mean, by title, and return the errand that looks at the files of another again.

    Raises:
        NotFound: There is no such errand.
        UserError: It is of no such kind of file, or the fields are not that kind's, each once.
    """
    now, given = datetime.now(), list(fields.values())
    with desk.sessions.begin() as session:
        looked = errand(session, number)
        allowed = _fields_of(looked, kind)
        if not allowed or set(given) - allowed - {""}:
            raise _incomplete()
        if doubled := {f for f in given if f and given.count(f) > 1}:
            raise UserError(f"两列都对应到 {'、'.join(sorted(doubled))}", "一个字段只能对应一列")
        remember_columns(session, kind, fields, person.name, now)
        return add_errand(session, ErrandKind.PREVIEW, {**looked.parameters, "look": str(number)}, person.name, now)


def _incomplete() -> UserError:
    return UserError("列的对应关系不完整", "刷新页面后再选")


@router.post("/setup/errands/{number}/import", dependencies=[allow(*SETS_UP)])
def post_import(desk: DeskOf, person: PersonOf, number: int) -> Response:
    """Import what a preview showed."""
    with desk.sessions.begin() as session:
        wanted = errand(session, number).parameters.get("uploads", "")
        uploads(session, [int(one) for one in wanted.split(",") if one])
        asked = add_errand(session, ErrandKind.IMPORT, {"uploads": wanted}, person.name, datetime.now())
    return RedirectResponse(f"/setup/errands/{asked.errand_id}", status_code=303)


def _fields_of(looked: Errand, kind: str) -> set[str]:
    """Return what columns may mean for a kind of file, as the preview told it."""
    told: Any = looked.report.get("files", [])
    found: set[str] = set()
    for file in told:
        own = file.get("fields") or [] if file["kind"] == kind else file.get("fields_of", {}).get(kind, [])
        found |= {field for field, _ in own}
    return found
