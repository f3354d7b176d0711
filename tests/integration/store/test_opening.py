"""Opening a store: what is missing, old, new or broken is said in words; migrations make the schema's tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from qa_pipeline.errors import SettingsError, TransientError
from qa_pipeline.store import migrate, queries
from qa_pipeline.store.codec import encode
from qa_pipeline.store.schema import Base
from qa_pipeline.store.session import close_store, open_store
from tests import centre
from tests.quick_stores import UPGRADE


@pytest.fixture(autouse=True)
def _migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the migrations themselves: these tests are about them."""
    monkeypatch.setattr(migrate.command, "upgrade", UPGRADE)


def set_revision(url: str, revision: str) -> None:
    sessions = open_store(url, create=True)
    with sessions.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    close_store(sessions)


def test_the_migrations_make_exactly_the_tables_of_the_schema(url: str) -> None:
    sessions = open_store(url, create=True)
    # The index of what can be searched is made by each database in its own way, and is in no schema.
    tables = {"include_name": lambda name, kind, _: kind != "table" or not name.startswith("search_index")}
    with sessions() as session:
        differences = compare_metadata(MigrationContext.configure(session.connection(), opts=tables), Base.metadata)
    close_store(sessions)
    assert differences == []


def test_making_a_store_twice_keeps_what_is_in_it(url: str) -> None:
    first = open_store(url, create=True)
    with first.begin() as session:
        session.execute(text("INSERT INTO closings VALUES ('2026-09', 'w', '2026-10-01 08:00:00')"))
    close_store(first)
    second = open_store(url, create=True)
    with second() as session:
        assert session.scalar(text("SELECT closed_by FROM closings")) == "w"
    close_store(second)


def test_a_store_of_the_first_version_keeps_its_audits(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = migrate.command.upgrade
    with monkeypatch.context() as older:
        older.setattr(migrate.command, "upgrade", lambda config, _revision: newest(config, "0001"))
        older.setattr(migrate, "head", lambda: "0001")
        first = open_store(url, create=True)
    with first.begin() as session:
        centre.put_calls(session, [centre.call()])
        session.execute(
            text(
                "INSERT INTO audits (call_id, month, recording_id, inputs_hash, speech_hash, ruleset_version, "
                "ruleset_sha256, scorecard_version, knowledge_sha256, results, evaluation, created_at) VALUES "
                "('H1', '2026-10', :recording, 'i', 's', 'r', 'r', 'c', 'k', '[]', :evaluation, '2026-10-05 08:00:00')"
            ),
            {"recording": centre.recording().recording_id, "evaluation": encode(centre.evaluation())},
        )
    close_store(first)
    second = open_store(url, create=True)
    with second() as session:
        (kept,) = queries.audits_of(session, "H1")
    close_store(second)
    assert kept.corrections == ()


def test_a_store_that_was_never_made_is_not_opened(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no store") as caught:
        open_store(url)
    assert "hotline-qa init" in caught.value.hint
    assert not list(tmp_path.glob("*.sqlite3")), "looking for a store must not make an empty one"


def test_an_empty_database_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite3").touch()
    with pytest.raises(SettingsError, match="holds no store yet"):
        open_store(f"sqlite:///{tmp_path / 'empty.sqlite3'}")


@pytest.mark.parametrize("create", [False, True])
def test_a_store_of_a_newer_program_is_left_alone(url: str, create: bool) -> None:
    set_revision(url, "9999")
    with pytest.raises(SettingsError, match=r"newer version of the program .*9999"):
        open_store(url, create=create)


def test_a_store_of_an_older_program_asks_for_init(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    close_store(open_store(url, create=True))
    made_as = migrate.head()
    monkeypatch.setattr(migrate, "head", lambda: "9999")
    with pytest.raises(SettingsError, match=rf"older version \({made_as}, this program has 9999\)") as caught:
        open_store(url)
    assert "hotline-qa init" in caught.value.hint


def test_a_migration_that_breaks_off_leaves_no_half_of_a_store(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(config: object, revision: str) -> None:
        real(config, revision)  # type: ignore[arg-type]
        raise RuntimeError("killed")

    real = migrate.command.upgrade
    monkeypatch.setattr(migrate.command, "upgrade", broken)
    with pytest.raises(RuntimeError, match="killed"):
        open_store(url, create=True)
    monkeypatch.setattr(migrate.command, "upgrade", real)
    with pytest.raises(SettingsError, match="holds no store yet"):
        open_store(url)


def test_a_file_that_is_no_database_is_named_as_such(tmp_path: Path) -> None:
    file = tmp_path / "hotline-qa.sqlite3"
    file.write_text("this is a letter, not a database. " * 100)
    with pytest.raises(SettingsError, match="is not a database"):
        open_store(f"sqlite:///{file}")


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be opened") as caught:
        open_store(f"sqlite:///{tmp_path / 'nowhere' / 'hotline-qa.sqlite3'}", create=True)
    assert "workspace" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "said"), [("no url at all", "is not one"), ("mysql://host/name", "cannot live in mysql")]
)
def test_an_url_that_means_nothing_is_refused(url: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        open_store(url)


@pytest.mark.postgres
def test_a_server_that_does_not_answer_may_answer_later(tmp_path: Path) -> None:
    with pytest.raises(TransientError, match="server cannot be reached"):
        open_store(f"postgresql://postgres@/qa?host={tmp_path}")


@pytest.mark.postgres
def test_a_database_that_the_server_does_not_know_is_a_setting_to_mend(postgres: str) -> None:
    with pytest.raises(SettingsError, match="does not know this database"):
        open_store(postgres.replace("/postgres?", "/nowhere?"))


def test_sqlite_is_opened_to_wait_for_locks_and_to_keep_references(tmp_path: Path) -> None:
    sessions = open_store(f"sqlite:///{tmp_path / 'a.sqlite3'}", create=True)
    with sessions() as session:
        wanted = {"journal_mode": "wal", "busy_timeout": 5000, "foreign_keys": 1}
        assert {name: session.scalar(text(f"PRAGMA {name}")) for name in wanted} == wanted
    close_store(sessions)


def test_what_a_failing_statement_was_given_stays_out_of_the_message(url: str) -> None:
    sessions = open_store(url, create=True)
    with pytest.raises(Exception, match=r"(?i)foreign key") as caught, sessions.begin() as session:
        session.execute(
            text("INSERT INTO duties VALUES ('2026-10-01', :shift, 'nobody')"), {"shift": "早班-13900001234"}
        )
    close_store(sessions)
    assert "parameters hidden" in str(caught.value)
    assert "13900001234" not in str(caught.value)
