"""Services that no person decides in: import files, draw a month, audit a month."""

from qa_pipeline.runs.drawing import draw_month
from qa_pipeline.runs.importing import import_paths
from qa_pipeline.runs.month import RunInterrupted, run_month
from qa_pipeline.runs.summary import RunSummary

__all__ = ["RunInterrupted", "RunSummary", "draw_month", "import_paths", "run_month"]
