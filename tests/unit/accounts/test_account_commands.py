"""``hotline-qa account``: what whoever runs the machine sees."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path

import pytest

from qa_pipeline.accounts import passwords
from qa_pipeline.accounts.sample_people import add_sample_people, write_sample_people
from qa_pipeline.models import Operator
from qa_pipeline.store.queries.accounts import account_by_login, accounts
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import OperatorRow
from qa_pipeline.store.session import close_store, open_store
from qa_pipeline.workspace import init_workspace
from tests.commands import Run, Said, said_by
from tests.people import PASSWORD

NOW = datetime(2026, 11, 1, 9, 0)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    _, sessions = init_workspace(tmp_path / "w")
    close_store(sessions)

    def call(*arguments: str, stdin: bytes = b"") -> Said:
        return said_by(monkeypatch, capsys, "-w", str(tmp_path / "w"), "account", *arguments, stdin=stdin)

    return call


def test_the_first_administrator_is_made_with_a_password_that_is_told_once(run: Run, tmp_path: Path) -> None:
    said = run("add", "root", "--name", "管理员", "--role", "administrator")
    given = re.search(r"初始密码：(\S{16,})", said.out)
    assert (said.code, given is not None) == (0, True)
    assert "首次登录后必须修改" in said.err
    assert "已停用" not in run("list").out
    listed = json.loads(run("list", "--json").out)
    assert [(a["login"], a["must_change"]) for a in listed] == [("root", True)]
    assert given is not None
    assert given[1] not in json.dumps(listed)


def test_a_password_may_come_from_standard_input_and_is_not_printed(run: Run, tmp_path: Path) -> None:
    said = run(
        "add", "zhou", "--name", "周倩", "--role", "reviewer", "--password-stdin", stdin=f"{PASSWORD}\n".encode()
    )
    assert said.code == 0
    assert PASSWORD not in said.out + said.err
    sessions = open_store(f"sqlite:///{tmp_path / 'w' / 'hotline-qa.sqlite3'}")
    with sessions() as session:
        found = account_by_login(session, "zhou")
    close_store(sessions)
    assert found is not None
    assert passwords.is_password(found[1], PASSWORD)


def test_roles_passwords_and_disabling(run: Run) -> None:
    run("add", "root", "--name", "管理员", "--role", "administrator")
    run("add", "zhou", "--name", "周倩", "--role", "reviewer")
    assert "质检员、主管" in run("role", "zhou", "--role", "reviewer", "--role", "supervisor").out
    assert "初始密码" in run("password", "zhou").out
    assert "已停用 zhou" in run("disable", "zhou").out
    assert "已停用" in run("list").out
    assert "已重新启用" in run("enable", "zhou").out
    refused = run("disable", "root")
    assert (refused.code, "最后一个" in refused.err) == (2, True)
    assert run("disable", "nobody").code == 2
    assert run("add", "x1", "--name", "某", "--role", "operator").code == 2


def test_the_demos_people_have_a_role_each_and_their_passwords_lie_in_a_file_of_ones_own(tmp_path: Path) -> None:
    _, sessions = init_workspace(tmp_path / "w")
    operator = Operator("1001", "陈晓雯", "一组", None, date(2021, 3, 1))
    with sessions.begin() as session:
        session.add(as_row(OperatorRow, operator))
        session.flush()
        people = add_sample_people(session, operator, NOW)
    with sessions() as session:
        made = accounts(session)
    close_store(sessions)
    assert {role for a in made for role in a.roles} == {role for _, _, role in people}
    assert [a.operator_id for a in made if a.name == "陈晓雯"] == ["1001"]
    assert {a.created_at for a in made} == {NOW}
    path = write_sample_people(tmp_path, people)
    assert path.stat().st_mode & 0o077 == 0
    assert all(password in path.read_text(encoding="utf-8") for _, password, _ in people)
