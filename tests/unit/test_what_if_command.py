"""``hotline-qa what-if``: what its user reads."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest

from qa_pipeline.store.session import close_store
from tests.centre import MONTH
from tests.commands import Run, Said, said_by
from tests.settled import judged_month, settled_centre

SHIPPED = (files("scoring") / "scorecards" / "default-2026.yaml").read_text("utf-8")


@dataclass(frozen=True)
class Drafts:
    """Files that a QA lead is drafting."""

    card: str
    scheme: str


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a judged month."""
    folder = tmp_path_factory.mktemp("what-if") / "centre"
    folder.mkdir()
    _, sessions = judged_month(folder)
    close_store(sessions)
    return folder


@pytest.fixture
def run(centre: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``hotline-qa what-if`` on the month."""

    def call(*arguments: str, workspace: Path = centre) -> Said:
        return said_by(monkeypatch, capsys, "-w", str(workspace), "what-if", "--month", MONTH, *arguments)

    return call


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    """A scorecard whose 优秀 begins at 99 and whose general forbidden words cost 6, and a scheme with a reward."""
    card, scheme = tmp_path / "card.yaml", tmp_path / "pay.yaml"
    text = SHIPPED.replace("version: default-2026", "version: v2").replace("at_least: 95", "at_least: 99")
    card.write_text(text.replace("points: 2, per_fault: 2, cap: 6", "points: 2, per_fault: 6, cap: 12"), "utf-8")
    scheme.write_text("version: p2\neffective_from: 2027-01-01\ngrades:\n  - {name: 优秀, reward: 200}\n", "utf-8")
    return Drafts(str(card), str(scheme))


def test_what_differs_who_changes_and_what_it_costs_are_told(run: Run, drafts: Drafts) -> None:
    said = run("--scorecard", drafts.card, "--pay-scheme", drafts.scheme)
    assert said.code == 0
    for words in (
        "评分项：A6 一般禁语 改：每处扣分 2 → 6；单项封顶 6 → 12",
        "绩效方案 default-2026 → p2",
        "    优秀：奖励（元） 0 → 200",
        "一、话务员：",
        "二、全中心",
        "  绩效合计 ",
        "三、复核量",
        "  待人工判定 ",
    ):
        assert words in said.out
    assert "每人" not in said.out


def test_sizes_alone_are_told_without_the_rest(run: Run) -> None:
    said = run("--calls", "2", "--calls", "9")
    assert "一、每人 2 通\n" in said.out
    assert "二、每人 9 通\n" in said.out
    assert "实际：种子排在最前的几通" in said.out
    assert "不同的机会约 " in said.out
    assert "人的等次会不同（2 人是估计的）" in said.out
    assert "全中心\n" not in said.out


def test_the_order_of_options_does_not_matter(run: Run, drafts: Drafts) -> None:
    one = run("--scorecard", drafts.card, "--pay-scheme", drafts.scheme, "--calls", "3", "--calls", "8")
    other = run("--calls", "8", "--pay-scheme", drafts.scheme, "--calls", "3", "--scorecard", drafts.card)
    assert one == other
    assert "三、复核量" in one.out


def test_the_same_scorecard_and_scheme_change_nobody(run: Run) -> None:
    said = run("--scorecard", "default", "--pay-scheme", "default").out
    assert "内容没有变化" in said
    assert "一、话务员：没有人的分数、等次、绩效或连续不合格有变化" in said
    assert "→" not in said.split("一、话务员")[1]


def test_a_program_reads_the_same_as_values(run: Run, drafts: Drafts) -> None:
    told = json.loads(run("--scorecard", drafts.card, "--calls", "2", "--calls", "9", "--json").out)
    assert told["old"]["scorecard"]["version"] == "default-2026"
    assert told["new"]["scorecard"]["version"] == "v2"
    assert told["scorecard"]["items"] == ["A6 一般禁语 改：每处扣分 2 → 6；单项封顶 6 → 12"]
    assert sum(told["new"]["grades"].values()) + told["new"]["not_graded"] == 2
    assert {one["operator_id"] for one in told["operators"]} == {"1001", "1002"}
    assert [size["calls"] for size in told["sizes"]] == [2, 9]
    assert [one["basis"] for size in told["sizes"] for one in size["operators"]] == ["first"] * 2 + ["estimate"] * 2
    assert (told["rules"], told["closed_at"], told["operators_recorded_otherwise"]) == ([], None, [])


def test_a_settled_month_says_that_it_stays_as_it_is(run: Run, drafts: Drafts, tmp_path: Path) -> None:
    folder = tmp_path / "settled"
    folder.mkdir()
    _, sessions = settled_centre(folder)
    close_store(sessions)
    said = run("--scorecard", drafts.card, workspace=folder).out
    assert "注意：该月已于 2026-11-02 结账，以下只是假设，结账结果不会变" in said


def test_a_ruleset_is_told_with_its_rules(
    judged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(judged, tmp_path / "words")
    rules = tmp_path / "rules.yaml"
    rules.write_text('version: "m-1"\nrules:\n  PH06: {standing: advise}\n', "utf-8")
    said = said_by(
        monkeypatch, capsys, "-w", str(tmp_path / "words"), "what-if", "--month", MONTH, "--ruleset", str(rules)
    )
    assert "→ m-1：1 条规则不同" in said.out
    assert "standing：直接扣分 → 只提示" in said.out
    assert "（+1）" in said.out  # one finding more waits for a person


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "没有写明要假设什么"),
        (("--calls", "0"), "通数至少为 1"),
        (("--scorecard", "none-such"), "no scorecard none-such"),
        (("--ruleset", "none-such"), 'no ruleset "none-such"'),
        (("--pay-scheme", "none-such.yaml"), "none-such.yaml"),
    ],
)
def test_what_cannot_be_done_is_one_message(run: Run, arguments: tuple[str, ...], words: str) -> None:
    said = run(*arguments)
    assert (said.code, said.out) == (2, "")
    assert words in said.err
