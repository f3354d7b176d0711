"""Whatever somebody writes, imports or names is shown as they wrote it, and is markup on no page.

Each text of the store that people write (what has a Chinese character in it) is made one that breaks out of text,
attribute, comment, script and title, wherever it is not escaped; then every page is asked for and every form is sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from html.parser import HTMLParser

import pytest

from qa_pipeline.accounts.tokens import make_token
from qa_pipeline.models import Verdict
from qa_pipeline.models.tokens import Scope
from qa_pipeline.review import decide
from qa_pipeline.settings import load_settings
from qa_pipeline.store.session import close_store
from qa_pipeline.web.access import access_of
from qa_pipeline.worker import work
from qa_pipeline.workspace import init_workspace
from tests.e2e.month import MAIN, MONTH, seed
from tests.people import NAMES
from tests.routes import LOGIN_OF, ROUTES, VALUES
from tests.unit.web.browsers import PART, Centre

NOW = datetime(2026, 11, 2, 9, 0)
EVIL = "\"'><x-evil evil=1></script></title></textarea></style>--><x-evil evil=1>{{7*7}}"
WRITTEN = re.compile("[\u4e00-\u9fff]")
ROSTER = f"工号,姓名,班组,入职日期,{EVIL}\n1009,周倩,三组,不知道,甲\n".encode()
DAY = str(datetime.now().date() + timedelta(days=3))
LEFT = {"sign-out", "/disable", "/enable", "/password", "/revoke", "/end", "/close", "/adopt"}
"""Forms that are not sent: they end the test's own sessions, or take no words."""


