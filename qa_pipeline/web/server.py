"""Starting the server: on this machine's own address, or encrypted for the intranet."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import SettingsError
from qa_pipeline.settings import Settings
from qa_pipeline.web.app import create_app
from qa_pipeline.web.bodies import spool_into
from qa_pipeline.web.desk import Desk
from qa_pipeline.web.security import is_loopback

logger = logging.getLogger(__name__)


def start(config: uvicorn.Config) -> None:
    """Serve the desk until interrupted."""
    desk: Desk = config.app.state.desk  # type: ignore[union-attr]  # `server_config` gives the application itself
    spool_into(desk.settings.workspace)
    desk.months.warm()
    uvicorn.Server(config).run()


@dataclass(frozen=True, slots=True)
class Certificate:
    """A TLS certificate chain and its key, PEM files."""

    chain: Path
    key: Path


def server_config(
    sessions: sessionmaker[Session], settings: Settings, host: str, port: int, certificate: Certificate | None = None
) -> uvicorn.Config:
    """Return uvicorn's configuration. The access log is off: addresses hold call numbers and filters.

    What a proxy says of who asks (X-Forwarded-For) is taken on this machine only, and only where the pages have a name
    of their own: elsewhere whoever asks could say it, and be counted under another address at each try.

    Raises:
        SettingsError: The host is open to the network, and there is no certificate (passwords and recordings would
            pass in the clear) or ``site_names`` does not say by which names the pages are opened.
    """
    if not is_loopback(host):
        _refuse_open(settings, host, certificate)
    logger.info("serving on port %d", port)
    return uvicorn.Config(
        create_app(sessions, settings),
        host=host.strip("[]"),
        port=port,
        access_log=False,
        server_header=False,
        # Somebody reads a call for a minute between two presses: closed meanwhile, a connection may lose the next one.
        timeout_keep_alive=75,
        proxy_headers=is_loopback(host) and bool(settings.site_names),
        log_level="warning",
        ssl_certfile=None if certificate is None else str(certificate.chain),
        ssl_keyfile=None if certificate is None else str(certificate.key),
    )


def _refuse_open(settings: Settings, host: str, certificate: Certificate | None) -> None:
    if certificate is None:
        raise SettingsError(
            f"host {host!r} is not loopback and there is no certificate: passwords and recordings would pass in the "
            "clear",
            "give --certificate and --key, or serve on 127.0.0.1 behind a proxy that encrypts, or forward the port "
            "with `ssh -L`",
        )
    if not settings.site_names:
        raise SettingsError(
            f"host {host!r} is open to the network, and `site_names` does not say by which names the pages are opened",
            "set in settings.yaml, such as: site_names: [qa.intranet, 10.0.0.8]",
        )
