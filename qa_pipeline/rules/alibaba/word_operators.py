"""文本检查: keywords, regular expressions, similar sentences, repetition."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from qa_pipeline.language.pinyin import keys
from qa_pipeline.language.script import bare, simplify
from qa_pipeline.rules.alibaba import patterns
from qa_pipeline.rules.alibaba.carried import Carried
from qa_pipeline.rules.alibaba.notes import Bias, NotCarriedError, Remark, approximated, assumed, dropped
from qa_pipeline.rules.alibaba.schema import CheckRange, Param, line_of

_LONGEST_PHRASE = 40  # `matching.Phrase` takes no more
_BY_HAND = "write the condition by hand"
_CHINESE = re.compile("[\u3400-\u9fff]+")
_SIGNS = re.compile("[\u3001\u3002\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f\u201c\u201d]")


def hit_any_keywords(param: Param, there: CheckRange) -> Carried:
    """包含任意一个关键词 (HIT_ANY_KEYWORDS)."""
    del there
    carried = _keywords(param, 1)
    if param.keyword_match_size in {None, 1}:
        return carried
    extra = assumed("keywordMatchSize", f"{param.keyword_match_size} is not looked at: this type means any one keyword")
    return replace(carried, remarks=(*carried.remarks, extra))


def include_keywords(param: Param, there: CheckRange) -> Carried:
    """包含全部 (-1)、任意 N 个 (N)、全部不包含 (0) 关键词 (INCLUDE_KEYWORDS)."""
    del there
    size = -1 if param.keyword_match_size is None else param.keyword_match_size
    if size < -1:
        raise NotCarriedError("keywordMatchSize", f"{size} is neither a number of keywords nor -1 (all) nor 0 (none)")
    return _keywords(param, size)


def _keywords(param: Param, size: int) -> Carried:
    wanted = [*param.keywords, *_synonyms(param, size)]
    spoken, remarks, bias = _phrases(wanted, size)
    if param.keyword_extension and not (param.synonyms and size in {0, 1}):
        remarks = (*remarks, dropped("keywordExtension", "there are no synonyms here", "add them to the phrases"))
        bias |= Bias.MORE if size == 0 else Bias.FEWER
    if size > len(spoken):
        raise NotCarriedError("keywordMatchSize", f"{size} of {len(spoken)} keywords can never be said", _BY_HAND)
    if param.case_sensitive and any(one.lower() != one.upper() for one in spoken):
        remarks = (*remarks, approximated("case_sensitive", "capitals and small letters are the same when spoken"))
    hits = int(param.threshold or 0) if size != 0 else 0
    turn = not param.context_chat_match and (size != 1 or hits > 1)
    if param.in_sentence and turn and size != 0:
        remarks = (*remarks, approximated("in_sentence", "there between two commas, here within one turn"))
    if size == 0 and turn:
        message = "hits if any one turn has none of the words, as there a sentence"
        remarks = (*remarks, assumed("contextChatMatch", message, 'for "never said", write within: range'))
    return Carried(_keyword_node(spoken, size, hits), remarks, bias, turn)


def _keyword_node(spoken: Sequence[str], size: int, hits: int) -> dict[str, Any]:
    plain: dict[str, Any] = {"any_keywords": list(spoken)}
    often = {"any_keywords": {"phrases": list(spoken), "min_hits": hits}}
    if size == 1:
        return often if hits > 1 else plain
    counted = {"n_keywords": {"phrases": list(spoken), "n": size}}
    return {"and": [counted, often]} if hits > 1 else counted


def _synonyms(param: Param, size: int) -> list[str]:
    """Return the synonyms to look for; where several keywords are wanted they would count twice."""
    if not param.keyword_extension or size not in {0, 1}:
        return []
    return [one for word in param.keywords for one in param.synonyms.get(word, ())]


def _phrases(wanted: Sequence[str], size: int) -> tuple[list[str], tuple[Remark, ...], Bias]:
    """Return keywords as they can be looked for, and which way leaving the others out errs."""
    written = [bare(one) for one in wanted]
    kept = list(dict.fromkeys(one for one in written if keys(one) and len(one) <= _LONGEST_PHRASE))
    silent = [one for one in written if not keys(one)]
    long = [one for one in written if len(one) > _LONGEST_PHRASE]
    if not kept:
        raise NotCarriedError("keywords", "there are no keywords that can be spoken", "name at least one")
    remarks: tuple[Remark, ...] = ()
    bias = Bias.NONE
    if any(new != old.strip() for new, old in zip(written, wanted, strict=True) if keys(new)):
        remarks += (assumed("keywords", "written as what is heard is: simplified, half width, without punctuation"),)
    if silent:
        what = f"{len(silent)} of {len(wanted)} keywords have nothing that can be spoken (blanks, signs, emoji)"
        remarks += (dropped("keywords", what),)
        bias |= Bias.MORE if size == -1 else Bias.NONE
    if long:
        what = f"{len(long)} of {len(wanted)} keywords are longer than {_LONGEST_PHRASE} characters"
        remarks += (dropped("keywords", what, "write them as a regex or as similar sentences"),)
        bias |= Bias.MORE if size in {-1, 0} else Bias.FEWER
    return kept, remarks, bias


def regular_expression(param: Param, there: CheckRange) -> Carried:
    """正则表达式检查 (REGULAR_EXPRESSION): found anywhere in a sentence, unless ``notRegex`` is found in it too."""
    del there
    if not param.regex:
        raise NotCarriedError("regex", "there is no expression", _BY_HAND)
    if why := patterns.refusal(param.regex):
        raise NotCarriedError("regex", why, "write it more plainly")
    if param.not_regex and (why := patterns.refusal(param.not_regex)):
        raise NotCarriedError("notRegex", f"{why}, and without it there would be more hits", "write it more plainly")
    remarks: tuple[Remark, ...] = ()
    if param.in_sentence:
        remarks = (approximated("in_sentence", "there between two commas, here within one turn"),)
    pattern, excuse = (_heard(patterns.trimmed(one)) for one in (param.regex, param.not_regex))
    if _heard(param.regex + param.not_regex) != param.regex + param.not_regex:
        remarks += (assumed("regex", "written in simplified characters, as what is heard"),)
    if _SIGNS.search(param.regex + param.not_regex):
        remarks += (approximated("regex", "it asks for full-width signs, and what is heard has no punctuation"),)
    return Carried({"regex": pattern}, remarks, excuse=excuse)


def _heard(pattern: str) -> str:
    """Return a pattern with simplified characters; a full-width sign must not become one that means something in it."""
    return _CHINESE.sub(lambda found: simplify(found.group()), pattern)


def similar_match(param: Param, there: CheckRange) -> Carried:
    """文本相似度检查 (SIMILAR_MATCH): sentences of the same meaning, ``score`` in percent, 80 if it is missing."""
    del there
    sentences = list(dict.fromkeys(text for one in param.similarly_sentences if (text := line_of(simplify(one)))))
    if not sentences:
        raise NotCarriedError("similarlySentences", "there are no sentences to compare with", "name at least one")
    score = 80.0 if param.score is None else param.score
    if not 1 <= score <= 100:
        raise NotCarriedError("score", f"{score:g} is no percentage", "write a threshold between 0 and 1")
    near = approximated("score", "similarity is measured otherwise here", "try the threshold on calls of yours")
    return Carried({"similar": {"sentences": sentences, "threshold": score / 100}}, (near,))


def repetition(param: Param, there: CheckRange) -> Carried:
    """上下文重复 (ADVANCED_REPEAT_DETECT): the same again within ``from`` sentences, the ``hit_time``-th time."""
    if param.target_role and param.target_role != there.role:
        message = f"looks for what {param.target_role} said before; here a speaker repeats himself"
        raise NotCarriedError("target_role", message, _BY_HAND)
    first = 2 if param.first is None else param.first
    remarks: tuple[Remark, ...] = ()
    if param.hit_time is not None and param.hit_time > 1:
        remarks = (approximated("from", "all repetitions lie within so many turns, there each from the one before"),)
    if param.similarity_threshold is None:
        remarks += (assumed("similarity_threshold", "80 % alike; the page names no default"),)
    same = 80 if param.similarity_threshold is None else _percent(param.similarity_threshold)
    node = {
        "times": (param.hit_time or 1) + 1,  # the first repetition is the second time
        "within": first + 1 if first > 0 else 1_000,
        "ignore_under": 4 if param.threshold is None else max(1, int(param.threshold)),
        "similarity": same,
    }
    excuses = [one for one in (bare(text) for text in param.excludes) if keys(one)]
    return Carried({"repeated": node | ({"except": excuses} if excuses else {})}, remarks)


def _percent(share: float) -> int:
    return round(share * 100 if share <= 1 else share)
