"""Webhooks: a real receiver is told each event once it took it, in order, signed; one that fails waits ever longer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import NotFound
from qa_pipeline.models import Verdict
from qa_pipeline.models.appeals import AppealKind, AppealStep
from qa_pipeline.models.hooks import HookEvent
from qa_pipeline.review import decide
from qa_pipeline.store.queries.hooks import (
    CLAIM_LEASE,
    add_hook,
    claim_hook,
    end_hook,
    happened_since,
    hook_told,
    hooks,
    release_hook,
)
from qa_pipeline.store.schema import AppealRow, AppealWordRow
from qa_pipeline.store.session import close_store
from qa_pipeline.worker.hooks import LONGEST_PAUSE, pause_after, tell_hooks
from tests.e2e.month import MAIN, seed
from tests.people import client_as

NOW = datetime(2026, 11, 2, 9, 0)
LATER = NOW + timedelta(minutes=1)
Store = sessionmaker[Session]


class Receiver:
    """What came in; ``answers`` are the statuses to answer with, 204 when they are used up."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.came.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(outer.answers.pop(0) if outer.answers else 204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/told"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    _, sessions = seed(tmp_path)
    yield sessions
    close_store(sessions)


def say(store: Store, code: str, verdict: Verdict = Verdict.CONFIRM, now: datetime = NOW) -> None:
    with store.begin() as session:
        decide(session, MAIN, code, verdict, 1, "质检员甲", "不是这样", now)


def hook(store: Store, url: str, *events: HookEvent) -> None:
    with store.begin() as session:
        add_hook(session, url, "a secret of the receiver", events or (HookEvent.FINDING_DECIDED,), "管理员", NOW)


