"""The worker process: does what was asked for in the browser, where the recogniser and the readers of files are."""

from __future__ import annotations

from qa_pipeline.worker.loop import work

__all__ = ["work"]
