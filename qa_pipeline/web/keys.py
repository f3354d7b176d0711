"""The keys of a call's page: the one list that its script obeys and its help shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """What ``keys`` do: ``action`` is the script's function and, after ``key.``, the word that explains it.

    A key is what the browser calls it (`KeyboardEvent.key`, letters small); ``repeats``: holding it down goes on.
    """

    action: str
    keys: tuple[str, ...]
    repeats: bool = False

    @property
    def shown(self) -> tuple[str, ...]:
        """The keys as they are written on a keyboard; a space bar by its word."""
        return tuple(_SHOWN.get(key, key) for key in self.keys)


_SHOWN = {"ArrowLeft": "←", "ArrowRight": "→", "Escape": "Esc"}
KEYS: tuple[tuple[str, tuple[Key, ...]], ...] = (
    (
        "findings",
        (
            Key("evidence", ("Enter",)),
            Key("waiting", ("u",)),
            Key("down", ("j",), repeats=True),
            Key("up", ("k",), repeats=True),
            Key("confirm", ("c",)),
            Key("overrule", ("o",)),
            Key("fault", ("f",)),
            Key("not_applicable", ("x",)),
        ),
    ),
    (
        "sound",
        (
            Key("play", (" ",)),
            Key("again", ("r",)),
            Key("back", ("ArrowLeft",), repeats=True),
            Key("forward", ("ArrowRight",), repeats=True),
            Key("slower", ("[",)),
            Key("faster", ("]",)),
            Key("quieter", ("-",), repeats=True),
            Key("louder", ("=", "+"), repeats=True),
            Key("left", ("1",)),
            Key("right", ("2",)),
            Key("wider", (",",)),
            Key("closer", (".",)),
        ),
    ),
    (
        "call",
        (
            Key("correct", ("e",)),
            Key("note", ("m",)),
            Key("next", ("n",)),
            Key("previous", ("p",)),
            Key("queue", ("q",)),
            Key("leave", ("Escape",)),
            Key("help", ("?",)),
        ),
    ),
)
"""By what they are for; ``key.group.`` and the group's name is its heading."""


def bindings() -> dict[str, dict[str, object]]:
    """Return what each key does, for the script."""
    return {
        key: {"action": entry.action, "repeats": entry.repeats}
        for _, entries in KEYS
        for entry in entries
        for key in entry.keys
    }
