"""Reasons in the ledger cannot be guessed, can be checked one by one, and ledgers of the first format stay valid."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from qa_pipeline.errors import LedgerBroken
from qa_pipeline.ledger.canonical import Body, sha256
from qa_pipeline.ledger.chain import Entry, Kind
from qa_pipeline.ledger.checks import checked
from qa_pipeline.ledger.replay import Replayed, replay
from qa_pipeline.ledger.writing import FORMAT, UNKEYED, Writing
from qa_pipeline.review import months as review_months
from qa_pipeline.settings import Settings
from qa_pipeline.settling.comparing import verify_store
from qa_pipeline.settling.kept import KEY_KIND, writing_of
from qa_pipeline.store.queries.documents import document
from tests.settled import EXCLUDED, MONTH, Store, close, entries, rewritten, tamper

LATER = ("reasons_key_sha256", "ruleset_texts")
"""What entries of the first format do not have."""


def hashes(ledger: list[Entry]) -> set[str]:
    """Return the hashes of free text in a ledger."""
    found: set[str] = set()
    for entry in ledger:
        said = entry.said
        found |= {row[8] for row in said.get("words", ())} | {why for _, why in said.get("excluded", ())}
        found |= {said["words_sha256"]} if entry.kind == Kind.NOTICE else set()
    return found


def test_a_short_reason_cannot_be_guessed_from_the_ledger(looked_at: Store) -> None:
    found = hashes(entries(looked_at))
    guesses = {"", *EXCLUDED.values(), "席位上接听私人电话"}
    assert len(found) > len(guesses)
    assert not found & {sha256(text) for text in guesses}


def test_the_key_of_one_text_proves_it_and_no_other(looked_at: Store) -> None:
    ledger = entries(looked_at)
    with looked_at() as session:
        writing = writing_of(session, ledger[0].said)
    assert writing is not None
    (call_id, why), *_ = (pair for entry in ledger for pair in entry.said.get("excluded", ()))
    place, text = f"excluded {call_id}", EXCLUDED[call_id]
    key = bytes.fromhex(writing.key_of(place))
    assert hmac.new(key, text.encode(), hashlib.sha256).hexdigest() == why == writing.hashed(place, text)
    assert writing.key_of("excluded H999") != writing.key_of(place)
    assert why not in {writing.hashed("excluded H999", text), Writing(FORMAT, "00" * 32).hashed(place, text)}


def test_the_secret_is_not_in_the_ledger_and_its_hash_is(looked_at: Store) -> None:
    with looked_at() as session:
        secret = document(session, KEY_KIND, MONTH)
    assert secret is not None
    ledger = entries(looked_at)
    assert ledger[0].said["reasons_key_sha256"] == sha256(secret)
    assert not any(secret in entry.body for entry in ledger)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM documents WHERE kind = 'ledger_secret'",
        f"UPDATE documents SET body = '{'00' * 32}' WHERE kind = 'ledger_secret'",
    ],
)
def test_a_secret_that_is_lost_or_changed_is_told(store: Store, change: str) -> None:
    tamper(store, change)
    with store() as session, pytest.raises(LedgerBroken, match="库中没有这个月的密钥，或已被改动"):
        verify_store(session)


@pytest.fixture
def first_format(judged: tuple[Settings, Store], monkeypatch: pytest.MonkeyPatch) -> Store:
    """A centre whose ledger is as the program wrote it before reasons had keys."""
    settings, store = judged
    monkeypatch.setattr(review_months, "new_writing", lambda _session, _month: Writing(UNKEYED))
    close(settings, store)

    def older(body: Body) -> None:
        for name in LATER:
            body.pop(name, None)

    for entry in rewritten(entries(store), older):
        tamper(
            store,
            "UPDATE ledger_entries SET body = :body, sha256 = :sha256 WHERE seq = :seq",
            body=entry.body, sha256=entry.sha256, seq=entry.seq,
        )  # fmt: skip
    return store


def test_a_ledger_of_the_first_format_is_verified_and_replayed_as_before(first_format: Store) -> None:
    ledger = entries(first_format)
    assert (ledger[0].said["format"], "supplement" in ledger[0].said["draw"]) == ("1", False)
    assert sha256(EXCLUDED["H003"]) in hashes(ledger)
    with first_format() as session:
        assert verify_store(session).heads == {MONTH: ledger[-1].sha256}
    assert list(replay(checked(ledger), Replayed())) == []


def test_a_reason_that_was_changed_is_found_in_the_first_format_too(first_format: Store) -> None:
    tamper(first_format, "UPDATE exclusions SET reason = '忘了'")
    with first_format() as session, pytest.raises(LedgerBroken, match="H003 的排除"):
        verify_store(session)
