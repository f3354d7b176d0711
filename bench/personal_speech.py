"""What a recogniser makes of spoken personal data: ``python bench/personal_speech.py [--set FOLDER] [--threads 2]``.

Speaks the sentences of ``bench/personal_unseen`` by synthetic voices, carries them over a telephone line, recognises
them with Whisper base, and keeps the texts in the folder's ``heard.jsonl``, so that ``personal_data.py`` needs neither
voices nor a model. What cannot be read aloud (an e-mail address with signs) is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

from bench.personal_sets import UNSEEN, Sentence, read_aloud, read_set
from bench.terms_heard import transcripts
from bench.terms_speech import on_the_line, write
from recordings_sample.synth import Kokoro

VOICES = ("zf_xiaobei", "zm_yunyang", "zf_xiaoxiao", "zm_yunxi")


def main() -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="speak and recognise the unseen sentences with personal data")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--set", type=Path, default=UNSEEN, help="folder with personal.jsonl and innocent.jsonl")
    options = parser.parse_args()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hotline-qa" / "samples"
    voice = Kokoro(cache, threads=options.threads)
    with tempfile.TemporaryDirectory() as folder:
        spoken: dict[Path, Sentence] = {}
        both = (*read_set(options.set / "personal.jsonl"), *read_set(options.set / "innocent.jsonl"))
        for number, sentence in enumerate(both):
            if re.search(r"[@_]", sentence.text):
                continue
            path = Path(folder) / f"{sentence.name}.ogg"
            said = voice.speak(read_aloud(sentence.text), VOICES[number % len(VOICES)], 1.0)
            write(path, on_the_line(said, sentence.name))
            spoken[path] = sentence
        heard = transcripts(spoken, Path(folder) / "heard", options.threads)
    lines = [
        json.dumps({"id": spoken[path].name, "heard": [u.text for u in transcript.utterances]}, ensure_ascii=False)
        for path, transcript in heard.items()
    ]
    (options.set / "heard.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
