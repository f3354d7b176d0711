"""The workbook for those who keep the knowledge base: what it lacks, and where calls say otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from qa_pipeline.reports.workbook import dress, neutralise, printable

LACKING, DOUBTED = "没有条目的问题", "可能有误的条目"
_COLUMNS = {
    LACKING: ("责任部门", "部门依据", "问题", "通数", "最接近的条目", "出处"),
    DOUBTED: ("责任部门", "条目", "条目的值", "多数说的值", "不一致", "判断", "出处"),
}


def write_knowledge_workbook(
    lacking: Sequence[Mapping[str, object]], doubted: Sequence[Mapping[str, object]], path: Path
) -> Path:
    """Write both lists, a sheet each, sorted by department.

    Args:
        lacking: Rows of `LACKING` by column.
        doubted: Rows of `DOUBTED` by column.
        path: The xlsx file, written over if it is there.

    Raises:
        OSError: The file cannot be written.
    """
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        for name, rows in ((LACKING, lacking), (DOUBTED, doubted)):
            ordered = sorted(rows, key=lambda row: str(row["责任部门"]))
            table = pd.DataFrame([dict(row) for row in ordered], columns=list(_COLUMNS[name]))
            table.map(printable).to_excel(writer, sheet_name=name, index=False)
            neutralise(writer.sheets[name])
            dress(writer.sheets[name])
    return path
