"""An unmasked second never leaves: clips of the sample calls, recognised again and searched for what is personal.

What is personal stands in ``bench/leaks_truth.yaml``, written by hand from the scripts: what the finder of personal
data misses counts as a leak. All of the calls in which there is any are cut into clips, whole, and every exported text
and file is looked through. They were heard by Whisper base once (``tests/data/heard_samples.json.gz``, written by
``bench/leaks.py --keep``). What is exported is recognised anew, here, of six calls that have each kind of it between
them: the others would take longer than the rest of the tests. `bench/leaks.py` recognises all of it, once more with
the voices as they were, and prints the figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.leaks import Tally, Written, exported, found_in, heard_again, read_kept, truth
from bench.ours import ear
from qa_pipeline.language.personal.public import public_words
from tests.samples import SAMPLES, sample_entries

pytestmark = [
    pytest.mark.model,
    pytest.mark.large,
    pytest.mark.skipif(not (SAMPLES / "audio").is_dir(), reason="the sample recordings are not rendered"),
]
HEARD_AGAIN = {f"H2610{number}" for number in ("03-001", "10-002", "17-001", "21-001", "26-001", "27-001")}
"""Names with and without a title, a mobile's and a part of a number, an operator's, a plate's, homes and shops."""
CALLS = read_kept(Path(__file__).parents[1] / "data" / "heard_samples.json.gz")


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Written, Tally]]:
    folder, tally = tmp_path_factory.mktemp("clips"), Tally()
    public = public_words(sample_entries())
    written = exported(CALLS, folder, SAMPLES / "audio", public, tally, as_spoken=False, only_covered=True)
    return folder, written, tally


def test_there_is_something_to_be_found() -> None:
    heard = {f.call.call_id: "，".join(u.text for u in f.transcript.utterances) for f in CALLS if f.transcript}
    assert set(heard) == set(truth())
    assert sum(len(found_in(text, truth()[call_id])) for call_id, text in heard.items()) >= 35


def test_no_text_and_no_file_says_whom_a_clip_is_about(clips: tuple[Path, Written, Tally]) -> None:
    folder, _written, tally = clips
    assert tally.leaks == []
    assert tally.clips >= 30
    numbers = [number for one in truth().values() for number in one.numbers if len(number) > 4]
    for path in folder.iterdir():
        raw = path.read_bytes()
        assert not any(word.encode() in raw for word in (*truth(), *numbers))
        assert not any(call_id in path.name for call_id in truth())


def test_nothing_personal_is_heard_again_in_what_is_exported(clips: tuple[Path, Written, Tally]) -> None:
    folder, written, tally = clips
    heard = {name: whose for name, whose in written.items() if whose[0] in HEARD_AGAIN}
    assert {call_id for call_id, _, _ in heard.values()} == HEARD_AGAIN
    heard_again(ear(2), folder, heard, tally)
    assert tally.leaks == []
