"""What every page needs: the store, the words, the templates and how things are written."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.accounts.tokens import person_of_token
from qa_pipeline.assessment.sounded import sounded, told_apart
from qa_pipeline.assessment.veil import veiled
from qa_pipeline.language.gloss import gloss, gloss_field, gloss_refusal
from qa_pipeline.language.personal.public import public_words
from qa_pipeline.language.personal.viewers import Viewer, may_see
from qa_pipeline.models import CallFile
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.review import card_for
from qa_pipeline.settings import Settings
from qa_pipeline.standards import scorecard_of
from qa_pipeline.store.queries.calls import call_file, call_files
from qa_pipeline.store.queries.knowledge import entries
from qa_pipeline.web.months import Months
from qa_pipeline.web.navigation import links_for
from qa_pipeline.web.rule_tables import RuleTables
from qa_pipeline.web.sound import SoundCache
from qa_pipeline.web.wording import LANGUAGES, words
from scoring.scorecard import Scorecard

LOW_CONFIDENCE = 0.6
"""Below this a word is underlined: rules, too, do not trust it (rules.base.Params). Half of its kind are wrong."""

HTMX_CONFIG = json.dumps(
    {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "allowScriptTags": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "timeout": 20_000,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "[45]..", "swap": True, "error": True, "target": "#message", "swapOverride": "innerHTML"},
        ],
    }
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages share. ``deciding`` lets one decision be written, ``checking`` one call be checked at a time."""

    sessions: sessionmaker[Session]
    settings: Settings
    sound: SoundCache
    templates: Environment
    deciding: threading.Lock = field(default_factory=threading.Lock)
    checking: threading.Lock = field(default_factory=threading.Lock)
    cards: dict[str, Scorecard] = field(default_factory=dict)
    looks: dict[tuple[int, str, str, str, str], datetime] = field(default_factory=dict)
    months: Months = field(init=False)
    rule_tables: RuleTables = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rule_tables", RuleTables(self.settings))
        object.__setattr__(self, "months", Months(self.card, self.settings.min_calls, self.sessions))

    def sees_all(self, person: Person) -> bool:
        """Whether somebody sees personal data as it was said."""
        return any(may_see(viewer, self.settings.sees_personal_data) for viewer in viewers_of(person))

    def call(self, session: Session, call_id: str, person: Person) -> CallFile:
        """Return a call as somebody may see it.

        Raises:
            NotFound: There is no such call.
        """
        file = call_file(session, call_id)
        if self.sees_all(person):
            return file
        public = public_words(entries(session))
        return veiled(file, viewers_of(person)[0], self.settings.sees_personal_data, public)

    def calls(self, session: Session, call_ids: Collection[str], person: Person) -> dict[str, CallFile]:
        """Return several calls as somebody may see them, by id; those that are not there are left out."""
        files = call_files(session, call_ids)
        if self.sees_all(person):
            return files
        viewer, public = viewers_of(person)[0], public_words(entries(session))
        return {n: veiled(f, viewer, self.settings.sees_personal_data, public) for n, f in files.items()}

    def person_of_token(self, token: str) -> Person | None:
        """Return for whom an API token acts; None where it is nobody's."""
        return person_of_token(self.sessions, token, datetime.now())

    def card(self, session: Session, version: str | None = None) -> Scorecard:
        """Return the scorecard of a version, or the one in force."""
        if version is None:
            return scorecard_of(self.settings)
        if version not in self.cards:  # a version never changes once it was used
            self.cards[version] = card_for(session, self.settings, version)
        return self.cards[version]


def viewers_of(person: Person) -> tuple[Viewer, ...]:
    """Return as whom somebody looks at a call; an administrator looks from outside."""
    found = tuple(Viewer(role.value) for role in person.account.roles if role is not Role.ADMINISTRATOR)
    return found or (Viewer.OUTSIDER,)


def desk_of(request: Request) -> Desk:
    """Return the application's desk (a FastAPI dependency)."""
    desk: Desk = request.app.state.desk
    return desk


DeskOf = Annotated[Desk, Depends(desk_of)]


@cache
def environment() -> Environment:
    """Return the templates' environment, of which a process needs one: everything is escaped, a missing name an error.

    A template is compiled once, however many applications are made.
    """
    env = Environment(
        loader=PackageLoader("qa_pipeline.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for written in (
        gloss,
        gloss_field,
        gloss_refusal,
        clock,
        minutes,
        number,
        percent,
        percent1,
        moment,
        seconds,
        signed,
    ):
        env.filters[written.__name__] = written
    env.globals.update(htmx_config=HTMX_CONFIG, low_confidence=LOW_CONFIDENCE, sounded=sounded, told_apart=told_apart)
    return env


def page(request: Request, name: str, status_code: int = 200, **values: Any) -> HTMLResponse:
    """Render a template in the language of the request."""
    desk = desk_of(request)
    language = language_of(request)
    person: Person | None = getattr(request.state, "person", None)

    def href(path: str, **query: object) -> str:
        if language != desk.settings.language:
            query["lang"] = language
        given = {key: value for key, value in query.items() if value not in {None, ""}}
        return quote(path) + (f"?{urlencode(given)}" if given else "")

    other = next(code for code in LANGUAGES if code != language)
    body = desk.templates.get_template(name).render(
        t=words(language),
        href=href,
        language=language,
        other_language=_here(request, lang=other),
        nonce=request.scope["state"]["nonce"],
        person=person,
        csrf=person.csrf if person is not None else "",
        language_query="" if language == desk.settings.language else f"lang={language}",
        links=links_for(person, values.get("month")),
        **{"month": None, "months": (), **values},
    )
    return HTMLResponse(body, status_code)


def _here(request: Request, **query: str) -> str:
    """Return this page's address with something asked anew. //host would be another server's to a browser."""
    asked = request.url.include_query_params(**query).query
    return f"{quote('/' + request.url.path.lstrip('/'))}?{asked}"


def language_of(request: Request) -> str:
    """Return the language that the address asks for, else the settings' one."""
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else desk_of(request).settings.language


def clock(ms: int) -> str:
    """Write a place in a call: ``1:02.4``."""
    tenths = (ms + 50) // 100
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def minutes(seconds_: int) -> str:
    """Write a length: ``1:02``."""
    return f"{seconds_ // 60}:{seconds_ % 60:02d}"


def seconds(ms: int) -> str:
    """Write milliseconds as seconds for the page's scripts."""
    return f"{ms / 1000:.3f}"


def number(value: Decimal | None, places: int | None = None) -> str:
    """Write points without needless zeros, or with a fixed number of places; None is a dash."""
    if value is None:
        return "–"
    if places is not None:
        return f"{value:.{places}f}"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(value: Decimal, places: int = 2) -> str:
    """Write a difference with its sign: ``+1.25``, ``−0.40``."""
    return f"{value:+.{places}f}".replace("-", "−")


def percent(share: float) -> str:
    """Write a probability: ``85%``."""
    return f"{share:.0%}"


def percent1(share: float) -> str:
    """Write a small probability: ``0.3%``, ``<0.1%``."""
    return "<0.1%" if 0 < share < 0.001 else f"{share:.1%}"


def moment(when: datetime) -> str:
    """Write a time of the centre's wall clock."""
    return f"{when:%m-%d %H:%M}"
