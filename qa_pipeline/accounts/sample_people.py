"""One account for each role, with random passwords: for the demo's workspace and for nothing that holds real calls."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from qa_pipeline.accounts.managing import create_account
from qa_pipeline.accounts.passwords import first_password
from qa_pipeline.models import Operator
from qa_pipeline.models.accounts import Role

FILE = "accounts.txt"
PEOPLE = (
    ("reviewer", "演示质检员甲", Role.REVIEWER),
    ("reviewer2", "演示质检员乙", Role.REVIEWER),
    ("supervisor", "演示主管", Role.SUPERVISOR),
    ("trainer", "演示培训师", Role.TRAINER),
    ("admin", "演示管理员", Role.ADMINISTRATOR),
)


def add_sample_people(session: Session, operator: Operator, now: datetime) -> tuple[tuple[str, str, Role], ...]:
    """Make the accounts, one of them an operator's, and return each login, password and role."""
    people = (*PEOPLE, ("operator", operator.name, Role.OPERATOR))
    made = []
    for login, name, role in people:
        password = first_password()
        number = operator.operator_id if role is Role.OPERATOR else None
        create_account(session, login, name, (role,), password, "demo", now, number, must_change=False)
        made.append((login, password, role))
    return tuple(made)


def write_sample_people(folder: Path, people: tuple[tuple[str, str, Role], ...]) -> Path:
    """Write logins and passwords into a file that only its owner can read."""
    path = folder / FILE
    lines = [f"{login:<12}{password:<20}{role.name_zh}" for login, password, role in people]
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join([f"{'账号':<10}{'密码':<18}角色", *lines]) + "\n")
    return path
