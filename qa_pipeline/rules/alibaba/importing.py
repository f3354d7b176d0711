"""From a file of theirs to a ruleset of ours, and what was lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa_pipeline.errors import UserError
from qa_pipeline.rules.alibaba.drafting import Choices
from qa_pipeline.rules.alibaba.gathering import Gathering
from qa_pipeline.rules.alibaba.notes import Note
from qa_pipeline.rules.alibaba.reading import read_groups
from qa_pipeline.rules.alibaba.writer import inlined, write

_CODE = re.compile(r"X[A-Z]\d{2}")
_ITEM = re.compile(r"[A-DV][1-9]")
_HEAD = (
    "Rules of Alibaba Cloud's conversation analysis (智能对话分析), imported. Every rule only advises until reviews",
    "show that it is right. What did not come over as it was stands in front of each rule (docs/alibaba-import.md).",
)


@dataclass(frozen=True, slots=True)
class Imported:
    """A ruleset's text, what is to be said about it, and how many of its rules run and are only comments."""

    yaml_text: str
    notes: tuple[Note, ...]
    rules: int
    commented_out: int


def import_rules(
    text: str, choices: Choices | None = None, first_code: str = "XA01", version: str = "alibaba-import"
) -> Imported:
    """Read rules in the published schema and write them in our language.

    Args:
        text: The file.
        choices: Items, and whether lines of business count.
        first_code: The code of the first rule; the others follow.
        version: The version of the ruleset that is written.

    Returns:
        The ruleset and its notes. A rule that would accuse where theirs does not, or of whose condition nothing is
        left, is written as a comment.

    Raises:
        ImportRefused: The text is no JSON or holds no rules.
        UserError: The item or the code is none.
    """
    chosen = choices or Choices()
    _hold(chosen, first_code)
    groups = read_groups(text)
    codes = _codes(first_code)
    work = Gathering(chosen, codes)
    for group in groups:
        work.take(group)
    definitions, drafts = inlined(work.definitions, work.drafts)
    notes = (*work.notes_of_the_file(), *(note for draft in work.drafts for note in draft.notes), *work.spare)
    head = (*_HEAD, *(str(note) for note in work.notes_of_the_file()))
    yaml_text = write(version, head, definitions, drafts)
    live = sum(draft.live for draft in drafts)
    return Imported(yaml_text, notes, live, len(drafts) - live)


def _hold(choices: Choices, first_code: str) -> None:
    if not _CODE.fullmatch(first_code):
        raise UserError(f'"{first_code}" is no code of a rule', "use X, a letter and two digits, such as XA01")
    for item in (choices.item, *(choices.items or {}).values()):
        if item and not _ITEM.fullmatch(item):
            raise UserError(f'"{item}" is no item of a scorecard', "write A1 to D9, or V1 to V9")


def _codes(first: str) -> Iterator[str]:
    number = (ord(first[1]) - ord("A")) * 100 + int(first[2:])
    for code in range(number, 26 * 100):
        yield f"X{chr(ord('A') + code // 100)}{code % 100:02d}"
