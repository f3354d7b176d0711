"""Which words show hostility; the lists stand in ``rulesets/default.yaml``, section TN06."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pydantic import Field

from qa_pipeline.models import Role
from qa_pipeline.rules.base import Params
from qa_pipeline.rules.hostility.kinds import Kind
from qa_pipeline.rules.matching import Phrase
from qa_pipeline.rules.shipped import shipped

LEVELS = {Kind.GRIEF: 1, Kind.UPSET: 1, Kind.DEMAND: 1, Kind.ANGER: 2, Kind.INSULT: 3, Kind.THREAT: 3}


class HostilityParams(Params):
    """Words of a caller by kind. Grade 1 upset or in distress, 2 angry, 3 abusive or threatening."""

    grief: tuple[Phrase, ...] = Field(default_factory=shipped("TN06", "grief"), description="一级：难过、害怕、绝望")
    upset: tuple[Phrase, ...] = Field(default_factory=shipped("TN06", "upset"), description="一级：着急、不满")
    angry: tuple[Phrase, ...] = Field(default_factory=shipped("TN06", "angry"), description="二级：愤怒、指责")
    insult: tuple[Phrase, ...] = Field(default_factory=shipped("TN06", "insult"), description="三级：辱骂")
    threat: tuple[Phrase, ...] = Field(default_factory=shipped("TN06", "threat"), description="三级：威胁、扬言轻生")
    # Rulesets written before insults and threats were told apart have this list.
    abusive: tuple[Phrase, ...] = Field(default=(), description="三级：其他辱骂、威胁的话（旧规则集的名单）")
    demanding: tuple[Phrase, ...] = Field(
        default_factory=shipped("TN06", "demanding"), description="要求的开头；同一要求说到多轮算反复要求"
    )
    demand_turns: int = Field(default=3, ge=2, le=20, description="同一要求说到几轮算反复要求")


def phrases_by_kind(params: HostilityParams, role: Role) -> Mapping[Phrase, Kind]:
    """Return every phrase that shows hostility of a role with its kind.

    An operator is never hostile by words of distress or of complaint, which soothe in an operator's mouth; the words
    of a quarrel and the insults that rules look for in operators count instead.
    """
    caller = _tagged(
        (Kind.THREAT, params.threat),
        (Kind.INSULT, params.insult + params.abusive),
        (Kind.ANGER, params.angry),
        (Kind.UPSET, params.upset),
        (Kind.GRIEF, params.grief),
    )
    return caller if role is not Role.OPERATOR else _operators(params.threat, params.insult + params.abusive)


@lru_cache(maxsize=64)
def _tagged(*lists: tuple[Kind, tuple[Phrase, ...]]) -> Mapping[Phrase, Kind]:
    # A phrase in two lists is of the graver kind.
    return {phrase: kind for kind, wanted in reversed(lists) for phrase in wanted}


@lru_cache(maxsize=64)
def _operators(threat: tuple[Phrase, ...], insult: tuple[Phrase, ...]) -> Mapping[Phrase, Kind]:
    insults, quarrelling = shipped("FE01", "insults")(), shipped("FE02", "quarrelling")()
    return _tagged((Kind.THREAT, threat), (Kind.INSULT, insult + insults), (Kind.ANGER, quarrelling))
