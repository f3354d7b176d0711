"""Other people's readers of Chinese numbers, run in an interpreter that has them: ``python bench/facts_rivals.py``.

Reads a JSON list of texts from standard input and writes ``{name: [text or typed values, ...]}``; a library that is not
installed there is left out. Started by ``bench/facts.py --rivals``; nothing here imports the product.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
from collections.abc import Callable
from typing import Any


def cn2an(text: str) -> str:
    return str(importlib.import_module("cn2an").transform(text, "cn2an"))


def wetext() -> Callable[[str], str]:
    normalizer = importlib.import_module("wetext").Normalizer(lang="zh", operator="itn")
    return lambda text: str(normalizer.normalize(text))


def recognizers() -> Callable[[str], list[list[str]]]:
    """Return a reader of numbers with units, dates and times, percentages and phones, in their own typed form."""
    culture = importlib.import_module("recognizers_text").Culture.Chinese  # needs emoji<2
    units = importlib.import_module("recognizers_number_with_unit")
    numbers, sequence = importlib.import_module("recognizers_number"), importlib.import_module("recognizers_sequence")
    times = importlib.import_module("recognizers_date_time")

    def read(text: str) -> list[list[str]]:
        found = [*units.recognize_currency(text, culture), *units.recognize_age(text, culture)]
        found += [*numbers.recognize_percentage(text, culture), *sequence.recognize_phone_number(text, culture)]
        found += times.recognize_datetime(text, culture)
        return [[str(one.type_name), json.dumps(one.resolution, ensure_ascii=False, default=str)] for one in found]

    return read


def main() -> int:
    texts: list[str] = json.load(sys.stdin)
    makers: dict[str, Callable[[], Callable[[str], Any]]] = {
        "cn2an": lambda: cn2an,
        "wetext": wetext,
        "recognizers-text": recognizers,
    }
    answers: dict[str, list[Any]] = {}
    for name, make in makers.items():
        with contextlib.suppress(ImportError), contextlib.redirect_stdout(sys.stderr):
            module = {"recognizers-text": "recognizers_text"}.get(name, name)
            importlib.import_module(module)
            read = make()
            answers[name] = [_tried(read, text) for text in texts]
    json.dump(answers, sys.stdout, ensure_ascii=False)
    return 0


def _tried(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except Exception:  # noqa: BLE001  # a rival that breaks on a sentence has read nothing in it
        return None


if __name__ == "__main__":
    sys.exit(main())
