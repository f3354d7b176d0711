"""What was copied from a web page along with the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.checks import Level, lint_check
from qa_pipeline.knowledge.base.lint.subject import Base, Fault
from qa_pipeline.knowledge.base.proposals import FIELDS, field_text
from qa_pipeline.language.entry_fields import field_name

# A tag needs a name of HTML's: <身份证> and 收入<5000 are text.
_MARKUP = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|span|div|font|a|img|table|tbody|thead|tr|td|th|ul|ol|li|h[1-6]|script|style)"
    r"(?:\s[^<>]*)?/?>|&(?:nbsp|lt|gt|amp|quot|ldquo|rdquo|#\d{1,7});",
    re.IGNORECASE,
)


@lint_check("KB17", Level.WARNING, "正文里有网页代码")
def markup(base: Base) -> Iterator[Fault]:
    """Tags and entities of a web page (50</b>元): facts are not read across them, and nobody can read them out."""
    for one in base.current:
        texts = {"title": one.entry.title, "question": one.entry.question}
        texts |= {field: field_text(one.entry, field) for field in FIELDS}
        for field, text in texts.items():
            if found := _MARKUP.search(text):
                advice = "去掉代码，只留文字（可先贴进记事本再复制出来），登记为新版本或用 --correct 更正"
                yield Fault(one, f"{field_name(field)}里有网页代码“{found.group()}”，其中的要点可能读不出来", advice)
