"""The library that ranks texts by their words (BM25), with its own logger kept quiet."""

from __future__ import annotations

import logging

from bm25s import BM25

# The library sets its own logger to DEBUG at import, whatever the program's root logger is set to.
logging.getLogger("bm25s").setLevel(logging.WARNING)

__all__ = ["BM25"]
