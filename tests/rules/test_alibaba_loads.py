"""Whatever is imported can be loaded: a value that our operators do not take costs its condition, never the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_pipeline.rules.alibaba.operators import TYPES
from qa_pipeline.rules.ruleset import load_ruleset
from tests.rules.alibaba_files import condition, imported, one_rule

WORDS = st.lists(st.sampled_from(["您好", "投訴", "😀", "", "好" * 60, "ABC", "(", "12345"]), max_size=4)
NUMBERS = st.sampled_from([None, -3, -1, 0, 1, 2, 4, 50, 370, 5_000, 60_000, 10**7])
PATTERNS = st.sampled_from(
    ["", ".*您好.*", "(a+)+", "(", "好|坏", "[^好]{2,}", "(?<!不)好", r"\d+", "(?i:abc)", r"(好)\1"]
)
FLAGS = ("contextChatMatch", "in_sentence", "different_role", "from_end", "average")
COUNTS = (
    "keywordMatchSize", "keywordExtension", "threshold", "score", "from", "hit_time", "interval", "target",
    "velocityInMint", "minWordSize", "delayTime", "maxEmotionChangeValue", "checkType", "intervalEnd",
)  # fmt: skip
PARAMS = st.fixed_dictionaries(
    {},
    optional={
        "keywords": WORDS,
        "similarlySentences": WORDS,
        "excludes": WORDS,
        "pvalues": st.lists(st.sampled_from(["ruma01", "goawei01", "tousu01"]), max_size=2),
        "regex": PATTERNS,
        "notRegex": PATTERNS,
        "compareOperator": st.sampled_from(["gt", "lt", "eq", ""]),
        "target_role": st.sampled_from(["客服", "客户", "主管", ""]),
        "beginType": st.sampled_from(["", "DIALOGUE"]),
        **dict.fromkeys(FLAGS, st.booleans()),
        **dict.fromkeys(COUNTS, NUMBERS),
    },
)
SPANS = st.none() | st.fixed_dictionaries({"from": st.integers(-3, 3), "to": st.integers(-3, 3)})
ANCHORS = st.none() | st.fixed_dictionaries(
    {
        "cid": st.sampled_from(["a", "b", "c", "z"]),
        "location": st.sampled_from(["BEFORE", "AFTER", "AROUND", "CURRENT"]),
        "hit_time": st.integers(-2, 3),
    }
)
RANGES = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["客服", "客户", "所有", ""]),
        "range": SPANS,
        "anchor": ANCHORS,
        "absolute": st.booleans(),
        "allSentencesSatisfy": st.booleans(),
    }
)
# Something that every type can work with, so that what a check is like depends on what is drawn beside it.
PLAIN = {
    "keywords": ["您好", "请问"],
    "similarlySentences": ["你好"],
    "regex": "您好",
    "interval": 5_000,
    "velocityInMint": 370,
    "checkType": 1,
}
CHECKS = st.tuples(
    st.sampled_from(sorted(TYPES)),
    st.just(PLAIN) | PARAMS.map(lambda drawn: PLAIN | drawn),
    st.just({"role": "客服"}) | RANGES,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHECKS, CHECKS, CHECKS, st.sampled_from(["a", "a&&!b", "!(a||b)&&c", "a||b||c", "b||c"]))
def test_whatever_is_imported_can_be_loaded(
    tmp_path: Path, a: tuple[Any, ...], b: tuple[Any, ...], c: tuple[Any, ...], expression: str
) -> None:
    conditions = [condition(cid, *check) for cid, check in (("a", a), ("b", b), ("c", c))]
    made = imported(one_rule(*conditions, expression=expression))
    path = tmp_path / "imported.yaml"
    path.write_text(made.yaml_text, encoding="utf-8")
    own = [bound.code for bound in load_ruleset(path).rules if bound.code == "XA01"]
    assert len(own) == made.rules
