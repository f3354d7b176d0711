"""What became of an import, for people and for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from qa_pipeline.ingest.batch import FileKind, FileReport, Refusal

LABELS = {
    FileKind.ROSTER: "花名册",
    FileKind.SHIFT_PLAN: "排班表",
    FileKind.CALL_LOG: "通话记录",
    FileKind.WORK_ORDERS: "工单",
    FileKind.KNOWLEDGE: "知识库",
    FileKind.GAZETTEER: "地名库",
    FileKind.PAY_TERMS: "绩效基数表",
    FileKind.ATTENDANCE: "培训出席",
    FileKind.RECORDING: "录音",
}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of an import; ``ignored`` are files of a walked folder that are not for importing."""

    files: tuple[FileReport, ...]
    ignored: tuple[str, ...] = ()

    @property
    def taken(self) -> int:
        """Rows and recordings that are new in the store."""
        return sum(file.taken for file in self.files)

    @property
    def unchanged(self) -> int:
        """Rows and recordings that the store held already."""
        return sum(file.unchanged for file in self.files)

    @property
    def refused(self) -> int:
        """How many rows and files were not taken."""
        return len(self.refusals)

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Everything that was not taken."""
        return tuple(refusal for file in self.files for refusal in file.refusals)

    def lines(self) -> list[str]:
        """Return the account for people: a line a file (recordings together), then every refusal and note."""
        tables = [file for file in self.files if file.kind is not FileKind.RECORDING]
        recordings = [file for file in self.files if file.kind is FileKind.RECORDING]
        lines = [f"{file.file}（{_label(file.kind)}）：{_counts([file])}" for file in tables]
        if recordings:
            lines.append(f"录音 {len(recordings)} 个文件：{_counts(recordings)}")
        lines += [f"  未收 {refusal}" for refusal in self.refusals]
        lines += [f"  注意 {file.file}：{note}" for file in self.files for note in file.notes]
        if self.ignored:
            lines.append(f"略过 {len(self.ignored)} 个无须导入的文件")
        return lines

    def as_dict(self) -> dict[str, Any]:
        """Return the account for programs."""
        counts = {"taken": self.taken, "unchanged": self.unchanged, "refused": self.refused}
        return counts | {"files": [asdict(file) for file in self.files], "ignored": list(self.ignored)}


def _label(kind: FileKind | None) -> str:
    return "未识别" if kind is None else LABELS[kind]


def _counts(files: list[FileReport]) -> str:
    taken, unchanged = sum(f.taken for f in files), sum(f.unchanged for f in files)
    return f"新增 {taken}，已有 {unchanged}，未收 {sum(len(f.refusals) for f in files)}"
