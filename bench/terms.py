"""Words of the trade and spoken numbers before and after correction: ``python bench/terms.py [--quick] [--write]``.

Thresholds were chosen on the set ``tune`` (and on the sample calls); ``report`` was only ever measured. Real speech
without hotline words (``../shared/data/speech``, left out where it is absent) shows what is corrected wrongly.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

from ruamel.yaml import YAML

from bench.conversations import SPEECH
from bench.labels import shares_right
from bench.normalise import edits, spoken_form
from bench.results import machine, put, section
from bench.terms_heard import transcripts
from bench.terms_speech import sentences
from qa_pipeline.ingest.files import read_file
from qa_pipeline.knowledge.correction import correct
from qa_pipeline.knowledge.lexicon import Lexicon
from qa_pipeline.language.script import bare
from qa_pipeline.language.values import values
from qa_pipeline.models import KnowledgeEntry, TermCorrection, Transcript

SAMPLES = HERE.parent / "recordings_sample"
DAY = date(2026, 10, 20)
KNOWLEDGE = ("knowledge.yaml", "knowledge_extra.csv", "knowledge_extra.xlsx")
_LONG_TERM = 3


@dataclass(frozen=True, slots=True)
class Said:
    """What one channel of a file says, with the terms and numbers in it that are looked for."""

    path: Path
    channel: int
    text: str
    terms: tuple[str, ...]
    numbers: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """Counts over one set, each as recognised and as corrected."""

    characters: int = 0
    wrong: list[int] = field(default_factory=lambda: [0, 0])
    terms: int = 0
    terms_found: list[int] = field(default_factory=lambda: [0, 0])
    numbers: int = 0
    numbers_found: list[int] = field(default_factory=lambda: [0, 0])
    made: int = 0
    right: int = 0

    def add(self, said: Said, before: str, after: str, right: Sequence[bool]) -> None:
        """Count one channel."""
        self.characters += len(spoken_form(said.text))
        self.terms += len(said.terms)
        self.numbers += len(said.numbers)
        for place, text in enumerate((before, after)):
            self.wrong[place] += edits(said.text, text)
            self.terms_found[place] += _count(said.terms, bare(text))
            self.numbers_found[place] += _in(said.numbers, numbers_of(text))
        self.made += len(right)
        self.right += sum(right)

    def row(self, name: str) -> list[object]:
        """Return the table's row."""
        false = self.made - self.right
        return [
            name,
            self.characters,
            " → ".join(f"{100 * wrong / self.characters:.2f}" for wrong in self.wrong),
            _shares(self.terms_found, self.terms),
            _shares(self.numbers_found, self.numbers),
            self.made,
            false,
            f"{1000 * false / self.characters:.2f}",
        ]


def _count(terms: Sequence[str], text: str) -> int:
    """Count terms in a text, each as often as it was said at most."""
    return sum(min(terms.count(term), text.count(term)) for term in set(terms))


def _in(wanted: Sequence[str], found: Sequence[str]) -> int:
    return sum(min(wanted.count(one), found.count(one)) for one in set(wanted))


def _shares(found: Sequence[int], of: int) -> str:
    return f"{found[0]} → {found[1]} of {of} ({100 * found[0] / of:.0f} → {100 * found[1] / of:.0f} %)" if of else "–"


def numbers_of(text: str) -> list[str]:
    """Return the typed numbers of a text as value and unit."""
    return [f"{value.value} {value.unit}".strip() for value in values(text)]


def lexicon() -> Lexicon:
    """Return the words of the sample knowledge base and of the shipped lists."""
    batches = [batch for name in KNOWLEDGE for batch in read_file(SAMPLES / name)]
    return Lexicon([row.value for batch in batches for row in batch.rows if isinstance(row.value, KnowledgeEntry)])


def spoken_sentences(tune: bool) -> list[Said]:
    """Return the sentences of one half of the benchmark."""
    return [Said(s.path, 0, s.say, s.terms, s.numbers) for s in sentences() if s.tune is tune]


def sample_calls(words: Lexicon) -> list[Said]:
    """Return each side of the stereo sample calls; their terms are all of three characters and more, one a place."""
    longest_first = sorted({t.text for t in words.terms if len(t.text) >= _LONG_TERM}, key=len, reverse=True)
    found = []
    for path in sorted((SAMPLES / "audio").glob("H*.*")):
        script = YAML(typ="safe", pure=True).load((SAMPLES / "scripts" / f"{path.stem}.yaml").read_text("utf-8"))
        operator = script["audio"].get("operator_channel")
        for who, channel in (("operator", operator), ("caller", 1 - operator)) if operator is not None else ():
            text = "".join(turn["say"] for turn in script["turns"] if turn["who"] == who)
            found.append(Said(path, channel, text, tuple(_terms_in(text, longest_first)), tuple(numbers_of(text))))
    return found


