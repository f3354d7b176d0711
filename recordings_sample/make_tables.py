"""Write the call log and the work orders from the scripts: ``python recordings_sample/make_tables.py [--check]``.

The scripts are the only source of both, and the timing files of the durations, so that tables, scripts and audio
cannot disagree. Exit 0 done, 1 the tables differ from what would be written (``--check``), 2 a call has no timing.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook, load_workbook

ROOT = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(ROOT.parent)

from qa_pipeline.errors import UserError  # noqa: E402
from qa_pipeline.ingest.calls import ORDER_FIELDS  # noqa: E402
from recordings_sample.callscript import CallScript, load_script  # noqa: E402
from recordings_sample.codec import audio_path  # noqa: E402
from recordings_sample.mix import TAIL_MS  # noqa: E402

Rows = list[list[str]]

CALL_LOG_HEADER = [
    *("通话编号", "开始时间", "时长秒", "工号", "班次", "来电号码"),
    *("挂机方", "满意度", "录音文件", "坐席声道"),
]
ORDER_HEADER = list(ORDER_FIELDS)
ORDERS_IN_CSV = 6  # the rest goes to the workbook: both kinds of file are used
_HANG_UP = {"operator": "坐席", "caller": "来电人"}
_CHANNEL = {0: "左", 1: "右", None: ""}


class NoTiming(UserError):
    """A call that has not been rendered yet; its duration is unknown."""


def load_scripts(root: Path) -> list[CallScript]:
    """Read all scripts below ``root/scripts``, in the order of their calls."""
    return [load_script(path) for path in sorted((root / "scripts").glob("*.yaml"))]


def duration_s(root: Path, call_id: str) -> int:
    """Return a call's length in whole seconds, from its timing.

    Raises:
        NoTiming: If the call has not been rendered.
    """
    path = root / "timing" / f"{call_id}.json"
    if not path.is_file():
        raise NoTiming(f"{path}: is missing", f"render it: python recordings_sample/render.py {call_id}")
    spans: list[dict[str, int]] = json.loads(path.read_text(encoding="utf-8"))
    return round((max(span["end_ms"] for span in spans) + TAIL_MS) / 1000)


def call_log(root: Path) -> Rows:
    """Return the rows of the call log, header first."""
    return [CALL_LOG_HEADER, *(_call(root, script) for script in load_scripts(root))]


def work_orders(root: Path) -> Rows:
    """Return the rows of all work orders, header first."""
    return [ORDER_HEADER, *(_order(script) for script in load_scripts(root) if script.work_order is not None)]


def tables(root: Path) -> dict[str, Rows]:
    """Return what each file holds, by its name."""
    header, *orders = work_orders(root)
    return {
        "call_log.csv": call_log(root),
        "work_orders.csv": [header, *orders[:ORDERS_IN_CSV]],
        "work_orders_2.xlsx": [header, *orders[ORDERS_IN_CSV:]],
    }


def read_rows(path: Path) -> Rows:
    """Read a table as text; an absent file has no rows."""
    if not path.is_file():
        return []
    if path.suffix == ".csv":
        return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    sheet = load_workbook(path).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def write_rows(path: Path, rows: Rows) -> None:
    """Write a table as CSV with a byte order mark, which Excel needs, or as a workbook of text cells."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        return
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "工单"
    for row in rows:
        sheet.append(row)
    book.save(path)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="write the call log and the work orders from the scripts")
    parser.add_argument("--check", action="store_true", help="write nothing, say which tables differ")
    arguments = parser.parse_args(argv)
    try:
        wanted = tables(ROOT)
    except UserError as error:
        print(f"{error}", file=sys.stderr)
        return 2
    # A workbook holds its own date: one that is right already is left alone.
    stale = [name for name, rows in wanted.items() if read_rows(ROOT / name) != rows]
    for name in stale:
        print(f"{name}: {'differs from the scripts' if arguments.check else 'written'}")
        if not arguments.check:
            write_rows(ROOT / name, wanted[name])
    return 1 if arguments.check and stale else 0


def _call(root: Path, script: CallScript) -> list[str]:
    audio, coding = script.audio, script.audio.format
    return [
        script.call_id,
        script.started_at,
        str(duration_s(root, script.call_id)),
        script.operator_id,
        script.shift,
        script.caller_number,
        _HANG_UP[script.hang_up_by],
        "" if script.satisfaction is None else str(script.satisfaction),
        audio_path(Path(), script.call_id, coding).name,
        _CHANNEL[audio.operator_channel if audio.layout == "stereo" else None],
    ]


def _order(script: CallScript) -> list[str]:
    """Return one order; what the call itself knows is taken from the call."""
    written = {
        "通话编号": script.call_id,
        "坐席工号": script.operator_id,
        "来电时间": script.started_at,
        "来电号码": script.caller_number,
        **(script.work_order or {}),
    }
    if strange := sorted(set(written) - set(ORDER_HEADER)):
        raise UserError(f"{script.call_id}: work_order has unknown fields {strange}", "see ORDER_HEADER")
    return [written.get(name, "") for name in ORDER_HEADER]


if __name__ == "__main__":
    sys.exit(main())
