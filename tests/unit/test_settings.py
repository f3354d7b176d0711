"""Settings come from arguments, then the environment, then the workspace's file."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from qa_pipeline.errors import AudioError, SettingsError
from qa_pipeline.settings import SETTINGS_FILE, load_settings
from qa_pipeline.workspace import SETTINGS_TEXT


def write(folder: Path, text: str) -> Path:
    (folder / SETTINGS_FILE).write_text(text, encoding="utf-8")
    return folder


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "threads: 3\npace: fast\n")
    monkeypatch.setenv("HOTLINE_QA_THREADS", "7")
    settings = load_settings(tmp_path)
    assert (settings.threads, settings.pace) == (7, "fast")


def test_an_argument_wins_over_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_QA_THREADS", "7")
    assert load_settings(tmp_path, threads=1).threads == 1


def test_without_a_file_the_database_lies_in_the_workspace(tmp_path: Path) -> None:
    assert load_settings(tmp_path).url == f"sqlite:///{tmp_path.resolve() / 'hotline-qa.sqlite3'}"


def test_a_secret_url_is_read_from_its_file(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql+psycopg://qa:secret@db/qa\n", encoding="utf-8")
    assert load_settings(tmp_path, database_url_file=secret).url == "postgresql+psycopg://qa:secret@db/qa"


def test_the_file_of_a_secret_url_is_looked_for_in_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "centre").mkdir()
    (tmp_path / "centre" / "url").write_text("postgresql://qa@db/qa", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    settings = load_settings(write(tmp_path / "centre", "database_url_file: url\n"))
    assert settings.url == "postgresql://qa@db/qa"


@pytest.mark.parametrize(("content", "said"), [(None, "No such file"), (b" \n", "empty"), (b"\xff\xff", "UTF-8")])
def test_a_secret_url_that_cannot_be_read_is_said_in_words(tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / "url").write_bytes(content)
    settings = load_settings(tmp_path, database_url_file=Path("url"))
    with pytest.raises(SettingsError, match=said) as caught:
        _ = settings.url
    assert "database URL" in caught.value.hint


def test_a_model_folder_of_the_workspace_is_found_from_anywhere(tmp_path: Path) -> None:
    (tmp_path / "models" / "large").mkdir(parents=True)
    assert load_settings(write(tmp_path, "model: models/large\n")).model == str(tmp_path.resolve() / "models/large")
    assert load_settings(write(tmp_path, "model: large-v3\n")).model == "large-v3", "a name stays a name"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("pace: hurried\n", "pace"),
        ("beam: 5\n", "beam"),
        ("device: tpu\n", "device"),
        ("- a\n- b\n", "list"),
        ("threads: [\n", "not YAML"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_known(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named) as caught:
        load_settings(write(tmp_path, text))
    assert caught.value.hint


def test_errors_keep_their_hint_through_pickling() -> None:
    error = pickle.loads(pickle.dumps(AudioError("a.wav is empty", "send it again")))
    assert (error.message, error.hint, str(error)) == (
        "a.wav is empty",
        "send it again",
        "a.wav is empty (send it again)",
    )


def test_every_line_that_init_leaves_out_is_a_setting_with_an_allowed_value(tmp_path: Path) -> None:
    named = {}
    for line in SETTINGS_TEXT.splitlines():
        if setting := re.match(r"# ([a-z_]+): ([^#]+)", line):
            named[setting[1]] = YAML(typ="safe").load(setting[2])
    assert {"pace", "engine", "model", "endpoint_url", "assumed_confidence", "correct_terms", "threads"} <= named.keys()
    assert load_settings(tmp_path, **named).pace == "balanced"
