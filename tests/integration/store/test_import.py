"""An import takes what can be taken, refuses the rest row by row, and changes nothing the second time."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import NotFound, TransientError, UserError
from qa_pipeline.ingest.batch import FileKind, Refusal
from qa_pipeline.ingest.report import ImportReport
from qa_pipeline.models import Recording, ShiftDuty
from qa_pipeline.runs import draw_month, import_paths
from qa_pipeline.settings import Settings
from qa_pipeline.store import queries
from qa_pipeline.store.queries.imports import take
from qa_pipeline.store.schema import ImportRow, RefusalRow, WorkOrderRow
from tests import centre
from tests.centre import MONTH, NOW, fake_probe

Sessions = sessionmaker[Session]

FILES = {
    "5_roster.csv": "工号,姓名,班组\n1001,张三,一组\n1002,李四,一组\n",
    "4_plan.csv": "日期,班次,工号\n2026-10-03,早班,1001\n",
    "3_log.csv": (
        "通话编号,开始时间,时长秒,工号,班次,录音文件,坐席声道\n"
        "H1,2026-10-03 08:15:20,60,1001,早班,H1.wav,左\n"
        "H2,2026-10-04 08:15:20,60,1002,早班,H2.wav,右\n"
    ),
    "2_orders.csv": "工单编号,通话编号,标题\nW1,H1,路灯不亮\n",
    "1_knowledge.csv": "id,version,title,question,answer,valid_from\nK1,1,身份证,怎么补办,到派出所,2026-01-01\n",
    "audio/H1.wav": "sound one",
    "audio/H2.wav": "sound two",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "export"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "workspace").mkdir()
    return Settings(workspace=tmp_path / "workspace")


def take_in(settings: Settings, sessions: Sessions, *paths: Path) -> ImportReport:
    return import_paths(settings, sessions, paths, NOW, fake_probe)


def refusals(session: Session, kind: FileKind, *values: object) -> Sequence[Refusal]:
    return take(session, centre.batch(kind, *values), NOW).refusals


def test_a_folder_is_taken_whatever_the_order_of_its_files(
    settings: Settings, sessions: Sessions, folder: Path
) -> None:
    report = take_in(settings, sessions, folder)
    assert (report.taken, report.unchanged, report.refusals) == (9, 0, ())
    with sessions() as session:
        file = queries.call_file(session, "H2")
        assert [one.call_id for one in queries.calls_of_month(session, MONTH)] == ["H1", "H2"]
        assert len(queries.duties(session, MONTH)) == len(queries.entries(session)) == 1
    assert file.recording is not None
    assert (settings.workspace / file.recording.path).read_text() == "sound two"


def test_the_same_folder_again_changes_nothing(settings: Settings, sessions: Sessions, folder: Path) -> None:
    take_in(settings, sessions, folder)
    before = sorted(settings.recordings_dir.iterdir())
    again = import_paths(settings, sessions, [folder], NOW + timedelta(days=1), _never_probed)
    assert (again.taken, again.unchanged, again.refusals) == (0, 9, ())
    assert sorted(settings.recordings_dir.iterdir()) == before


def _never_probed(path: Path) -> object:
    raise AssertionError(f"{path.name} is known by its hash and need not be decoded again")


def test_what_is_no_export_is_passed_over_in_a_folder_and_refused_by_name(
    settings: Settings, sessions: Sessions, folder: Path
) -> None:
    (folder / "render.py").write_text("print()")
    (folder / "call.yaml").write_text("call_id: H1\nturns: []\n")
    (folder / "~$3_log.csv").write_text("lock")
    (folder / ".hidden.csv").write_text("x")
    report = take_in(settings, sessions, folder)
    assert {Path(name).name for name in report.ignored} == {"render.py", "call.yaml"}
    assert not report.refusals
    named = take_in(settings, sessions, folder / "render.py", folder / "call.yaml", folder / "gone.csv")
    assert sorted((Path(r.file).name, r.what[:6]) for r in named.refusals) == [
        ("call.yaml", "call.y"),
        ("gone.csv", "没有这个文件"),
        ("render.py", "不认识的文件"),
    ]


def test_a_workspace_does_not_import_its_own_recordings(settings: Settings, sessions: Sessions, folder: Path) -> None:
    take_in(settings, sessions, folder)
    assert take_in(settings, sessions, settings.workspace).files == ()


def test_a_bad_recording_is_refused_and_the_others_are_taken(
    settings: Settings, sessions: Sessions, folder: Path
) -> None:
    (folder / "audio" / "H1.wav").write_text("bad sound")
    report = take_in(settings, sessions, folder)
    (refusal,) = report.refusals
    assert (refusal.file, "静音" in refusal.what) == ("H1.wav", True)
    with sessions() as session:
        assert queries.call_file(session, "H1").recording is None
        assert queries.call_file(session, "H2").recording is not None


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("H9.wav", "other sound", "通话记录里没有写这个录音文件名"),
        ("again/H1.wav", "other sound", "通话“H1”已有另一段录音"),
        ("again/H2.wav", "sound one", "同样的录音已属于通话“H1”"),
    ],
)
def test_a_recording_that_fits_no_call_or_another_call_is_refused(
    settings: Settings, sessions: Sessions, folder: Path, name: str, content: str, said: str
) -> None:
    take_in(settings, sessions, folder)
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    (refusal,) = take_in(settings, sessions, path).refusals
    assert said in refusal.what
    with sessions() as session:
        kept = queries.call_file(session, "H1").recording
    assert kept is not None
    assert (settings.workspace / kept.path).read_text() == "sound one"


def test_a_recording_that_the_workspace_lost_is_copied_again(
    settings: Settings, sessions: Sessions, folder: Path
) -> None:
    take_in(settings, sessions, folder)
    with sessions() as session:
        lost, damaged = (queries.call_file(session, name).recording for name in ("H1", "H2"))
    assert lost is not None
    assert damaged is not None
    (settings.workspace / lost.path).unlink()
    (settings.workspace / damaged.path).write_text("sound TWO")
    again = take_in(settings, sessions, folder / "audio")
    assert (again.taken, again.unchanged, again.refused) == (0, 2, 0)
    assert [file.file for file in again.files if file.notes] == ["H1.wav", "H2.wav"]
    assert any("注意 H1.wav" in line and "重新复制" in line for line in again.lines())
    kept = [(settings.workspace / one.path).read_text() for one in (lost, damaged)]
    assert kept == ["sound one", "sound two"]


def test_a_link_to_nowhere_and_a_disk_error_refuse_their_file_only(
    settings: Settings, sessions: Sessions, folder: Path
) -> None:
    (folder / "audio" / "H1.wav").unlink()
    (folder / "audio" / "H1.wav").symlink_to("gone.wav")
    (folder / "notes.yaml").symlink_to("gone.yaml")
    with (folder / "3_log.csv").open("a", encoding="utf-8") as log:
        log.write("H3,2026-10-05 08:15:20,60,1001,早班,H3.wav,左\n")
    (folder / "audio" / "H3.wav").write_text("sound three")

    def probe(path: Path) -> Recording:
        if path.name == "H2.wav":
            raise OSError(errno.EIO, "Input/output error")
        return fake_probe(path)

    report = import_paths(settings, sessions, [folder], NOW, probe)
    assert sorted(refusal.file for refusal in report.refusals) == ["H1.wav", "H2.wav", "notes.yaml"]
    assert all("读不出来" in refusal.what and refusal.hint for refusal in report.refusals)
    with sessions() as session:
        assert queries.call_file(session, "H3").recording is not None


def test_a_recording_under_a_false_suffix_is_taken_with_a_note(
    settings: Settings, sessions: Sessions, folder: Path
) -> None:
    (folder / "audio" / "H1.wav").write_bytes(b"ID3 sound")
    report = take_in(settings, sessions, folder)
    assert not report.refusals
    assert any(line.startswith("  注意 H1.wav") and "mp3" in line for line in report.lines())
    with sessions() as session:
        kept = queries.call_file(session, "H1").recording
    assert kept is not None
    assert kept.path.endswith(".mp3")
    assert (settings.workspace / kept.path).read_bytes() == b"ID3 sound"


def test_a_knowledge_base_with_a_day_that_does_not_exist_loses_that_entry_only(
    settings: Settings, sessions: Sessions, folder: Path
) -> None:
    entry = "- {{id: {0}, version: 1, title: t, question: q, answer: a, valid_from: {1}}}\n"
    text = entry.format("K8", "2026-02-30") + entry.format("K9", "2026-02-28")
    (folder / "more.yaml").write_text(text, encoding="utf-8")
    (refusal,) = take_in(settings, sessions, folder).refusals
    assert (refusal.file, refusal.row, refusal.column) == ("more.yaml", 1, "valid_from")
    assert "2026 年 2 月只有 28 天" in refusal.hint
    with sessions() as session:
        assert {one.entry_id for one in queries.entries(session)} == {"K1", "K9"}


def test_a_month_that_is_not_over_is_drawn_only_if_asked_for(
    settings: Settings, sessions: Sessions, folder: Path
) -> None:
    take_in(settings, sessions, folder)
    last_moment = datetime(2026, 10, 31, 23, 59)
    with pytest.raises(UserError, match=r"not over .* 2 calls") as caught:
        draw_month(sessions, MONTH, 20, "seed", last_moment)
    assert "--early" in caught.value.hint
    with sessions() as session:
        assert queries.plan_of(session, MONTH) is None
    assert len(draw_month(sessions, MONTH, 20, "seed", last_moment, early=True).calls) == 2
    assert len(draw_month(sessions, MONTH, 20, "seed", datetime(2026, 11, 1)).calls) == 2


def test_a_refused_recording_is_excluded_from_the_draw_with_its_reason(
    settings: Settings, sessions: Sessions, folder: Path
) -> None:
    (folder / "audio" / "H1.wav").write_text("bad sound")
    with (folder / "3_log.csv").open("a", encoding="utf-8") as log:
        log.write("H3,2026-10-05 08:15:20,60,1001,早班,H3.wav,左\nH4,2026-10-05 09:15:20,9,1001,早班,H4.wav,左\n")
    (folder / "audio" / "H4.wav").write_text("short sound")
    take_in(settings, sessions, folder)
    plan = draw_month(sessions, MONTH, 20, "seed", NOW)
    assert [one.call_id for one in plan.calls] == ["H2"]
    reasons = {one.call_id: one.reason for one in plan.exclusions}
    assert "静音" in reasons["H1"]
    assert reasons["H3"] == "没有录音"
    assert "9 秒" in reasons["H4"]
    with sessions() as session:
        assert queries.plan_of(session, MONTH) == plan


def test_a_recording_shorter_than_a_service_is_excluded(settings: Settings, sessions: Sessions, folder: Path) -> None:
    def short_probe(path: Path) -> Recording:
        return replace(fake_probe(path), duration_ms=9_900 if path.name == "H1.wav" else 60_000)

    import_paths(settings, sessions, [folder], NOW, short_probe)
    (exclusion,) = draw_month(sessions, MONTH, 20, "seed", NOW).exclusions
    assert (exclusion.call_id, "9.9 秒" in exclusion.reason) == ("H1", True)


def test_a_month_without_calls_cannot_be_drawn(sessions: Sessions) -> None:
    with pytest.raises(NotFound, match="no calls of 2026-10 to draw from"):
        draw_month(sessions, MONTH, 20, "seed", NOW)


def test_a_month_is_drawn_once_and_the_same_draw_again_is_no_error(
    settings: Settings, sessions: Sessions, folder: Path
) -> None:
    take_in(settings, sessions, folder)
    plan = draw_month(sessions, MONTH, 20, "seed", NOW)
    assert draw_month(sessions, MONTH, 20, "seed", NOW).calls == plan.calls
    with pytest.raises(UserError, match="were drawn on"):
        draw_month(sessions, MONTH, 20, "a seed that suits better", NOW)


def test_a_full_disk_in_the_middle_keeps_every_file_before_it(
    settings: Settings, sessions: Sessions, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qa_pipeline.ingest.recordings.os.fsync", full)
    with pytest.raises(TransientError, match=r"disk .* is full"):
        take_in(settings, sessions, folder)
    monkeypatch.undo()
    with sessions() as session:
        assert len(queries.calls_of_month(session, MONTH)) == 2
    again = take_in(settings, sessions, folder)
    assert (again.taken, again.unchanged) == (2, 7)


def test_what_was_refused_is_noted_row_by_row(settings: Settings, sessions: Sessions, folder: Path) -> None:
    (folder / "5_roster.csv").write_text("工号,姓名\n1001,张三\n")
    report = take_in(settings, sessions, folder)
    assert report.refused == 2, "the call of 1002, and with it the recording of that call"
    with sessions() as session:
        noted = session.execute(
            select(ImportRow.file, RefusalRow.row, RefusalRow.column).join(
                RefusalRow, RefusalRow.batch_id == ImportRow.batch_id
            )
        ).all()
        files = session.scalar(select(func.count(ImportRow.batch_id)))
    assert [tuple(row) for row in noted] == [("3_log.csv", 3, "工号"), ("H2.wav", None, "")]
    assert files == 7


def test_the_account_says_what_was_taken_and_names_each_refusal(
    settings: Settings, sessions: Sessions, folder: Path
) -> None:
    (folder / "5_roster.csv").write_text("工号,姓名\n1001,张三\n")
    report = take_in(settings, sessions, folder)
    lines = report.lines()
    assert "3_log.csv（通话记录）：新增 1，已有 0，未收 1" in lines
    assert "录音 2 个文件：新增 1，已有 0，未收 1" in lines
    assert any("3_log.csv 第 3 行 [工号]：工号“1002”不在花名册里" in line for line in lines)
    assert report.as_dict()["refused"] == 2


def test_an_unknown_operator_is_refused_by_every_table_that_names_one(sessions: Sessions) -> None:
    with sessions.begin() as session:
        centre.put(session, FileKind.ROSTER, centre.operator())
        duty = ShiftDuty(date(2026, 10, 3), "早班", "9999")
        for kind, value in ((FileKind.CALL_LOG, centre.call(operator_id="9999")), (FileKind.SHIFT_PLAN, duty)):
            (refusal,) = refusals(session, kind, value)
            assert (refusal.row, refusal.column) == (2, "工号")
            assert "“9999”不在花名册里" in refusal.what


def test_a_call_id_with_other_content_in_the_same_file_is_refused(sessions: Sessions) -> None:
    with sessions.begin() as session:
        centre.put(session, FileKind.ROSTER, centre.operator())
        longer = replace(centre.call(), duration_s=61)
        report = take(session, centre.batch(FileKind.CALL_LOG, centre.call(), longer, centre.call()), NOW)
    (refusal,) = report.refusals
    assert (report.taken, report.unchanged, refusal.row, refusal.column) == (1, 1, 3, "通话编号")
    assert "duration_s" in refusal.what


def test_a_call_id_with_other_content_than_is_stored_is_refused_and_what_is_stored_stays(sessions: Sessions) -> None:
    with sessions.begin() as session:
        centre.put_calls(session, [centre.call()])
    with sessions.begin() as session:
        (refusal,) = refusals(session, FileKind.CALL_LOG, replace(centre.call(), satisfaction=1))
        assert "已经登记，内容不同（satisfaction）" in refusal.what
    with sessions() as session:
        assert queries.call_file(session, "H1").call == centre.call()


def test_two_calls_cannot_have_the_same_recording(sessions: Sessions) -> None:
    with sessions.begin() as session:
        centre.put(session, FileKind.ROSTER, centre.operator())
        twin = centre.call("H2", recording_file="H1.wav")
        (refusal,) = refusals(session, FileKind.CALL_LOG, centre.call(), twin)
        assert "已属于通话“H1”" in refusal.what
        unrecorded = (centre.call("H3", recording_file=""), centre.call("H4", recording_file=""))
        assert not refusals(session, FileKind.CALL_LOG, *unrecorded)


def test_a_roster_may_change_people_but_not_contradict_itself(sessions: Sessions) -> None:
    with sessions.begin() as session:
        centre.put(session, FileKind.ROSTER, centre.operator())
        moved = centre.operator(team="二组")
        assert centre.put(session, FileKind.ROSTER, moved).taken == 1
        assert queries.operators(session) == (moved,)
        (refusal,) = refusals(session, FileKind.ROSTER, moved, centre.operator(team="三组"))
        assert "出现两次" in refusal.what
        assert queries.operators(session) == (moved,)


def test_a_changed_work_order_becomes_a_revision_and_the_earlier_one_is_kept(sessions: Sessions) -> None:
    with sessions.begin() as session:
        centre.put_calls(session, [centre.call()])
        centre.put(session, FileKind.WORK_ORDERS, centre.order())
        changed = centre.order(标题="路灯全不亮")
        assert centre.put(session, FileKind.WORK_ORDERS, changed).taken == 1
        assert centre.put(session, FileKind.WORK_ORDERS, changed).unchanged == 1
        assert session.scalar(select(func.count(WorkOrderRow.order_id))) == 2
    with sessions() as session:
        assert queries.call_file(session, "H1").work_order == changed


def test_work_orders_that_cannot_be_right_are_refused(sessions: Sessions) -> None:
    with sessions.begin() as session:
        centre.put_calls(session, [centre.call(), centre.call("H2")])
        (unknown,) = refusals(session, FileKind.WORK_ORDERS, centre.order(call_id="H404"))
        assert "没有通话“H404”" in unknown.what
        (twice,) = refusals(session, FileKind.WORK_ORDERS, centre.order(), centre.order(标题="别的"))
        assert "出现两次" in twice.what
        (moved,) = refusals(session, FileKind.WORK_ORDERS, centre.order(call_id="H2"))
        assert "已属于通话“H1”" in moved.what


def test_of_several_orders_of_a_call_the_last_submitted_counts(sessions: Sessions) -> None:
    late = replace(centre.order("A9"), submitted_at=NOW)
    with sessions.begin() as session:
        centre.put_calls(session, [centre.call()])
        centre.put(
            session, FileKind.WORK_ORDERS, late, centre.order("W1"), replace(centre.order("X"), submitted_at=None)
        )
    with sessions() as session:
        assert queries.call_file(session, "H1").work_order == late


def test_a_stored_knowledge_version_can_be_ended_and_not_rewritten(sessions: Sessions) -> None:
    with sessions.begin() as session:
        centre.put(session, FileKind.KNOWLEDGE, centre.entry())
        (rewritten,) = refusals(session, FileKind.KNOWLEDGE, centre.entry(answer="不收费"))
        assert "新的版本号（如 2）" in rewritten.hint
        ended = centre.entry(valid_to=date(2026, 6, 30))
        assert centre.put(session, FileKind.KNOWLEDGE, ended).taken == 1
        (prolonged,) = refusals(session, FileKind.KNOWLEDGE, centre.entry())
        assert "已经登记" in prolonged.what
        assert queries.entries(session) == (ended,)


def test_versions_whose_validity_overlaps_are_refused_whatever_their_order(sessions: Sessions) -> None:
    old, new = centre.entry(version=1), centre.entry(version=2, valid_from=date(2026, 6, 1))
    with sessions.begin() as session:
        (refusal,) = refusals(session, FileKind.KNOWLEDGE, new, old)
        assert "有效期重叠" in refusal.what
        assert "第 1 版填上较早的失效日期" in refusal.hint
        ended = replace(old, valid_to=date(2026, 5, 31))
        assert not refusals(session, FileKind.KNOWLEDGE, new, ended)
        assert queries.entries(session) == (ended, new)


def test_text_that_is_too_long_for_the_database_is_refused_and_not_cut(sessions: Sessions) -> None:
    with sessions.begin() as session:
        (refusal,) = refusals(session, FileKind.ROSTER, centre.operator(name="长" * 200))
        assert "不超过 128 个字符" in refusal.hint
        assert queries.operators(session) == ()


def test_a_large_log_is_taken_in_few_statements(sessions: Sessions) -> None:
    calls = centre.many_calls(3_000)
    with sessions.begin() as session:
        centre.put(session, FileKind.ROSTER, centre.operator("1001"), centre.operator("1002"))
        seen: list[str] = []
        event.listen(session.get_bind(), "before_cursor_execute", lambda *given: seen.append(given[2]))
        assert take(session, centre.batch(FileKind.CALL_LOG, *calls), NOW).taken == 3_000
        assert len(seen) < 60
