"""A rule that reviews do not bear out only advises; everything else is left as the ruleset has it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.assessment import item_verdicts
from qa_pipeline.models import DEMOTED, Outcome, RuleResult, Standing
from qa_pipeline.rules.demotion import demote, marked, restored
from qa_pipeline.rules.ruleset import load_ruleset
from scoring.rule_precision import Floor, Proof, RuleCounts, measured
from scoring.score import score_call
from scoring.scorecard import default_scorecard
from tests.month_builder import result

FLOOR = Floor(Decimal("0.80"), 20)
RULES = load_ruleset()
CARD = default_scorecard()
WRITTEN = {bound.code: bound.standing for bound in RULES.rules}
counts = st.integers(0, 300).flatmap(lambda n: st.builds(RuleCounts, judged=st.just(n), upheld=st.integers(0, n)))
reviewed = st.dictionaries(st.sampled_from(sorted(WRITTEN)), counts)


def figures(**upheld: tuple[int, int]):
    return {code: measured(RuleCounts(judged=n, upheld=hits), FLOOR) for code, (hits, n) in upheld.items()}


def standings(ruleset) -> dict[str, Standing]:
    return {bound.code: bound.standing for bound in ruleset.rules}


def test_a_rule_below_the_floor_advises_and_says_why_in_its_own_numbers() -> None:
    lowered, (found,) = demote(RULES, figures(PH06=(30, 45)), FLOOR)
    assert standings(lowered) == WRITTEN | {"PH06": Standing.ADVISE}
    assert found.code == "PH06"
    assert "近45次复核中确认30次，准确率66.7%（95%区间52" in found.reason
    assert "80%的底线" in found.reason
    assert (lowered.version, lowered.sha256) == (RULES.version, RULES.sha256)


def test_a_proven_rule_and_one_with_too_few_reviews_keep_their_standing() -> None:
    lowered, found = demote(RULES, figures(PH06=(44, 45), PH01=(0, 19)), FLOOR)
    assert lowered is RULES
    assert found == ()


def test_where_the_centre_wants_proof_first_unproven_rules_advise() -> None:
    lowered, found = demote(RULES, figures(PH06=(44, 45), PH01=(3, 3)), FLOOR, unproven_advise=True)
    deducting = [code for code, standing in standings(lowered).items() if standing is Standing.DEDUCT]
    assert deducting == ["PH06"]
    assert any("PH01 自动降为只提示：复核3次，不足20次" in one.reason for one in found)


def test_what_only_advises_is_not_demoted() -> None:
    lowered, found = demote(RULES, figures(FE01=(0, 50), TN05=(0, 50)), FLOOR)
    assert (lowered, found) == (RULES, ())


def test_results_of_a_demoted_rule_say_so_and_others_do_not() -> None:
    said = marked([result("PH06", "A6", details={"x": "y"}), result("PH01", "A1")], {"PH06": "why"})
    assert [one.details for one in said] == [{"x": "y", DEMOTED: "why"}, {}]


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (measured(RuleCounts(judged=50, upheld=50), FLOOR), "准确率100%"),
        (measured(RuleCounts(judged=2, upheld=2), FLOOR), "只有2次，不足20次"),
        (None, "只有0次，不足20次"),
    ],
)
def test_a_rule_that_deducts_again_says_why(shown, words) -> None:
    assert words in restored("PH06", shown, FLOOR)


@given(reviewed, st.booleans())
def test_a_demoted_rule_never_takes_a_point(told, unproven_advise) -> None:
    shown = {code: measured(one, FLOOR) for code, one in told.items()}
    lowered, found = demote(RULES, shown, FLOOR, unproven_advise=unproven_advise)
    codes = {one.code for one in found}
    assert codes == {code for code, written in WRITTEN.items() if standings(lowered)[code] is not written}
    failed = [_failed(bound.code, bound.item, bound.standing) for bound in lowered.rules if bound.code in codes]
    assert score_call(CARD, item_verdicts(failed, ())).points == 100


@given(reviewed, st.sampled_from(sorted(WRITTEN)), st.integers(1, 50))
def test_more_overrules_never_give_a_rule_back_its_standing(told, code, more) -> None:
    def lowered(counts_by_code) -> set[str]:
        shown = {one: measured(its, FLOOR) for one, its in counts_by_code.items()}
        return {one.code for one in demote(RULES, shown, FLOOR)[1]}

    known = told.get(code, RuleCounts())
    worse = told | {code: RuleCounts(judged=known.judged + more, upheld=known.upheld)}
    assert lowered(told) <= lowered(worse)


@given(reviewed)
def test_what_is_demoted_once_is_demoted_whatever_is_asked_again(told) -> None:
    shown = {code: measured(one, FLOOR) for code, one in told.items()}
    lowered, found = demote(RULES, shown, FLOOR)
    assert demote(lowered, shown, FLOOR) == (lowered, ())
    assert {one.code for one in found} == {
        code for code, one in shown.items() if one.proof is Proof.BELOW and WRITTEN[code] is Standing.DEDUCT
    }


def _failed(code: str, item: str, standing: Standing) -> RuleResult:
    return result(code, item, Outcome.FAIL, standing=standing)
