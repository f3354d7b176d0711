"""Planted against found on calls that the rules were never tuned on: ``python bench/unseen.py --audio DIR``.

The scripts lie in ``bench/unseen/scripts``; their audio is made by
``python recordings_sample/render.py --all --scripts bench/unseen/scripts --out OUT`` and lies in ``OUT/audio``, the
timing beside it. People, shifts and knowledge are those of the samples. Exit 0 done, 2 could not run.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

from qa_pipeline.asr.audio import probe
from qa_pipeline.asr.engines import make_transcriber
from qa_pipeline.demo import MONTH, SEED, tally_lines
from qa_pipeline.errors import QaError
from qa_pipeline.models import CallAudit, RuleResult
from qa_pipeline.planted import Said, compare, planted_faults, said_of
from qa_pipeline.runs import draw_month, import_paths, run_month
from qa_pipeline.settings import SETTINGS_FILE, load_settings
from qa_pipeline.standards import ruleset_of, scorecard_of
from qa_pipeline.store.queries import month_data
from qa_pipeline.store.session import close_store
from qa_pipeline.workspace import init_workspace
from recordings_sample.make_tables import tables, write_rows

SAMPLES = HERE.parent / "recordings_sample"
SCRIPTS = HERE / "unseen" / "scripts"
SHARED = ("roster.csv", "shift_plan.csv", "knowledge.yaml", "knowledge_extra.csv", "knowledge_extra.xlsx")
QUOTA = 9  # more than any operator has: every call is heard


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="measure the audit on calls that it was never tuned on")
    parser.add_argument("--audio", type=Path, required=True, help="folder of the rendered calls; ../timing beside it")
    parser.add_argument("--keep", type=Path, help="make the workspace here and keep it (default: a temporary folder)")
    arguments = parser.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory() as folder:
            handed = hand_in(arguments.audio, Path(folder) / "handed")
            print("\n".join(measure(handed, arguments.keep or Path(folder) / "workspace")))
    except QaError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def hand_in(audio: Path, folder: Path) -> list[Path]:
    """Write call log and work orders below ``folder`` and return all that a centre would hand over.

    Raises:
        UserError: A call was not rendered.
    """
    shutil.copytree(SCRIPTS, folder / "scripts")
    shutil.copytree(audio.parent / "timing", folder / "timing")
    made = tables(folder)
    for name, rows in made.items():
        write_rows(folder / name, rows)
    return [*(SAMPLES / name for name in SHARED), *(folder / name for name in made), audio]


def measure(handed: Sequence[Path], workspace: Path) -> list[str]:
    """Audit the calls in a fresh workspace and return the printed account."""
    settings, sessions = init_workspace(workspace)
    with (workspace / SETTINGS_FILE).open("a", encoding="utf-8") as file:
        file.write(f"quota_per_operator: {QUOTA}\n")
    settings = load_settings(workspace)
    check = partial(probe, max_minutes=settings.max_recording_minutes)
    taken = import_paths(settings, sessions, handed, datetime.now(), check)
    draw_month(sessions, MONTH, QUOTA, SEED, datetime.now(), early=True)
    started = time.monotonic()
    hear, card, rules = make_transcriber(settings), scorecard_of(settings), ruleset_of(settings)
    summary = run_month(settings, sessions, MONTH, hear, card, rules, datetime.now, _progress)
    took_s = time.monotonic() - started
    with sessions() as session:
        files = month_data(session, MONTH).files
    close_store(sessions)
    audio_s = sum(file.recording.duration_ms for file in files if file.recording) / 1000
    audits = [file.audit for file in files if file.audit is not None]
    planted = planted_faults(SCRIPTS)
    return [
        *taken.lines(),
        summary.line(),
        f"识别与检查用时 {took_s:.0f} 秒，录音共 {audio_s / 60:.1f} 分钟",
        "",
        *tally_lines(compare(planted, audits)),
        "",
        *listing(planted, audits),
    ]


def listing(planted: Mapping[str, frozenset[str]], audits: Sequence[CallAudit]) -> Iterator[str]:
    """Yield every false deduction, false referral, doubt and miss with what the rules said of the item."""
    kinds = {
        "误扣": (False, Said.DEDUCTED),
        "误提": (False, Said.REFERRED),
        "存疑": (False, Said.UNSURE),
        "漏": (True, Said.SILENT),
    }
    for name, (is_planted, word) in kinds.items():
        yield f"【{name}】"
        for audit in audits:
            faults, said = planted.get(audit.call_id, frozenset()), said_of(audit.results)
            items = faults if is_planted else said.keys() - faults
            for item in sorted(item for item in items if said.get(item, Said.SILENT) is word):
                yield f"  {audit.call_id} {item}"
                yield from (_reason(result) for result in audit.results if result.item == item)


def _reason(result: RuleResult) -> str:
    heard = "；".join(f"{evidence.text}（{evidence.note}）" for evidence in result.evidence)
    return f"      {result.code} {result.outcome} {result.standing} {result.confidence:.2f}：{result.reason}｜{heard}"


def _progress(done: int, total: int, what: str) -> None:
    print(f"{done}/{total} {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
