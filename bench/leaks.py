"""What still can be heard in masked clips: ``python bench/leaks.py --workspace demo``.

Every sample call is cut into clips of whole turns, masked and exported as a centre would; the exported sound is
recognised again, and what is personal in the call by its script (`leaks_truth.yaml`, written by hand and not by the
finder) is searched in it by characters, by sound and by rows of digits, and in the exported text and file names. The
same search over the calls as they were says how much there was to be found.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

from ruamel.yaml import YAML

from bench.ours import Ear, ear, hear
from bench.results import machine, put, section
from qa_pipeline.asr.clip_sound import clip_sound
from qa_pipeline.errors import UserError
from qa_pipeline.language.personal.public import public_words
from qa_pipeline.language.personal.rows import muttered, rows
from qa_pipeline.language.pinyin import keys
from qa_pipeline.models import CallFile, Span, Transcript, Utterance
from qa_pipeline.models.clips import ClipPlan, ClipWish, Cover, SoundKind
from qa_pipeline.settings import load_settings
from qa_pipeline.store.codec import decode, encode
from qa_pipeline.store.queries.calls import call_file, calls_of_month
from qa_pipeline.store.queries.knowledge import entries
from qa_pipeline.store.session import open_store
from qa_pipeline.training.clips.planning import plan
from qa_pipeline.training.clips.spans import covered_ms

TRUTH = HERE / "leaks_truth.yaml"
LONGEST_MS = 30_000
MONTH = "2026-10"
_ROW = 4
_SAME = ("0000", "9000", "3900", "1390")
"""Rows that every number of the samples has, and that therefore tell nobody's."""


@dataclass(frozen=True, slots=True)
class Personal:
    """What is personal in one call."""

    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Everything."""
        return (*self.names, *self.numbers, *self.places)


def kept(files: Iterable[CallFile], path: Path) -> None:
    """Write the calls in which something is personal as they were heard, for tests that must be quick."""
    chosen = [
        replace(file, recording=replace(file.recording, path=file.call.recording_file), audit=None, decisions=())
        for file in files
        if file.call.call_id in truth() and file.recording is not None
    ]
    path.write_bytes(gzip.compress(encode(tuple(chosen), tuple[CallFile, ...]).encode(), 9, mtime=0))


def read_kept(path: Path) -> tuple[CallFile, ...]:
    """Return what `kept` wrote; the recordings' paths are names of the samples' files."""
    return decode(tuple[CallFile, ...], gzip.decompress(path.read_bytes()))


@cache
def truth() -> Mapping[str, Personal]:
    """Return by call what is personal in it."""
    loaded: Mapping[str, Mapping[str, Sequence[str]]] = YAML(typ="safe", pure=True).load(TRUTH.read_text("utf-8"))
    return {
        call_id: Personal(**{kind: tuple(said) for kind, said in found.items()}) for call_id, found in loaded.items()
    }


def found_in(text: str, personal: Personal) -> tuple[str, ...]:
    """Return what of a call's personal data stands in a text: by characters, by sound, or as a part of a number."""
    sound = keys(text)
    said = [word for word in (*personal.names, *personal.places) if word in text or keys(word) in sound]
    digits = ["".join(group.digits for group in row) for row in (*rows(text), *muttered(text))]
    return (*said, *(number for number in personal.numbers if any(_part(row, number) for row in digits)))


def _part(row: str, number: str) -> bool:
    size = min(_ROW, len(number))
    parts = {number[at : at + size] for at in range(len(number) - size + 1)} - set(_SAME)
    return any(part in row for part in parts)


def pieces(file: CallFile) -> Iterator[ClipWish]:
    """Yield wishes that cut a call into clips of whole turns, none of them left out."""
    begun: list[Utterance] = []
    for one in file.transcript.utterances if file.transcript is not None else ():
        if begun and one.end_ms - begun[0].start_ms > LONGEST_MS:
            yield _wish(file, begun)
            begun = []
        begun.append(one)
    if begun:
        yield _wish(file, begun)


def _wish(file: CallFile, said: Sequence[Utterance]) -> ClipWish:
    return ClipWish(file.call.call_id, said[0].start_ms, said[-1].end_ms)


@dataclass(slots=True)
class Tally:
    """What came of it; ``leaks`` are (call, clip, where, what)."""

    clips: int = 0
    refused: int = 0
    masks: int = 0
    masked_ms: int = 0
    exported_ms: int = 0
    there: int = 0
    heard_before: int = 0
    leaks: list[tuple[str, int, str, str]] = field(default_factory=list)


def plans(file: CallFile, public: Collection[str], tally: Tally) -> Iterator[ClipPlan]:
    """Yield the plans of a call's clips; those that are refused are counted."""
    for wish in pieces(file):
        try:
            yield plan(file, wish, public)
        except UserError:
            tally.refused += 1


Written = dict[str, tuple[str, int, str]]
"""By file name: the call, which clip of it, and whether its voices were changed."""


