"""Sets of calls as their scripts say them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.call_sets import SETS, CallSet, call_set, heard, knowledge, reference
from bench.results import RESULTS
from qa_pipeline.errors import UserError
from qa_pipeline.models import Role
from recordings_sample.callscript import load_script

REPOSITORY = RESULTS.parents[1]


@pytest.mark.parametrize("name", SETS)
def test_every_script_of_a_set_can_be_rendered(name: str, tmp_path: Path) -> None:
    paths = call_set(name, tmp_path).paths
    assert len(paths) >= 14
    assert [load_script(path).call_id for path in paths] == [path.stem for path in paths]


def test_no_call_is_in_two_sets(tmp_path: Path) -> None:
    names = [path.stem for name in SETS for path in call_set(name, tmp_path).paths]
    assert len(names) == len(set(names))


def test_the_second_held_out_set_plants_each_item_twice_and_a_third_of_it_is_clean(tmp_path: Path) -> None:
    scripts = [load_script(path) for path in call_set("unseen2", tmp_path).paths]
    calls = [item for script in scripts for item in {fault.item for fault in script.faults}]
    wanted = {*(f"A{n}" for n in range(1, 7)), *(f"B{n}" for n in range(1, 7)), "C5", *(f"V{n}" for n in range(1, 6))}
    assert set(calls) == wanted
    assert min(calls.count(item) for item in wanted) >= 2
    assert sum(not script.faults for script in scripts) == 12
    assert sum(script.audio.layout == "mono" for script in scripts) == 3


def test_a_set_that_was_not_rendered_says_how_it_is(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"not rendered.*render\.py --all --scripts bench/unseen2/scripts"):
        heard(call_set("unseen2", tmp_path), print)


def test_the_reference_knows_who_spoke_on_mono_and_what_was_asked(tmp_path: Path) -> None:
    whole = call_set("unseen2", tmp_path)
    scripts = tmp_path / "set" / "scripts"
    scripts.mkdir(parents=True)
    for name in ("U261014-201", "U261012-201"):  # mono, with a consultation; stereo, in which the caller talks over
        (scripts / f"{name}.yaml").write_bytes((whole.scripts / f"{name}.yaml").read_bytes())
    stereo, mono = reference(CallSet("some", scripts, tmp_path / "set", tmp_path), knowledge())
    assert {u.role for u in mono.transcript.utterances} == {Role.OPERATOR, Role.CALLER}
    assert not mono.acoustics.talk_overs
    assert [e.entry.entry_id for e in mono.exchanges if e.entry] == ["JA033"]
    assert [over.by for over in stereo.acoustics.talk_overs].count(Role.CALLER) == 3
    assert all(voice.above_floor_db for voice in stereo.acoustics.voices)
