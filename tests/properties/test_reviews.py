"""What must hold of every score after people have spoken, whatever they said and in whatever order it came."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.assessment import final_evaluation, judge
from qa_pipeline.models import Outcome, Standing, Verdict
from qa_pipeline.review import is_fatal
from tests.month_builder import CARD, audit, decision, result

RULES = {"PH01": "A1", "PH06": "A6", "PH07": "A6", "AN02": "C2", "TN05": "B5", "FE01": "V1", "FE02": "V1"}
PEOPLE = ("张敏", "周倩", "孙立")
RESULTS = st.fixed_dictionaries(
    {
        code: st.builds(
            lambda outcome, faults, standing, code=code: result(
                code, RULES[code], outcome, faults=faults, standing=standing
            ),
            st.sampled_from(Outcome),
            st.integers(0, 4),
            st.sampled_from(Standing),
        )
        for code in RULES
    }
).map(lambda by_code: tuple(by_code.values()))
DECISIONS = st.lists(
    st.tuples(
        st.sampled_from([*RULES, "A6", "B2", "V1", "V5"]),
        st.sampled_from(Verdict),
        st.sampled_from(PEOPLE),
        st.integers(0, 4),
        st.sampled_from([1, 7]),
    ),
    max_size=12,
).map(
    lambda drawn: [
        decision(code, RULES.get(code, code), verdict, who, n=n, faults=faults, audit_id=audit_id)
        for n, (code, verdict, who, faults, audit_id) in enumerate(drawn)
    ]
)


def score(results, decisions):
    return final_evaluation(CARD, audit(results), decisions)


@given(RESULTS, DECISIONS, st.randoms(use_true_random=False))
def test_the_order_in_which_decisions_are_read_changes_nothing(results, decisions, random):
    shuffled = list(decisions)
    random.shuffle(shuffled)
    assert score(results, shuffled) == score(results, decisions)


@given(RESULTS, DECISIONS)
def test_points_stay_within_their_bounds(results, decisions):
    found = score(results, decisions)
    assert 0 <= found.points_low <= found.points <= found.points_high <= 100


@given(RESULTS, DECISIONS, st.sampled_from(sorted(RULES)), st.sampled_from(PEOPLE))
def test_an_overruling_never_lowers_a_score(results, decisions, code, who):
    cleared = decision(code, RULES[code], Verdict.OVERRULE, who, n=99)
    before = score(results, decisions)
    after = score(results, [*decisions, cleared])
    if all(d.verdict is not Verdict.NOT_APPLICABLE for d in decisions) and all(
        one.outcome is not Outcome.NOT_APPLICABLE for one in results
    ):
        assert after.points >= before.points
        assert after.points_high >= before.points_high


@given(RESULTS, DECISIONS, st.sampled_from(PEOPLE))
def test_one_person_alone_never_fails_a_call(results, decisions, who):
    assert score(results, [replace(one, reviewer=who) for one in decisions]).fatal == ()


@given(RESULTS, DECISIONS)
def test_a_fatal_error_has_two_people_behind_it(results, decisions):
    for code in score(results, decisions).fatal:
        against = {d.reviewer for d in decisions if d.item == code and d.verdict in {Verdict.CONFIRM, Verdict.FAULT}}
        assert len(against) >= 2


@given(RESULTS, DECISIONS, st.sampled_from(sorted(RULES)), st.sampled_from(PEOPLE), st.integers(-20, 20))
def test_what_an_appeal_decided_stands_whatever_others_say_and_when(results, decisions, code, who, n):
    won = decision(code, RULES[code], Verdict.OVERRULE, who, n=n, audit_id=7, appeal_id=3)
    found = judge(CARD, audit(results), [*decisions, won])
    mine = [one.verdict for one in found if [r.code for r in one.results] == [code] and one.verdict.person]
    whole = any(d.code == RULES[code] for d in decisions) and not is_fatal(RULES[code])
    assert whole or [verdict.outcome for verdict in mine] == [Outcome.PASS]


@given(RESULTS, DECISIONS, st.sampled_from(sorted(RULES)), st.integers(1, 40))
def test_an_appeal_that_is_won_never_lowers_a_call(results, decisions, code, n):
    won = decision(code, RULES[code], Verdict.OVERRULE, "李主管", n=n, appeal_id=3)
    assert score(results, [*decisions, won]).points >= score(results, decisions).points
