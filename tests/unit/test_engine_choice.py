"""The settings choose the recogniser; what they ask for and is not there is said before anything is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_pipeline.asr.confidence import calibration_of
from qa_pipeline.asr.endpoint import EndpointTranscriber
from qa_pipeline.asr.engines import endpoint_of, engine_of, make_transcriber
from qa_pipeline.asr.sherpa import SherpaTranscriber
from qa_pipeline.errors import SettingsError
from qa_pipeline.settings import load_settings
from tests import tone_models

URL = "http://127.0.0.1:8000/v1"


def test_an_address_speaks_for_a_server_and_a_folder_for_its_library(tmp_path: Path) -> None:
    folder = str(tone_models.paraformer(tmp_path / "paraformer"))
    assert engine_of(load_settings(tmp_path)) == "whisper"
    assert engine_of(load_settings(tmp_path, model=folder)) == "sherpa"
    assert engine_of(load_settings(tmp_path, endpoint_url=URL, model=folder)) == "endpoint"
    assert engine_of(load_settings(tmp_path, endpoint_url=URL, engine="whisper")) == "whisper"


def test_a_folder_of_the_workspace_is_found_by_its_name(tmp_path: Path) -> None:
    tone_models.sense_voice(tmp_path / "models" / "sense-voice")
    transcriber = make_transcriber(load_settings(tmp_path, model="models/sense-voice", device="cpu"))
    assert isinstance(transcriber, SherpaTranscriber)
    assert transcriber.stamp.model == "sense-voice"


def test_a_server_is_made_from_the_settings_and_asked_nothing(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret\n", encoding="utf-8")
    settings = load_settings(tmp_path, endpoint_url=URL, model="paraformer", endpoint_key_file="key")
    transcriber = make_transcriber(settings)
    assert isinstance(transcriber, EndpointTranscriber)
    assert transcriber.stamp.model == "paraformer"
    assert "s3cret" not in repr(transcriber.stamp)


def test_a_server_without_its_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="endpoint_url"):
        make_transcriber(load_settings(tmp_path, engine="endpoint"))


@pytest.mark.parametrize(
    "url", ["10.0.0.5:8000", "ftp://a/v1", "http://user:secret@a/v1", "http://a/v1?key=secret", "http://a b/v1"]
)
def test_an_address_holds_no_secret_and_is_one_of_the_web(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="endpoint_url") as caught:
        load_settings(tmp_path, endpoint_url=url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", [None, b" \n"])
def test_a_key_that_cannot_be_read_is_said_in_words(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    with pytest.raises(SettingsError, match="endpoint_key_file"):
        endpoint_of(load_settings(tmp_path, endpoint_url=URL, endpoint_key_file="key"))


def test_a_folder_that_is_no_sherpa_model_is_refused_where_one_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"tokens\.txt"):
        make_transcriber(load_settings(tmp_path, engine="sherpa", model=str(tmp_path), device="cpu"))


def test_a_measured_share_of_right_characters_reaches_the_calibration(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, endpoint_url=URL, model="paraformer", assumed_confidence=0.93)
    assert calibration_of(make_transcriber(settings).stamp).silent == 0.93
    plain = load_settings(tmp_path, endpoint_url=URL, model="paraformer")
    assert calibration_of(make_transcriber(plain).stamp).silent == 0.5
