"""The doctor says what is wrong in words that a QA lead can act on."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import Response
from sqlalchemy import func, select, text

from qa_pipeline.doctor import _TRIALS, Symptom, codecs, examine
from qa_pipeline.store.schema import ImportRow
from qa_pipeline.store.session import close_store
from tests import tone_models
from tests.transcription_server import Script, serve
from tests.transcription_server import text as text_reply
from tests.workspaces import empty_centre


def found(workspace: Path) -> dict[str, Symptom]:
    return {symptom.name: symptom for symptom in examine(workspace)}


def test_a_folder_that_is_no_workspace_is_sent_to_init(tmp_path: Path) -> None:
    symptom = found(tmp_path)["工作区"]
    assert not symptom.ok
    assert "init" in symptom.advice


def test_a_setting_that_does_not_exist_is_named(tmp_path: Path) -> None:
    empty_centre(tmp_path)
    (tmp_path / "settings.yaml").write_text("beam: 3\n", encoding="utf-8")
    symptom = found(tmp_path)["设置"]
    assert not symptom.ok
    assert "beam" in symptom.found


def test_a_missing_model_is_named_with_what_to_do(tmp_path: Path) -> None:
    empty_centre(tmp_path)
    with (tmp_path / "settings.yaml").open("a", encoding="utf-8") as file:
        file.write(f"model: {tmp_path / 'no-such-model'}\n")
    symptom = found(tmp_path)["识别模型"]
    assert not symptom.ok
    assert "no-such-model" in symptom.found
    assert symptom.advice


def set_to(workspace: Path, **settings: object) -> Symptom:
    """Return what is said of the recogniser with some settings."""
    empty_centre(workspace)
    with (workspace / "settings.yaml").open("a", encoding="utf-8") as file:
        file.writelines(f"{name}: {value}\n" for name, value in settings.items())
    return found(workspace)["识别模型"]


def test_a_server_that_answers_is_named_with_where_the_sound_goes(tmp_path: Path) -> None:
    with serve(Script([text_reply("")]).app()) as url:
        symptom = set_to(tmp_path, endpoint_url=url, model="paraformer")
    assert symptom.ok
    assert url in symptom.found
    assert "有应答" in symptom.found


def test_a_server_without_the_model_is_named_with_those_it_has(tmp_path: Path) -> None:
    with serve(Script([text_reply("")]).app()) as url:
        symptom = set_to(tmp_path, endpoint_url=url, model="large-v3")
    assert not symptom.ok
    assert "paraformer" in symptom.advice


def test_a_server_that_is_down_is_named(tmp_path: Path) -> None:
    with serve(Script([text_reply("")]).app()) as url:
        pass
    symptom = set_to(tmp_path, endpoint_url=url, model="paraformer")
    assert not symptom.ok
    assert "out of reach" in symptom.found
    assert symptom.advice


def test_a_server_that_refuses_the_key_is_named_without_it(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret", encoding="utf-8")
    with serve(Script([text_reply("")], models=Response(status_code=401)).app()) as url:
        symptom = set_to(tmp_path, endpoint_url=url, model="paraformer", endpoint_key_file="key")
    assert not symptom.ok
    assert "key" in symptom.advice
    assert "s3cret" not in symptom.found + symptom.advice


def test_a_sherpa_model_is_named_with_its_kind(tmp_path: Path) -> None:
    symptom = set_to(tmp_path / "centre", model=tone_models.paraformer(tmp_path / "my-paraformer"), device="cpu")
    assert symptom.ok
    assert "sherpa-onnx paraformer my-paraformer" in symptom.found


def test_an_engine_without_its_address_is_named(tmp_path: Path) -> None:
    symptom = set_to(tmp_path, engine="endpoint")
    assert not symptom.ok
    assert "endpoint_url" in symptom.found


def test_a_scorecard_that_does_not_add_up_is_named(tmp_path: Path) -> None:
    empty_centre(tmp_path)
    card = tmp_path / "scorecard.yaml"
    text = card.read_text(encoding="utf-8")
    card.write_text(text.replace("points: 12", "points: 13", 1), encoding="utf-8")
    symptom = found(tmp_path)["评分标准与规则"]
    assert not symptom.ok
    assert "13" in symptom.found or "C" in symptom.found


def test_a_database_that_is_no_database_is_named(tmp_path: Path) -> None:
    empty_centre(tmp_path)
    for leftover in tmp_path.glob("hotline-qa.sqlite3*"):
        leftover.unlink()
    (tmp_path / "hotline-qa.sqlite3").write_bytes(b"this is not a database file at all" * 100)
    assert not found(tmp_path)["数据库"].ok


def test_a_disk_with_too_little_room_is_named(tmp_path: Path) -> None:
    empty_centre(tmp_path)
    with (tmp_path / "settings.yaml").open("a", encoding="utf-8") as file:
        file.write("min_free_mb: 1000000000\n")
    symptom = found(tmp_path)["磁盘"]
    assert not symptom.ok
    assert "清理" in symptom.advice


def test_a_sound_workspace_is_well_but_for_its_model(tmp_path: Path) -> None:
    empty_centre(tmp_path)
    assert [s.name for s in examine(tmp_path) if not s.ok and s.name != "识别模型"] == []


def test_a_database_that_may_not_be_written_to_is_named(tmp_path: Path) -> None:
    _, sessions = empty_centre(tmp_path)
    with sessions.begin() as session:
        session.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON import_batches BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END")
        )
    close_store(sessions)
    symptom = found(tmp_path)["数据库"]
    assert not symptom.ok
    assert symptom.advice


def test_looking_at_the_database_leaves_nothing_in_it(tmp_path: Path) -> None:
    _, sessions = empty_centre(tmp_path)
    assert found(tmp_path)["数据库"].ok
    with sessions() as session:
        assert session.scalar(select(func.count(ImportRow.batch_id))) == 0
    close_store(sessions)


def test_items_that_the_scorecard_lacks_are_named(tmp_path: Path) -> None:
    empty_centre(tmp_path)
    ruleset = tmp_path / "ruleset.yaml"
    condition = "{item: D9, name: 试, when: {role: operator, any_keywords: [您好]}}"
    with ruleset.open("a", encoding="utf-8") as file:
        file.write(f"  XZ99: {condition}\n")
    symptom = found(tmp_path)["评分标准与规则"]
    assert not symptom.ok
    assert "D9 (rule XZ99)" in symptom.found


def test_a_codec_that_gives_no_sound_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(_TRIALS, "opus", ("no such container", "libopus", 16000))
    symptom = codecs()
    assert (symptom.ok, symptom.found) == (False, "不能解码：Opus")
    assert symptom.advice


def test_calibrated_is_not_said_to_be_accurate(tmp_path: Path) -> None:
    empty_centre(tmp_path)
    said = found(tmp_path)["识别把握"].found
    assert "校准不等于准确" in said
    assert "whisper-base" in said
    assert "balanced" in said


def test_without_transcripts_there_is_nothing_to_hear_anew(tmp_path: Path) -> None:
    empty_centre(tmp_path)
    assert "还没有转写" in found(tmp_path)["已有转写"].found


def test_the_calendar_says_by_when_an_appeal_is_decided_and_names_a_list_that_is_none(tmp_path: Path) -> None:
    empty_centre(tmp_path)
    assert "申诉最迟" in found(tmp_path)["工作日历"].found
    with (tmp_path / "settings.yaml").open("a", encoding="utf-8") as file:
        file.write("workdays_file: own.csv\n")
    symptom = found(tmp_path)["工作日历"]
    assert not symptom.ok
    assert "own.csv" in symptom.found
