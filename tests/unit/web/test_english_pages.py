"""The English pages are English but for data: what people said, wrote, decided and are called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.knowledge import entries
from tests.e2e.month import DIALOGUE, MAIN, MONTH, OPERATORS
from tests.english import HAN, QUOTED
from tests.people import PEOPLE, client_as

PAGES = (
    ("reviewer", f"/calls/{MAIN}"),
    ("reviewer", "/calls/H261005-001"),
    ("reviewer", f"/calls?month={MONTH}"),
    ("reviewer", "/queue"),
    ("reviewer", "/rules"),
    ("reviewer", "/search"),
    ("reviewer", "/knowledge/K007"),
    ("supervisor", f"/months/{MONTH}"),
    ("supervisor", f"/months/{MONTH}/operators/1003"),
    ("supervisor", f"/months/{MONTH}/close"),
    ("supervisor", "/"),
    ("operator3", "/me"),
    ("operator3", f"/me/calls/{MAIN}"),
)
READ_OUT = {"title", "aria-label", "alt", "placeholder", "content", "data-failed"}
"""Attributes that people read or hear."""


class _Shown(HTMLParser):
    """Gathers what is shown or read out: texts, the charts' words, attributes that people read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.extend(value for name, value in attrs if value and name in READ_OUT)

    def handle_data(self, data: str) -> None:
        self.found.append(re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), data).strip())


@pytest.fixture(scope="module")
def data(month) -> tuple[str, ...]:
    """Return everything Chinese that people gave the month, the longest first."""
    _, sessions = month
    with sessions() as session:
        file = call_file(session, MAIN)
        known = entries(session)
        failure = call_file(session, "H261009-001").failure
    order = file.work_order
    assert order is not None
    assert failure
    given = {
        "中文",  # leads to the other language
        *(line[1] for line in DIALOGUE if isinstance(line[1], str)),
        *order.fields.values(),
        *(text for e in known for text in (e.title, e.question, e.answer, e.owner_department)),
        *(text for one in OPERATORS for text in (one.name, one.team)),
        *(name for _, name, _, _ in PEOPLE),
        *("早班", "中班", "晚班"),
        *("我不是说了吗", "你自己看着办"),  # the forbidden words that were said
        # Why a recording could not be read: an error as the command line says it.
        *re.findall(r"[\u3400-\u9fff][^()]*", failure),
    }
    return tuple(sorted(filter(HAN.search, given), key=len, reverse=True))


def _left(texts: list[str], data: tuple[str, ...]) -> Iterator[str]:
    said = " ".join(data)
    for text in texts:
        rest = QUOTED.sub("", text)
        for one in data:
            rest = rest.replace(one, "")
        if HAN.search(rest) and text not in said:  # a transcript's words stand each by itself
            yield text


@pytest.mark.parametrize(("login", "path"), PAGES)
def test_an_english_page_has_no_chinese_but_data(month, data, login: str, path: str) -> None:
    settings, sessions = month
    with client_as(sessions, settings, login) as asking:
        answer = asking.get(path, params={"lang": "en"} if "?" not in path else {"month": MONTH, "lang": "en"})
    assert answer.status_code == 200
    shown = _Shown()
    shown.feed(answer.text)
    assert 'lang="en"' in answer.text
    assert list(_left(shown.found, data)) == []


def test_the_chinese_page_says_it_in_chinese(month) -> None:
    settings, sessions = month
    with client_as(sessions, settings) as asking:
        page = asking.get(f"/calls/{MAIN}").text
    assert "结束语缺一部分：询问其他需求" in page
    assert "Closing" not in page


def test_the_charts_of_an_english_month_name_items_and_grades_in_english(month) -> None:
    settings, sessions = month
    with client_as(sessions, settings, "supervisor") as asking:
        english = asking.get(f"/months/{MONTH}?lang=en").text
        chinese = asking.get(f"/months/{MONTH}").text
    assert "A5 Closing" in english
    assert '"Excellent"' in english
    assert "A5 Closing" not in chinese


@pytest.mark.parametrize(
    ("login", "path", "to"),
    [
        ("supervisor", "/months?lang=en", f"/months/{MONTH}?lang=en"),
        ("operator3", "/?lang=en", "/me?lang=en"),
        ("supervisor", "/months?lang=fr", f"/months/{MONTH}"),
        ("supervisor", "/months", f"/months/{MONTH}"),
    ],
)
def test_whoever_is_led_on_reads_the_next_page_in_the_same_language(month, login: str, path: str, to: str) -> None:
    settings, sessions = month
    with client_as(sessions, settings, login) as asking:
        answer = asking.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, to)


def test_an_english_page_says_in_english_what_is_refused_and_what_to_do(month) -> None:
    settings, sessions = month
    with client_as(sessions, settings) as asking:
        page = asking.get("/calls/没有的?lang=en")
        part = asking.get("/calls/H9?lang=en", headers={"HX-Request": "true"})
        search = asking.get("/search?q=水&lang=en")
        chinese = asking.get("/calls/H9")
    assert (page.status_code, part.status_code, chinese.status_code) == (404, 404, 404)
    assert "There is no call “没有的”" in page.text
    assert "Check the number: use the one in the call log" in page.text
    assert "There is no call H9" in part.text
    assert "没有通话" not in part.text
    assert "“水” is a single character and cannot be searched for" in search.text
    assert "没有通话 H9" in chinese.text


def test_a_refused_sign_in_is_told_in_english(month) -> None:
    settings, sessions = month
    with client_as(sessions, settings) as asking:
        refused = asking.post("/sign-in?lang=en", data={"login": "nobody", "password": "not the one", "next": "/"})
    assert refused.status_code == 401
    assert "Wrong login or password" in refused.text
    assert "账号或密码不对" not in refused.text
