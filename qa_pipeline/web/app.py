"""Putting the pages together."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from sqlalchemy.orm import Session, sessionmaker
from starlette.routing import BaseRoute

from qa_pipeline.settings import Settings
from qa_pipeline.web import (
    appeal_words,
    appeals,
    beside,
    calibration,
    calibration_scoring,
    calls,
    clip_hearing,
    closing,
    contest,
    contest_voting,
    decisions,
    downloads,
    export,
    failures,
    front,
    going_on,
    knowledge,
    listing,
    month,
    notes,
    notices,
    own,
    own_appeals,
    own_tokens,
    own_training,
    pack_cards,
    pack_play,
    packs,
    queue,
    repeats,
    retraining,
    rules,
    search,
    signing,
    training,
    training_clips,
    training_effect,
    training_overdue,
    training_records,
)
from qa_pipeline.web.admin import accounts, hooks, log, tokens
from qa_pipeline.web.api import FAMILIES as API
from qa_pipeline.web.desk import Desk, environment
from qa_pipeline.web.security import Guard
from qa_pipeline.web.setup import errands, files, standards
from qa_pipeline.web.sound import SoundCache

REVIEWING = (decisions, notes, beside, queue, repeats, export, listing, calls, knowledge, rules)
MONTHS = (month, closing, downloads, search)
PEOPLE = (own, own_appeals, own_tokens, appeals, appeal_words, notices, retraining, calibration_scoring, calibration)
TRAINING = (training, clip_hearing, training_clips, packs, pack_cards, pack_play)
RECORDS = (training_overdue, training_records, training_effect, contest_voting, contest, own_training)
RUNNING = (files, errands, standards, accounts, log, tokens, hooks)
FAMILIES = (front, signing, *REVIEWING, *MONTHS, *PEOPLE, *TRAINING, *RECORDS, *RUNNING, *API)
"""Each module of pages has a ``router`` made by `access.family`."""


def create_app(sessions: sessionmaker[Session], settings: Settings) -> FastAPI:
    """Make the application; nothing is opened before the first request."""
    app = FastAPI(title="hotline-qa", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = Desk(sessions, settings, SoundCache(settings.workspace), environment())
    app.router.routes.extend(_routes())
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    failures.install(app)
    app.add_middleware(going_on.KeepsLanguage)
    app.add_middleware(failures.CrashPage)
    app.add_middleware(Guard, names=settings.site_names)  # last, so outermost: a crash's page, too, carries its headers
    return app


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Return the routes of every family. FastAPI works out a route at its first request and keeps it there.

    That takes a second for all of them, so a process that makes many applications has them share the routes.
    """
    bare = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for module in FAMILIES:
        bare.include_router(module.router)
    return tuple(bare.router.routes)
