"""What is looked for: a phrase with its exceptions, and a list of them that knows its own spelling and sound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import cached_property, lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from qa_pipeline.language.pinyin import keys
from qa_pipeline.rules.matching.passages import normal
from qa_pipeline.rules.matching.patterns import check_patterns


class Phrase(BaseModel):
    """A phrase to look for. In YAML a bare text will do. ``unless``: patterns around the hit that excuse it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1, max_length=40)
    unless: tuple[str, ...] = ()
    exact: bool = Field(default=False, description="只按文字，不按读音")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    @field_validator("text")
    @classmethod
    def _sounds(cls, value: str) -> str:
        if not normal(value):
            raise ValueError("a phrase needs at least one character that can be spoken")
        if "、" in value:
            raise ValueError(f"{value!r} holds 、: are these several phrases? part them by an English comma: [甲, 乙]")
        return value

    @field_validator("unless")
    @classmethod
    def _compiles(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return check_patterns(value)

    def __hash__(self) -> int:
        # A string keeps its hash; pydantic's own walks all fields at each look-up.
        return hash(self.text)

    @property
    def spoken(self) -> str:
        """The phrase as it is compared with what was said."""
        return normal(self.text)


class Phrases(tuple[Phrase, ...]):
    """A list of phrases that is looked up by itself: hashed once, equal to the same list anywhere."""

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(self))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or tuple.__eq__(self, other)

    @cached_property
    def spoken(self) -> tuple[str, ...]:
        """Each phrase as it is compared with what was said."""
        return tuple(phrase.spoken for phrase in self)

    @cached_property
    def long_enough(self) -> tuple[str, ...]:
        """The texts of four syllables and more: shorter ones are like everything."""
        return tuple(phrase.text for phrase in self if len(keys(phrase.text)) >= 4)


def listed(wanted: Iterable[Phrase]) -> Phrases:
    """Return phrases as a list that is made once for the same phrases."""
    return wanted if isinstance(wanted, Phrases) else _known(tuple(wanted))


@lru_cache(maxsize=4096)
def _known(wanted: tuple[Phrase, ...]) -> Phrases:
    return Phrases(wanted)


def as_lists(value: Any) -> Any:
    """Return a tuple of phrases as a list of them, anything else as it is: for the parameters of rules and operators.

    Such lists are looked up many times a call.
    """
    return Phrases(value) if isinstance(value, tuple) and value and all(isinstance(x, Phrase) for x in value) else value


def phrases(*texts: str) -> Phrases:
    """Return phrases without exceptions."""
    return Phrases(Phrase(text=text) for text in texts)


def phrases_in(value: object, known: set[int] | None = None) -> Iterator[Phrase]:
    """Yield every phrase that parameters, or a condition built of them, look for; what is used twice is walked once."""
    known = set() if known is None else known
    if isinstance(value, Phrase):
        yield value
        return
    if id(value) in known:
        return
    inner: list[object] = []
    if isinstance(value, BaseModel):
        inner = [getattr(value, name) for name in type(value).model_fields]
    elif isinstance(value, tuple):
        inner = list(value)
    elif is_dataclass(value):
        inner = [getattr(value, one.name) for one in fields(value)]
    if inner:
        known.add(id(value))
    for one in inner:
        yield from phrases_in(one, known)
