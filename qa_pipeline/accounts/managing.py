"""Making accounts, changing what they may do, and their passwords."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline.accounts.passwords import check_password, hash_password, is_password
from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models.accounts import PROGRAM, Account, Role
from qa_pipeline.models.persons import plain
from qa_pipeline.store.queries import accounts as kept
from qa_pipeline.store.queries.people import operators

logger = logging.getLogger(__name__)
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
NAME_LIMIT = 64


def folded_login(login: str) -> str:
    """Return a login as it is kept."""
    return plain(login).casefold()


def create_account(
    session: Session,
    login: str,
    name: str,
    roles: Collection[Role],
    password: str,
    by: str,
    now: datetime,
    operator_id: str | None = None,
    must_change: bool = True,
) -> Account:
    """Make an account.

    Raises:
        UserError: The login, name, roles or password will not do, or an operator's number is missing or unknown.
        Conflict: The login or the name is somebody's already.
    """
    key, signed = folded_login(login), plain(name)
    if signed.endswith(PROGRAM):
        raise UserError(f"姓名不能以“{PROGRAM}”结尾", "那是程序账号的署名；给程序用的请建程序账号")
    wanted = _checked(session, roles, operator_id)
    check_password(password, key, signed)
    account = Account(0, key, signed, wanted, operator_id or None, must_change, by, now)
    return _added(session, account, hash_password(password))


def create_program(session: Session, login: str, name: str, roles: Collection[Role], by: str, now: datetime) -> Account:
    """Make an account for a program: it has no password, works by tokens alone, and its name says what it is.

    Raises:
        UserError: The login, name or roles will not do; an operator's results are for a person.
        Conflict: The login or the name is somebody's already.
    """
    key, signed = folded_login(login), plain(name).removesuffix(PROGRAM)
    _refuse_operator(roles, None)
    wanted = _checked(session, roles, None)
    account = Account(0, key, f"{signed}{PROGRAM}" if signed else "", wanted, None, False, by, now, is_program=True)
    return _added(session, account, "")


def _refuse_operator(roles: Collection[Role], operator_id: str | None) -> None:
    if Role.OPERATOR in roles or operator_id:
        raise UserError("程序不能是话务员", "选它要做的事的角色；本人成绩只给本人看")


def _added(session: Session, account: Account, hashed: str) -> Account:
    key, signed = account.login, account.name
    if not LOGIN.fullmatch(key):
        raise UserError(f"账号“{key}”不合要求", "用 2 至 64 个小写字母、数字或 . _ -，以字母或数字开头")
    if not signed or len(signed) > NAME_LIMIT:
        raise UserError("姓名没有填写或过长", f"填写 1 至 {NAME_LIMIT} 个字；复核决定以它署名")
    if kept.account_by_login(session, key) is not None:
        raise Conflict(f"账号 {key} 已经有了", "换一个账号，或重新启用原来的")
    if kept.account_named(session, signed.casefold()) is not None:
        raise Conflict(f"姓名“{signed}”已有账号使用", "同名的人请在姓名后加工号：署名必须能分清是谁")
    made = kept.add_account(session, account, signed.casefold(), hashed)
    logger.info("account %d made", made.account_id)
    return made


def _checked(session: Session, roles: Collection[Role], operator_id: str | None) -> tuple[Role, ...]:
    wanted = tuple(role for role in Role if role in roles)
    if not wanted:
        raise UserError("没有选择角色", f"至少选一个：{'、'.join(r.name_zh for r in Role)}")
    if Role.OPERATOR in wanted and not operator_id:
        raise UserError("话务员账号没有写明工号", "填写名册里的工号：只看得到这个工号的结果")
    if operator_id and operator_id not in {o.operator_id for o in operators(session)}:
        raise UserError(f"名册里没有工号 {operator_id}", "先导入名册，或改正工号")
    return wanted


def find_account(session: Session, login: str) -> Account:
    """Return an account by its login.

    Raises:
        NotFound: Nobody has it.
    """
    found = kept.account_by_login(session, folded_login(login))
    if found is None:
        raise NotFound(f"没有账号 {login}", "账号见账号列表")
    return found[0]


def change_roles(session: Session, login: str, roles: Collection[Role], operator_id: str | None) -> Account:
    """Change what an account may do; errors as `create_account`.

    Raises:
        Conflict: It would leave nobody to administer.
    """
    kept.hold_accounts(session)
    account = find_account(session, login)
    if account.is_program:
        _refuse_operator(roles, operator_id)
    wanted = _checked(session, roles, operator_id)
    if Role.ADMINISTRATOR not in wanted:
        _refuse_last_administrator(session, account)
    kept.set_roles(session, account.account_id, wanted, operator_id or None)
    return find_account(session, login)


def disable_account(session: Session, login: str, now: datetime) -> Account:
    """Keep somebody from signing in, and end their sessions at once.

    Raises:
        NotFound: Nobody has the login.
        Conflict: It is the last administrator that may sign in.
    """
    kept.hold_accounts(session)
    account = find_account(session, login)
    _refuse_last_administrator(session, account)
    kept.set_disabled(session, account.account_id, now)
    kept.end_sign_ins(session, account.account_id)
    return find_account(session, login)


def enable_account(session: Session, login: str) -> Account:
    """Let somebody sign in again."""
    account = find_account(session, login)
    kept.set_disabled(session, account.account_id, None)
    return find_account(session, login)


def _refuse_last_administrator(session: Session, account: Account) -> None:
    able = [
        a.account_id
        for a in kept.accounts(session)
        if Role.ADMINISTRATOR in a.roles and a.disabled_at is None and not a.is_program
    ]
    if able == [account.account_id]:
        raise Conflict(f"{account.login} 是最后一个能登录的管理员", "先建立或启用另一个管理员")


def reset_password(session: Session, login: str, password: str) -> Account:
    """Set a password for somebody, who must change it at the next sign-in; their sessions end.

    Raises:
        NotFound: Nobody has the login.
        UserError: The password will not do.
    """
    account = find_account(session, login)
    if account.is_program:
        raise UserError(f"{account.login} 是程序账号，没有密码", "在“接口令牌”页给它发令牌")
    check_password(password, account.login, account.name)
    kept.set_password(session, account.account_id, hash_password(password), must_change=True)
    kept.end_sign_ins(session, account.account_id)
    return find_account(session, login)


def change_password(session: Session, account: Account, old: str, new: str, keep_token_sha256: str) -> None:
    """Change one's own password; every other session of the account ends.

    Raises:
        UserError: The old password is wrong, or the new one will not do.
    """
    found = kept.account_by_login(session, account.login)
    if found is None or not is_password(found[1], old):
        raise UserError("原密码不对", "忘记了请找管理员重设")
    check_password(new, account.login, account.name)
    if old == new:
        raise UserError("新密码与原密码相同", "换一个")
    kept.set_password(session, account.account_id, hash_password(new), must_change=False)
    kept.end_sign_ins(session, account.account_id, but=keep_token_sha256)
