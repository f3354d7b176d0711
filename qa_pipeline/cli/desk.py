"""``hotline-qa serve``: the desk in the browser."""

from __future__ import annotations

import signal
import subprocess  # nosec B404  # one command, below
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer

from qa_pipeline.cli.console import err

RESTART_S, POLL_S, STOP_S = 5.0, 0.5, 10.0


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(serve)
    app.command("work")(work_)


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Beyond loopback a certificate is needed")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8345,
    certificate: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="TLS certificate chain, a PEM file")
    ] = None,
    key: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Its key, a PEM file")] = None,
    worker: Annotated[
        bool, typer.Option(help="Start a worker beside it, which imports, draws and recognises; else run `work`")
    ] = True,
) -> None:
    """Serve the desk: reviews, appeals, the month, training, administration."""
    from qa_pipeline.errors import UserError
    from qa_pipeline.store.queries.accounts import count_accounts
    from qa_pipeline.web.server import Certificate, server_config, start

    if (certificate is None) != (key is None):
        raise UserError("--certificate 与 --key 要一起给出", "两个都写，或都不写")
    settings, sessions = context.obj.open()
    pair = None if certificate is None or key is None else Certificate(certificate, key)
    config = server_config(sessions, settings, host, port, pair)
    with sessions() as session:
        if count_accounts(session) == 0:
            err("还没有账号：先运行 hotline-qa account add LOGIN --name 姓名 --role administrator")
    err(f"{'http' if pair is None else 'https'}://{host}:{port}/  (Ctrl-C ends it)")
    with worker_beside(context.obj.workspace) if worker else nullcontext():
        start(config)


@contextmanager
def worker_beside(workspace: Path) -> Iterator[None]:
    """Keep a worker process running: the recogniser must not be in the process that answers pages."""
    command = [sys.executable, "-m", "qa_pipeline", "-w", str(workspace), "work"]
    # What ends a service must end its worker, too: else it goes on beside the next one, with the program of before.
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    over = threading.Event()
    keeper = threading.Thread(target=keep_running, args=(command, over), name="worker-keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        over.set()
        keeper.join(STOP_S)


def keep_running(command: Sequence[str], over: threading.Event, pause_s: float = RESTART_S) -> None:
    """Run a process, and again when it ends, until ``over`` is set."""
    while not over.is_set():
        with subprocess.Popen(command) as process:  # noqa: S603  # nosec B603  # our own program, no shell
            while process.poll() is None and not over.wait(POLL_S):
                pass
            process.terminate()
        if not over.wait(pause_s):
            err(f"后台程序结束了（{process.returncode}），重新启动")


def work_(
    context: typer.Context,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when nothing waits")] = False,
) -> None:
    """Do what was asked for in the browser: imports, draws, runs, trials. `serve` starts one by itself."""
    from qa_pipeline.worker import work

    settings, sessions = context.obj.open()
    done = work(settings, sessions, until_idle=until_idle)
    err(f"完成 {done} 个任务")
