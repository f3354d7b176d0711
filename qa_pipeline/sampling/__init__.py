"""Which calls of a month are heard: drawn so that anybody can draw the same again, and so that nobody could choose.

`qa_pipeline.sampling.supplement` is left out here: it needs scipy, which the store shall not wait for.
"""

from qa_pipeline.sampling.drawing import RULE, SHORTEST_S, apportion, draw, drawn_of, frame_rows, frame_sha256
from qa_pipeline.sampling.replacing import as_it_stands, replace_calls
from qa_pipeline.sampling.verifying import DrawRecord, first_difference, record_of, wrong_replacements

__all__ = [
    "RULE",
    "SHORTEST_S",
    "DrawRecord",
    "apportion",
    "as_it_stands",
    "draw",
    "drawn_of",
    "first_difference",
    "frame_rows",
    "frame_sha256",
    "record_of",
    "replace_calls",
    "wrong_replacements",
]
