"""An answer of the model taken at its word only where its quotations stand, letter by letter, where they should."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qa_pipeline.language.script import simplify
from qa_pipeline.models import KnowledgeEntry, Opinion, OpinionVerdict, Role, Utterance
from qa_pipeline.opinions.prompt import written

_SHORTEST = 2
_LONGEST_REASON = 120


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    verdict: OpinionVerdict
    said: str = Field(default="", max_length=2_000)
    written: str = Field(default="", max_length=2_000)
    reason: str = Field(default="", max_length=4_000)


def opinion(content: str, exchange: int, entry: KnowledgeEntry, said: Sequence[Utterance], by: str) -> Opinion:
    """Return what the model thinks of one exchange; UNSURE, with why, where its answer does not hold.

    Args:
        content: The model's message.
        exchange: The exchange's place in `CallContext.exchanges`.
        entry: What the answer is held against.
        said: What the model was shown of the call.
        by: The model and the version of its prompt.
    """
    try:
        answer = _Answer.model_validate_json(_braces(content))
    except ValidationError:
        return _nothing(exchange, by, "模型的答复不是所要的格式")
    reason = " ".join(answer.reason.split())[:_LONGEST_REASON]
    if answer.verdict is OpinionVerdict.UNSURE:
        return _nothing(exchange, by, reason or "模型说不准")
    spoken, quoted = _bare(answer.said), _bare(answer.written)
    line = next((u for u in said if u.role is Role.OPERATOR and spoken in simplify(u.text)), None)
    if len(spoken) < _SHORTEST or line is None:
        return _nothing(exchange, by, "模型引的话，话务员没有逐字说过")
    if answer.verdict is not OpinionVerdict.BEYOND and (
        len(quoted) < _SHORTEST or quoted not in simplify(written(entry))
    ):
        return _nothing(exchange, by, "模型引的条目文字，条目里没有逐字写着")
    return Opinion(exchange, answer.verdict, reason, by, line.index, spoken, quoted)


def _braces(content: str) -> str:
    """Return the JSON object in a message; models like to put it into a fence of backticks."""
    return content[content.find("{") : content.rfind("}") + 1]


def _bare(quotation: str) -> str:
    """Return a quotation without its marks, in the forms of characters that both texts are compared in."""
    return simplify(quotation.strip().strip("“”\"'「」").strip())


def _nothing(exchange: int, by: str, reason: str) -> Opinion:
    return Opinion(exchange, OpinionVerdict.UNSURE, reason, by)
