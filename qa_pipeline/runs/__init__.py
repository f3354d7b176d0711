"""Services that no person decides in: import files, draw a month and what becomes of the draw, audit a month."""

from qa_pipeline.runs.after_draw import replace_month, supplement_month
from qa_pipeline.runs.committing import commit_month
from qa_pipeline.runs.drawing import draw_month
from qa_pipeline.runs.importing import import_paths
from qa_pipeline.runs.month import RunInterrupted, run_month
from qa_pipeline.runs.summary import RunSummary

__all__ = [
    "RunInterrupted",
    "RunSummary",
    "commit_month",
    "draw_month",
    "import_paths",
    "replace_month",
    "run_month",
    "supplement_month",
]
