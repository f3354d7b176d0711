"""Speak the sample calls: ``python recordings_sample/render.py [CALL_ID ...] [--all] [--out DIR] [--check]``.

Writes ``audio/<call_id>.<ext>`` and ``timing/<call_id>.json`` (the true timing of every turn). With ``--check`` it
writes nothing and says where script and committed audio disagree. Exit 0 done, 1 disagreement, 2 could not run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(ROOT.parent)

from qa_pipeline.errors import QaError  # noqa: E402
from recordings_sample import agreement  # noqa: E402
from recordings_sample.callscript import CallScript, ScriptInvalid, load_script  # noqa: E402
from recordings_sample.codec import audio_path, decode, encode  # noqa: E402
from recordings_sample.mix import CALL_HZ, Span, mix  # noqa: E402
from recordings_sample.synth import Kokoro, Voice  # noqa: E402


def render(script: CallScript, voice: Voice, out: Path) -> str:
    """Write a call's audio and timing below ``out`` and return a line about it.

    Raises:
        ScriptInvalid: If an overlap of the script cannot be.
    """
    samples, spans = mix(script, speak(script, voice))
    path = audio_path(out / "audio", script.call_id, script.audio.format)
    encode(path, samples, script.audio.format)
    timing = out / "timing" / f"{script.call_id}.json"
    timing.parent.mkdir(parents=True, exist_ok=True)
    rows = ",\n ".join(json.dumps(asdict(span)) for span in spans)
    timing.write_text(f"[{rows}]\n", encoding="utf-8")
    return f"{path.name}: {samples.shape[1] / CALL_HZ:.1f} s, {len(spans)} turns, {path.stat().st_size // 1024} KB"


def check(script: CallScript, voice: Voice, stored: Path) -> list[str]:
    """Say where a call's script and the audio below ``stored`` disagree.

    Raises:
        ScriptInvalid: If the call has no audio or no timing.
    """
    samples, spans = mix(script, speak(script, voice))
    audio = audio_path(stored / "audio", script.call_id, script.audio.format)
    timing = stored / "timing" / f"{script.call_id}.json"
    for path in (audio, timing):
        if not path.is_file():
            raise ScriptInvalid(
                f"{path}: is missing", f"render it: python recordings_sample/render.py {script.call_id}"
            )
    return agreement.complaints(samples, spans, decode(audio), read_timing(timing))


def read_timing(path: Path) -> tuple[Span, ...]:
    """Read the true timing of a call's turns."""
    return tuple(Span(**row) for row in json.loads(path.read_text(encoding="utf-8")))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = _parser().parse_args(argv)
    scripts_dir: Path = arguments.scripts
    names = sorted(path.stem for path in scripts_dir.glob("*.yaml")) if arguments.all else arguments.call_id
    if not names:
        print("nothing to render: name a call or say --all", file=sys.stderr)
        return 2
    voice = Kokoro(arguments.cache, threads=2)
    codes = [_one(scripts_dir / f"{name}.yaml", voice, arguments) for name in names]
    return max(codes)


def _one(path: Path, voice: Voice, arguments: argparse.Namespace) -> int:
    try:
        script = load_script(path)
        if not arguments.check:
            print(render(script, voice, arguments.out), flush=True)
            return 0
        found = check(script, voice, arguments.out)
    except QaError as error:
        print(error, file=sys.stderr, flush=True)
        return 2
    print(f"{script.call_id}: " + ("; ".join(found) or "script and audio agree"), flush=True)
    return 1 if found else 0


def speak(script: CallScript, voice: Voice) -> list[NDArray[np.int16]]:
    """Return every turn of a call as it is spoken, one array of shape (samples,), 24 kHz, a turn."""
    names = {"operator": script.voices.operator, "caller": script.voices.caller}
    return [voice.speak(turn.say, names[turn.who], turn.speed) for turn in script.turns]


def _parser() -> argparse.ArgumentParser:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hotline-qa" / "samples"
    parser = argparse.ArgumentParser(description="Speak the sample calls from their scripts.")
    parser.add_argument("call_id", nargs="*", help="calls to render")
    parser.add_argument("--all", action="store_true", help="every script")
    parser.add_argument("--check", action="store_true", help="compare with the audio that is there, write nothing")
    parser.add_argument("--out", type=Path, default=ROOT, help="folder that audio/ and timing/ lie in")
    parser.add_argument("--scripts", type=Path, default=ROOT / "scripts", help="folder of the scripts")
    parser.add_argument("--cache", type=Path, default=cache, help="folder for the joined weights and spoken turns")
    return parser


if __name__ == "__main__":
    sys.exit(main())
