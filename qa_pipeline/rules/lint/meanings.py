"""What a hit of a phrase list means: for the operator, against the operator, or neither by itself."""

from __future__ import annotations

from enum import StrEnum


class Meaning(StrEnum):
    """Whether saying a phrase of the list is a fault, is what is wanted, or depends."""

    ACCUSES = "accuses"
    WANTED = "wanted"
    DEPENDS = "depends"


_LISTS = {
    Meaning.ACCUSES: (
        *("PH06.forbidden", "TN05.impatient", "AN05.promising"),
        *("FE01.insults", "FE01.mocking", "FE02.quarrelling", "FE04.refusing"),
    ),
    Meaning.WANTED: (
        *("PH01.greeting", "PH01.name", "PH01.asking", "PH02.please", "PH02.thanks", "PH02.sorry"),
        *("PH03.hold", "PH03.thanks", "PH04.soothing", "PH05.other_needs", "PH05.thanks", "PH05.farewell"),
        *("FE04.guiding", "RD06.cues", "RD06.asking_back"),
    ),
}
MEANINGS = {name: meaning for meaning, names in _LISTS.items() for name in names}


def meaning_of(code: str, name: str) -> Meaning:
    """Return what a hit of a rule's phrase list means; a list that is not known here only depends."""
    return MEANINGS.get(f"{code}.{name}", Meaning.DEPENDS)