class Page(HTMLParser):
    """What a browser makes of a page: whether something broke out, where it leads, which forms it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.broken: list[str] = []
        self.forms: list[tuple[str, set[str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "x-evil" or any(name.startswith(("evil", "on")) for name in given):
            self.broken.append(f"{self.getpos()} <{tag} {given}>")
        for name in ("href", "src", "action", "hx-get", "hx-post"):
            leads = given.get(name) or "#"
            if not leads.startswith(("/", "?", "#")) or leads.startswith("//"):
                self.broken.append(f"{self.getpos()} {name}={leads}")
        if tag == "form" and (
            action := given.get("hx-post") or (given.get("method") == "post" and given.get("action"))
        ):
            self.forms.append((str(action), set()))
        elif tag in {"input", "textarea", "select", "button"} and self.forms and given.get("name"):
            self.forms[-1][1].add(str(given["name"]))


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    workspace = tmp_path_factory.mktemp("hostile")
    _, sessions = seed(workspace)
    init_workspace(workspace)
    found = Centre(load_settings(workspace), sessions)
    _fill(found)
    _make_hostile(found)
    yield found
    close_store(sessions)


def _fill(centre: Centre) -> None:
    """Let people write what a month has beside its calls: words, notices, appeals, retraining, sessions, files."""
    with centre.sessions.begin() as session:
        decide(session, MAIN, "PH06", Verdict.CONFIRM, 2, "质检员甲", "确有禁语", NOW)
        make_token(session, "呼叫平台", "supervisor", tuple(Scope), 30, NAMES["supervisor"], datetime.now())
    notice = {"operator": "1003", "kind": "shift_leader", "happened": "2026-10-14T15:20", "what": "离席未报备"}
    address = centre.taken(
        "reviewer", "/notices", **notice, evidence="监控", points="2", seen_by="周班长", call_id=MAIN
    )
    centre.taken("supervisor", f"{address}/approval", reason="属实", points="1.5", criticised="true")
    appeal = centre.taken("operator3", f"/me/calls/{MAIN}/appeals", item="A6", reason="已经致歉")
    centre.taken("reviewer2", f"{appeal}/answer", reason="重听过")
    centre.taken("trainer", "/retraining", operator="1003", subject="安抚话术", planned_on=DAY)
    members = ["1", "2"]
    centre.taken("reviewer", "/calibration", title="十一月校准", due_on=DAY, members=members, calls=[MAIN])
    sent = centre.as_("supervisor").post("/setup/files", files={"files": ("名册<x-evil>.csv", ROSTER)})
    assert sent.status_code == 200, sent.text
    centre.send("administrator", "/admin/hooks", url="https://example.invalid/甲", events=["month_closed"])
    work(centre.settings, centre.sessions, until_idle=True)


def _make_hostile(centre: Centre) -> None:
    engine = centre.sessions.kw["bind"]
    with closing(engine.raw_connection()) as raw:
        names = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()]
        for name in names:  # tables that are only added to: nobody could write such a text in them afterwards
            raw.execute(f"DROP TRIGGER {name}")
        for (table,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if not table.startswith("search_index"):  # the index's own, of words that are searched and never shown
                _rewrite(raw, table)
        raw.commit()


def _rewrite(raw, table: str) -> None:
    columns = [row[1] for row in raw.execute(f"PRAGMA table_info({table})").fetchall()]
    for rowid, *values in raw.execute(f"SELECT rowid, {', '.join(columns)} FROM {table}").fetchall():
        changed = {c: _hostile(v) for c, v in zip(columns, values, strict=True) if isinstance(v, str)}
        changed = {c: v for c, v in changed.items() if v != values[columns.index(c)]}
        if changed:
            told = ", ".join(f"{column} = ?" for column in changed)
            raw.execute(f"UPDATE {table} SET {told} WHERE rowid = ?", (*changed.values(), rowid))


def _hostile(text: str) -> str:
    if text[:1] in {"{", "["}:
        try:
            return json.dumps(_hostile_in(json.loads(text)), ensure_ascii=False)
        except json.JSONDecodeError:
            pass
    return f"{EVIL}{text}" if WRITTEN.search(text) else text


def _hostile_in(part):
    if isinstance(part, dict):
        return {key: _hostile_in(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_hostile_in(value) for value in part]
    return f"{EVIL}{part}" if isinstance(part, str) and WRITTEN.search(part) else part


def addresses() -> list[tuple[str, str]]:
    """Return each page and part with who may see it, its numbers those of what there is."""
    found = []
    for method, route in ROUTES:
        access = access_of(route)
        if method == "GET" and not access.scope and not route.path.endswith((".wav", ".json", ".xlsx", ".csv", ".zip")):
            address = re.sub(r"\{(\w+)(:\w+)?\}", lambda m: VALUES.get(m[1], "1"), route.path)
            roles = access.roles or set(LOGIN_OF)
            login = next(LOGIN_OF[role] for role in LOGIN_OF if role in roles)
            found.append((address, "operator3" if login == "operator" else login))
    return found


@pytest.fixture(scope="module")
def shown(centre: Centre) -> dict[tuple[str, str], str]:
    found = {}
    for address, login in addresses():
        answer = centre.as_(login).get(address)
        assert answer.status_code < 500, (address, login)
        found[address, login] = answer.text
    return found


@pytest.mark.large
def test_what_people_wrote_is_markup_on_no_page(shown: dict[tuple[str, str], str]) -> None:
    broken = {case: found for case, text in shown.items() if (found := Page(text).broken)}
    assert broken == {}
    showing = {address for (address, _), text in shown.items() if "x-evil" in text}
    assert {f"/calls/{MAIN}", "/notices/1", "/appeals/1", "/retraining", "/calibration/1", "/me"} <= showing
    assert {"/admin/tokens", "/admin/log", "/setup/errands/1", "/knowledge/K007", f"/months/{MONTH}"} <= showing


@pytest.mark.large
def test_what_a_form_is_sent_comes_back_as_it_was_sent(centre: Centre, shown: dict[tuple[str, str], str]) -> None:
    """Hostile words in every field of every form that a page has: taken or refused, they are markup nowhere."""
    forms: dict[tuple[str, str], set[str]] = {}
    for (_, login), text in shown.items():
        for action, fields in Page(text).forms:
            forms.setdefault((action.partition("?")[0], login), set()).update(fields - {"csrf"})
    asked = [(action, login, fields) for (action, login), fields in forms.items() if fields]
    asked = [case for case in asked if not any(part in case[0] for part in LEFT)]
    assert len(asked) >= 20
    returned = 0
    for number, (action, login, fields) in enumerate(asked):
        headers = PART if number % 2 else {}
        answer = centre.as_(login).post(action, data=dict.fromkeys(fields, EVIL), headers=headers)
        assert answer.status_code < 500, (action, login, answer.text[:300])
        assert Page(answer.text).broken == [], (action, login)
        returned += "x-evil" in answer.text
    assert returned >= 5


@pytest.mark.parametrize(
    "name", ["month", "operator", "shift", "item", "state", "rule", "sort", "q", "owner", "only", "who"]
)
def test_what_an_address_asks_for_is_never_markup(centre: Centre, name: str) -> None:
    for address in ("/calls", "/knowledge", "/notices", "/appeals", "/queue", "/sign-in"):
        answer = centre.as_("supervisor").get(address, params={name: EVIL, "next": f"/{EVIL}"})
        assert answer.status_code < 500
        assert Page(answer.text).broken == []
    answer = centre.as_("administrator").get("/admin/log", params={name: EVIL})
    assert Page(answer.text).broken == []
