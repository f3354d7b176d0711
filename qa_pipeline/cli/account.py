"""``hotline-qa account``: who may sign in. The first administrator is made here; others also in the browser."""

from __future__ import annotations

import getpass
from datetime import datetime
from typing import Annotated

import typer

from qa_pipeline.cli.batch import AsJson
from qa_pipeline.cli.console import err, out, out_json
from qa_pipeline.models.accounts import Role

Login = Annotated[str, typer.Argument(help="What is typed to sign in")]
Roles = Annotated[list[Role], typer.Option("--role", help="What the person does; may be given several times")]
OperatorNumber = Annotated[str | None, typer.Option("--operator", help="Whose results an operator sees: the number")]
PasswordFrom = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input; else one is made and printed")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    people = typer.Typer(no_args_is_help=True, help="Who may sign in to the desk, and as what.")
    people.command("add")(add)
    people.command("list")(list_)
    people.command("role")(role)
    people.command("password")(password)
    people.command("disable")(disable)
    people.command("enable")(enable)
    app.add_typer(people, name="account")


def add(
    context: typer.Context,
    login: Login,
    name: Annotated[str, typer.Option("--name", help="What decisions are signed with")],
    roles: Roles,
    operator: OperatorNumber = None,
    password_stdin: PasswordFrom = False,
    program: Annotated[
        bool, typer.Option("--program", help="For a program: no password, API tokens only, and a name that says so")
    ] = False,
) -> None:
    """Make an account. Its password must be changed at the first sign-in."""
    from qa_pipeline.accounts.managing import create_account, create_program
    from qa_pipeline.accounts.passwords import first_password

    _, sessions = context.obj.open()
    by, now = getpass.getuser(), datetime.now()
    given = "" if program else _read() if password_stdin else first_password()
    with sessions.begin() as session:
        if program:
            made = create_program(session, login, name, roles, by, now)
        else:
            made = create_account(session, login, name, roles, given, by, now, operator)
    out(f"已建立账号 {made.login}（{made.name}）：{'、'.join(r.name_zh for r in made.roles)}")
    if program:
        err("  → 没有密码；管理员在“接口令牌”页给它发令牌")
    else:
        _tell(given, password_stdin)


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the accounts."""
    from dataclasses import asdict

    from qa_pipeline.store.queries.accounts import accounts

    _, sessions = context.obj.open()
    with sessions() as session:
        known = accounts(session)
    if as_json:
        out_json([asdict(account) for account in known])
        return
    out(f"账号 {len(known)} 个")
    for a in known:
        more = "".join((f"，工号 {a.operator_id}" if a.operator_id else "", "，已停用" if a.disabled_at else ""))
        out(f"  {a.login}  {a.name}  {'、'.join(r.name_zh for r in a.roles)}{more}")


def role(context: typer.Context, login: Login, roles: Roles, operator: OperatorNumber = None) -> None:
    """Change what somebody may do: the roles named are all that the account has afterwards."""
    from qa_pipeline.accounts.managing import change_roles

    _, sessions = context.obj.open()
    with sessions.begin() as session:
        account = change_roles(session, login, roles, operator)
    out(f"{account.login} 现在是：{'、'.join(r.name_zh for r in account.roles)}")


def password(context: typer.Context, login: Login, password_stdin: PasswordFrom = False) -> None:
    """Set somebody's password, which they must change at the next sign-in; their sessions end."""
    from qa_pipeline.accounts.managing import reset_password
    from qa_pipeline.accounts.passwords import first_password

    _, sessions = context.obj.open()
    given = _read() if password_stdin else first_password()
    with sessions.begin() as session:
        account = reset_password(session, login, given)
    out(f"已重设 {account.login} 的密码，原有登录已退出")
    _tell(given, password_stdin)


def disable(context: typer.Context, login: Login) -> None:
    """Keep somebody from signing in, at once."""
    from qa_pipeline.accounts.managing import disable_account

    _, sessions = context.obj.open()
    with sessions.begin() as session:
        account = disable_account(session, login, datetime.now())
    out(f"已停用 {account.login}（{account.name}），已退出登录")


def enable(context: typer.Context, login: Login) -> None:
    """Let somebody sign in again."""
    from qa_pipeline.accounts.managing import enable_account

    _, sessions = context.obj.open()
    with sessions.begin() as session:
        account = enable_account(session, login)
    out(f"已重新启用 {account.login}（{account.name}）")


def _read() -> str:
    return typer.get_text_stream("stdin").readline().rstrip("\n")


def _tell(given: str, typed: bool) -> None:
    if not typed:
        out(f"初始密码：{given}")
        err("  → 只显示这一次；首次登录后必须修改")