def test_what_happens_is_told_once_in_order_and_signed(store: Store, receiver: Receiver) -> None:
    say(store, "PH05", now=NOW - timedelta(minutes=5))  # before the hook: not its business
    hook(store, receiver.url)
    say(store, "PH06", Verdict.OVERRULE)
    say(store, "AN01", now=NOW + timedelta(seconds=1))
    assert tell_hooks(store, lambda: LATER) == 2
    assert tell_hooks(store, lambda: LATER) == 0
    told = [json.loads(body) for _, body in receiver.came]
    assert [(t["type"], t["data"]["code"], t["data"]["verdict"]) for t in told] == [
        ("finding.decided", "PH06", "overrule"),
        ("finding.decided", "AN01", "confirm"),
    ]
    assert "不是这样" not in receiver.came[0][1].decode("unicode_escape")
    headers, body = receiver.came[0]
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.new(b"a secret of the receiver", content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{right}"


def test_what_is_not_taken_comes_again_after_a_while_before_what_came_later(store: Store, receiver: Receiver) -> None:
    hook(store, receiver.url)
    say(store, "PH06")
    say(store, "AN01", now=NOW + timedelta(seconds=1))
    receiver.answers = [500]
    assert tell_hooks(store, lambda: LATER) == 0
    with store() as session:
        [kept] = hooks(session)
    assert (kept.failures, kept.error, kept.next_at) == (1, "HTTP 500", LATER + timedelta(seconds=10))
    assert tell_hooks(store, lambda: LATER + timedelta(seconds=5)) == 0
    assert tell_hooks(store, lambda: LATER + timedelta(seconds=11)) == 2
    assert [json.loads(body)["data"]["code"] for _, body in receiver.came] == ["PH06", "PH06", "AN01"]
    with store() as session:
        assert hooks(session)[0].failures == 0


def test_a_redirect_is_no_answer_and_an_address_without_anybody_is_told_of(store: Store, receiver: Receiver) -> None:
    hook(store, receiver.url)
    receiver.answers = [302]
    say(store, "PH06")
    assert tell_hooks(store, lambda: LATER) == 0
    receiver.server.shutdown()
    receiver.server.server_close()
    hook(store, receiver.url)
    say(store, "AN01", now=NOW + timedelta(seconds=1))
    assert tell_hooks(store, lambda: LATER) == 0
    with store() as session:
        assert [h.error for h in hooks(session)] == ["HTTP 302", "ConnectError"]


def test_an_address_that_cannot_be_asked_keeps_no_other_untold(store: Store, receiver: Receiver) -> None:
    hook(store, f"http://{'x' * 70}.intranet/")  # no name of a host is so long
    hook(store, "http://127.0.0.1:abc/")
    hook(store, receiver.url)
    say(store, "PH06")
    assert tell_hooks(store, lambda: LATER) == 1
    with store() as session:
        assert [h.failures for h in hooks(session)] == [1, 1, 0]


def test_what_was_written_by_a_clock_that_is_ahead_is_not_passed_over(store: Store, receiver: Receiver) -> None:
    hook(store, receiver.url)
    say(store, "PH06", now=NOW + timedelta(seconds=55))
    say(store, "AN01")  # a later number, by another process's clock
    assert tell_hooks(store, lambda: LATER) == 0
    assert tell_hooks(store, lambda: LATER + timedelta(seconds=5)) == 2
    assert [json.loads(body)["data"]["code"] for _, body in receiver.came] == ["PH06", "AN01"]


def test_a_word_on_a_fatal_error_is_told_of_and_not_told(store: Store, receiver: Receiver) -> None:
    hook(store, receiver.url)
    say(store, "FE01", Verdict.OVERRULE)
    assert tell_hooks(store, lambda: LATER) == 1
    told = json.loads(receiver.came[0][1])["data"]
    assert (told["code"], told["item"], told["verdict"], told["faults"]) == ("FE01", "V1", None, None)


def test_every_kind_of_event_is_told_and_what_is_too_young_waits(store: Store, receiver: Receiver) -> None:
    hook(store, receiver.url, *HookEvent)
    say(store, "PH06")
    assert tell_hooks(store, lambda: NOW + timedelta(seconds=5)) == 0
    with store.begin() as session:
        [kept] = hooks(session)
        assert kept.told["call.audited"] != ""
        end_hook(session, kept.hook_id, NOW)
        with pytest.raises(NotFound):
            end_hook(session, 99, NOW)
    assert tell_hooks(store, lambda: LATER) == 0


def test_pauses_grow_to_an_hour() -> None:
    pauses = [pause_after(n) for n in range(20)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(seconds=10), LONGEST_PAUSE)


def test_an_administrator_sets_and_ends_a_webhook(tmp_path: Path) -> None:
    settings, sessions = seed(tmp_path)
    with client_as(sessions, settings, "administrator") as boss:
        form = {"url": "https://platform.intranet/told", "events": ["month.settled"]}
        assert 'class="secret"' in boss.post("/admin/hooks", data=form).text
        wrong_urls = ("ftp://x", "https://u:p@x/", "https://[", "https://x:99999/", "https://x:abc/")
        for wrong in (*({"url": url} for url in wrong_urls), {"events": []}, {"events": ["king"]}):
            assert boss.post("/admin/hooks", data={**form, **wrong}).status_code == 400
        boss.post("/admin/hooks/1/end")
        assert "已停用" in boss.get("/admin/hooks").text
    close_store(sessions)


def test_two_workers_tell_an_address_each_thing_once(store: Store, receiver: Receiver) -> None:
    hook(store, receiver.url)
    say(store, "PH06", Verdict.OVERRULE)
    say(store, "AN01", now=NOW + timedelta(seconds=1))
    with ThreadPoolExecutor(4) as pool:
        told = [pool.submit(tell_hooks, store, lambda: LATER) for _ in range(4)]
    assert sum(one.result() for one in told) == 2
    assert [json.loads(body)["data"]["code"] for _, body in receiver.came] == ["PH06", "AN01"]


def test_a_worker_that_died_while_it_told_keeps_nobody_from_telling_for_long(store: Store, receiver: Receiver) -> None:
    hook(store, receiver.url)
    say(store, "PH06", Verdict.OVERRULE)
    with store.begin() as session:
        assert claim_hook(session, 1, "of a worker that died", LATER) is not None
        assert claim_hook(session, 1, "another", LATER) is None
    assert tell_hooks(store, lambda: LATER) == 0
    assert tell_hooks(store, lambda: LATER + CLAIM_LEASE) == 1


def test_two_words_of_one_moment_on_appeals_are_both_told(store: Store, receiver: Receiver) -> None:
    hook(store, receiver.url, HookEvent.APPEAL_ANSWERED)
    with store.begin() as session:
        for number in (1, 2):
            asked = {"operator_id": "1003", "month": "2026-10", "reason": "不是这样", "filed_by": "王海燕"}
            session.add(
                AppealRow(
                    appeal_id=number, kind=AppealKind.STRIKE, filed_at=NOW, due_on=NOW.date(), late_doubt=False, **asked
                )
            )
            session.flush()
            word = {
                "appeal_id": number,
                "changes": (),
                "step": AppealStep.ANSWERED,
                "by": "周倩",
                "reason": "已复核",
                "said_at": NOW,
            }
            session.add_all(AppealWordRow(position=at, **word) for at in (1, 2))
    told = []
    for _ in range(4):  # one at a time, as a failure in between would have it
        with store() as session:
            (kept,) = hooks(session)
            told += happened_since(session, HookEvent.APPEAL_ANSWERED, kept.told["appeal.answered"], LATER, 1)
        with store.begin() as session:
            claim_hook(session, 1, "x", LATER)
            hook_told(session, kept, told[-1], "x", LATER)
            release_hook(session, 1, "x")
    assert [(one.data["appeal_id"], one.data["position"]) for one in told] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert tell_hooks(store, lambda: LATER) == 0
