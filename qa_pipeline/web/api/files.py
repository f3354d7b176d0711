"""Sending recordings and tables by the API: kept, then imported by the worker."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import File, Query, UploadFile

from qa_pipeline.models.accounts import Role
from qa_pipeline.models.errands import Errand, ErrandKind, Upload
from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.queries.errands import add_errand
from qa_pipeline.store.queries.uploads import uploads
from qa_pipeline.uploading import receive
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Number, Values, api_family, by_token
from qa_pipeline.web.bodies import blocks_of
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.refusals import Forbidden
from qa_pipeline.web.setup.files import map_columns

router = api_family("files")
SENDS = (Scope.FILES_WRITE, Role.ADMINISTRATOR, Role.SUPERVISOR)


class ImportOf(Values):
    """Which uploads to import together; ``preview``: only say what would be taken and refused."""

    uploads: Annotated[list[int], Query(min_length=1, max_length=1000)]
    preview: bool = False


class Columns(Values):
    """What the columns of a kind of file mean: by title the field, '' for none.

    Kinds and their fields are told by an errand that looked at the files (`/imports` with ``preview``).
    """

    kind: Annotated[str, Query(max_length=64)]
    fields: Annotated[dict[str, str], Query(min_length=1, max_length=200)]


@router.post("/files", dependencies=[by_token(*SENDS, files=1)], status_code=201)
def send_file(desk: DeskOf, person: PersonOf, file: Annotated[UploadFile, File()]) -> Upload:
    """Keep a recording, a table or a zip of them. It is imported by `/imports`."""
    return receive(desk.settings, desk.sessions, file.filename or "", blocks_of(file), person.name, datetime.now())


@router.post("/imports", dependencies=[by_token(*SENDS)], status_code=202)
def ask_import(desk: DeskOf, person: PersonOf, wanted: ImportOf) -> Errand:
    """Ask the worker to import what was sent; how far it is: `/errands/{number}`."""
    kind = ErrandKind.PREVIEW if wanted.preview else ErrandKind.IMPORT
    with desk.sessions.begin() as session:
        uploads(session, wanted.uploads)
        parameters = {"uploads": ",".join(map(str, wanted.uploads))}
        return add_errand(session, kind, parameters, person.name, datetime.now())


@router.post("/errands/{number}/columns", dependencies=[by_token(*SENDS)], status_code=202)
def map_file_columns(desk: DeskOf, person: PersonOf, number: Number, given: Columns) -> Errand:
    """Keep what a kind's columns mean, for these files and every later one, and look at the errand's files again.

    What columns mean is a person's word, which holds for everybody's files: a program's account is refused.
    """
    if person.account.is_program:
        raise Forbidden("程序账号不能定列的含义：以后所有人的文件都照此导入", "请主管或管理员用本人的令牌或在网页上定")
    return map_columns(desk, person, number, given.kind, given.fields)