def exported(
    files: Sequence[CallFile],
    folder: Path,
    root: Path,
    public: Collection[str],
    tally: Tally,
    *,
    as_spoken: bool = True,
    only_covered: bool = False,
) -> Written:
    """Write the clips of calls as they are exported, and look through their texts.

    Args:
        files: The calls.
        folder: Where to.
        root: What the recordings' paths are relative to.
        public: What anybody may know.
        tally: Is counted up.
        as_spoken: Write those of which something is covered once more, with the voices as they were.
        only_covered: Leave out the sound of clips of which nothing is covered.
    """
    written: Written = {}
    for file in files:
        for number, one in enumerate(plans(file, public, tally)):
            _look_through(file.call.call_id, number, one, tally)
            source = root / (file.recording.path if file.recording is not None else "")
            if only_covered and not one.masks:
                continue
            made = [("sound", one)] + ([("masks alone", _as_spoken(one))] if as_spoken and one.masks else [])
            for where, voiced in made:
                sound, length_ms = clip_sound(source, voiced, Cover.TONE, SoundKind.MP3)
                path = folder / f"{len(written):03d}.mp3"
                path.write_bytes(sound)
                written[path.name] = (file.call.call_id, number, where)
            if file.call.call_id in sound.decode("latin-1"):
                tally.leaks.append((file.call.call_id, number, "metadata", file.call.call_id))
            tally.exported_ms += length_ms
    return written


def _look_through(call_id: str, number: int, one: ClipPlan, tally: Tally) -> None:
    tally.clips, tally.masks = tally.clips + 1, tally.masks + len(one.masks)
    tally.masked_ms += covered_ms(one.masks, [(one.start_ms, one.end_ms)])
    text = "\n".join(turn.text for turn in one.turns)
    tally.leaks += [(call_id, number, "text", what) for what in found_in(text, truth().get(call_id, Personal()))]


def _as_spoken(one: ClipPlan) -> ClipPlan:
    """Return a plan that changes no voice: what a disguise makes hard to hear is no proof of a mask."""
    return replace(one, natural=tuple(Span(one.start_ms, one.end_ms, channel) for channel in one.channels))


def heard_again(listening: Ear, folder: Path, written: Written, tally: Tally) -> None:
    """Recognise exported clips and note what of their calls' personal data is heard."""
    known = truth()

    def tell(name: str, transcript: Transcript) -> None:
        call_id, number, where = written[name]
        text = "，".join(u.text for u in transcript.utterances)
        for what in found_in(text, known.get(call_id, Personal())):
            tally.leaks.append((call_id, number, where, what))
            print(call_id, number, what, text, file=sys.stderr)

    hear(listening, [(name, folder / name) for name in written], tell)


def sample_files(workspace: Path) -> tuple[list[CallFile], frozenset[str]]:
    """Return the calls of a finished workspace of the samples, and what anybody may know."""
    with open_store(load_settings(workspace).url)() as session:
        files = [call_file(session, call.call_id) for call in calls_of_month(session, MONTH)]
        return files, public_words(entries(session))


def report(workspace: Path, threads: int, only: Collection[str] = ()) -> str:
    """Measure over a finished workspace of the samples and return the section."""
    files, public = sample_files(workspace)
    files = [file for file in files if not only or file.call.call_id in only]
    tally, began = Tally(), time.process_time()
    for file in files:
        personal = truth().get(file.call.call_id, Personal())
        said = "，".join(u.text for u in file.transcript.utterances) if file.transcript is not None else ""
        tally.there += len(personal.all)
        tally.heard_before += len(found_in(said, personal))
    with tempfile.TemporaryDirectory() as folder:
        written = exported(files, Path(folder), workspace, public, tally)
        spent = time.process_time() - began
        heard_again(ear(threads), Path(folder), written, tally)
    lasted = max(1, tally.exported_ms)
    by = Counter(where for _, _, where, _ in tally.leaks)
    rows_ = [
        ["calls, clips made, passages refused as nearly all covered", f"{len(files)}, {tally.clips}, {tally.refused}"],
        [
            "masks, their share of the exported time",
            f"{tally.masks}, {100 * tally.masked_ms / max(1, tally.exported_ms):.0f} %",
        ],
        ["personal in the scripts, of it found in the calls as heard before", f"{tally.there}, {tally.heard_before}"],
        ["found in the exported sound, recognised again", by["sound"]],
        ["found in the same with the voices as they were, masks alone", by["masks alone"]],
        ["found in the exported texts", by["text"]],
        ["call's number in the exported files", by["metadata"]],
        ["processor time of masking, of the exported time", f"{100_000 * spent / lasted:.0f} %"],
    ]
    for leak in tally.leaks:
        print(*leak, file=sys.stderr)
    about = (
        f"{machine(threads)}.\n\nThe secret caller's call is masked here, too, to be measured; the program refuses it. "
        "Searched by characters, folded toneless pinyin, and four digits of a number on end. What Whisper base does "
        "not make out, somebody who knows the voices may; a person hears every clip before it leaves."
    )
    return section("Leaks of masked clips", about, ("", "figure"), rows_)


def main() -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="recognise masked clips again and search them for personal data")
    parser.add_argument("--workspace", type=Path, required=True, help="finished demo: hotline-qa demo --out DIR")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--call", action="append", default=[], help="only this call; nothing is written then")
    parser.add_argument("--keep", type=Path, help="only write what was heard in the calls, for the tests")
    options = parser.parse_args()
    if options.keep:
        kept(sample_files(options.workspace)[0], options.keep)
        return 0
    text = report(options.workspace, options.threads, options.call)
    print(text)
    if not options.call:
        put(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
