"""Starting the server, on this machine's own address only."""

from __future__ import annotations

import logging

import uvicorn
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import SettingsError
from qa_pipeline.settings import Settings
from qa_pipeline.web.app import create_app
from qa_pipeline.web.security import is_loopback

logger = logging.getLogger(__name__)


def start(config: uvicorn.Config) -> None:
    """Serve the review pages until interrupted."""
    uvicorn.Server(config).run()


def server_config(sessions: sessionmaker[Session], settings: Settings, host: str, port: int) -> uvicorn.Config:
    """Return uvicorn's configuration. The access log is off: addresses hold reviewers' names.

    Raises:
        SettingsError: The host is not loopback; recordings would be open to the network without sign-in.
    """
    if not is_loopback(host):
        raise SettingsError(
            f"host {host!r} is not loopback; there is no sign-in yet, so anybody on the network could hear the calls",
            "use 127.0.0.1; from another machine, forward the port with `ssh -L`",
        )
    logger.info("serving on port %d", port)
    return uvicorn.Config(
        create_app(sessions, settings),
        host=host.strip("[]"),
        port=port,
        access_log=False,
        server_header=False,
        log_level="warning",
    )