def _terms_in(text: str, longest_first: Sequence[str]) -> Iterator[str]:
    for term in longest_first:
        yield from [term] * text.count(term)
        text = text.replace(term, "。")


def real_speech(data: Path) -> list[Said]:
    """Return real utterances that have little to do with hotlines."""
    rows = [line.split("\t") for line in (data / "refs.tsv").read_text("utf-8").splitlines()[1:]]
    return [Said(data / "wav" / row[0], 0, row[1], (), ()) for row in rows]


def measure(said: Sequence[Said], heard: dict[Path, Transcript], words: Lexicon) -> Tally:
    """Hold what was heard, as recognised and as corrected, against what was said."""
    tally = Tally()
    for one in said:
        transcript = heard[one.path]
        after, made = correct(transcript, words, DAY)
        own = {u.index for u in transcript.utterances if u.channel == one.channel}
        right = judged(one.text, after, [c for c in made if c.utterance in own], own)
        tally.add(one, _text(transcript, own), _text(after, own), right)
    return tally


def _text(transcript: Transcript, own: set[int]) -> str:
    return "，".join(u.text for u in transcript.utterances if u.index in own)


def judged(reference: str, after: Transcript, made: Sequence[TermCorrection], own: set[int]) -> list[bool]:
    """Return, of each correction, whether all of its characters are what was said there."""
    pieces, corrected = list[str](), list[int]()
    for utterance in (u for u in after.utterances if u.index in own):
        letters, done = "".join(c for c in utterance.text if c.isalnum()), 0
        for one in (c for c in made if c.utterance == utterance.index):
            corrected.append(len(pieces) + 1)
            pieces += [letters[done : one.start], one.written]
            done = one.start + len(one.written)
        pieces.append(letters[done:])
    shares = shares_right(reference, pieces)
    return [shares[place] == 1.0 for place in corrected]


def main() -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="measure the correction of terms")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    parser.add_argument("--keep", type=Path, help="folder for what was heard, so that nothing is heard twice")
    parser.add_argument("--data", type=Path, default=SPEECH, help="folder of the real speech")
    parser.add_argument("--quick", action="store_true", help="only what thresholds may be chosen on")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = table(options.keep or Path(folder), options.threads, options.data, only_tune=options.quick)
    about = ABOUT.format(machine(options.threads))
    text = section("Words of the trade", about, HEADER, rows)
    print(text)
    if options.write:
        put(text)
    return 0


HEADER = (
    *("set", "characters", "CER % before → after", "terms found", "numbers found"),
    *("corrections", "of them wrong", "wrong a 1000 characters"),
)
ABOUT = (
    "Recall of terms and typed numbers as recognised and as corrected by sound with the words of the sample knowledge "
    "base and the shipped lists; Whisper base int8. `report`: 60 terms in 40 sentences, two synthetic voices each, 8 "
    "kHz µ-law, written before anything was recognised and never used to choose a threshold; `tune`: 30 other terms, "
    "on which thresholds were chosen. Word lists and sentences have one author: of a centre's words its own base may "
    "hold fewer, and what is in no list is not corrected. Sample calls: terms of three characters and more. Real "
    "speech (AISHELL at 8 kHz) is read news with hardly a hotline word. A correction is wrong unless every one of its "
    "characters is what was said there. {}."
)


def table(keep: Path, threads: int, data: Path, *, only_tune: bool) -> list[list[object]]:
    """Measure every set and return the table's rows."""
    words = lexicon()
    sets: dict[str, Callable[[], list[Said]]] = {"`tune`, 30 terms": lambda: spoken_sentences(True)}
    if not only_tune:
        sets["`report`, 60 terms"] = lambda: spoken_sentences(False)
        sets["sample calls, stereo"] = lambda: sample_calls(words)
        if (data / "refs.tsv").is_file():
            sets["real speech, no terms"] = lambda: real_speech(data)
        else:
            print(f"{data} is absent: real speech is left out", file=sys.stderr)
    rows = []
    for name, read in sets.items():
        said = read()
        heard = transcripts(dict.fromkeys(one.path for one in said), keep, threads)
        rows.append(measure(said, heard, words).row(name))
    return rows


if __name__ == "__main__":
    sys.exit(main())
