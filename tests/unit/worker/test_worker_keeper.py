"""The worker beside the server is started again when it ends, and ends with the server."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from qa_pipeline.cli.desk import keep_running


def test_a_worker_that_ends_is_started_again_until_the_server_ends(tmp_path: Path) -> None:
    told = tmp_path / "told"
    says = f"open({str(told)!r}, 'a').write('x')"
    over = threading.Event()
    keeper = threading.Thread(target=keep_running, args=([sys.executable, "-S", "-c", says], over, 0.01))
    keeper.start()
    until = time.monotonic() + 20
    while not (told.exists() and len(told.read_text()) >= 2):
        assert time.monotonic() < until
        time.sleep(0.02)
    over.set()
    keeper.join(10)
    assert not keeper.is_alive()
