"""Signs that a value was said of something else than the entry's fact: the caller's own case, a sum, another fee.

They turn a contradiction into an open question. Each was a false contradiction in sentences made to mislead
(``tests/unit/knowledge/test_other_matters.py``).
"""

from __future__ import annotations

import re

from qa_pipeline.knowledge.written import text_of
from qa_pipeline.models import FactCheck, KnowledgeEntry

# The caller's own case, what is compared with, and what is told to be of another thing.
_OWN_CASE = re.compile(
    r"您?上次|您这个|您那个|您家|您(?:今年|母亲|父亲|爱人|老公|孩子|妈|爸)|显示您|您(?:已经|之前|交的|办的)|师傅|上门|在家吗|给我们回|寄给|寄出|"
    r"回个?话|另一种|另外一种|别的|其他的|那是|那个是|稍等|等一下|转接"
)
_COMPARED = re.compile(r"比[^，,。]{0,8}(?:高|低|多|少|快|慢|长|短)|不止|不会超过|肯定够|够了|不到|用不了|还差|左右都")
_SUM = re.compile(
    r"一共|总共|合计|加起来|加上|连同|[二两三四五六七八九十几][个口本张份次户辆](?:人|孩子|就是|就|一共|，|,)|两本|双份|全家"
)
# A share of what is left says of the entry's share what its complement says.
_REST = re.compile(r"剩下|其余|自费|自付|自己(?:出|掏|承担|付)|自担|统筹")
_FEE = re.compile(r"(?P<name>[\u4e00-\u9fff]{2}费)")
_PLAIN_FEES = frozenset({"工本费", "手续费", "要收费", "的收费", "不收费", "是收费", "个人缴费", "要交费", "要缴费"})
_OFFICE = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{1,4}(?:派出所|公安局|民政局|税务局|社保局|医保局|物业|社区|医院|学校|银行|公司|居委会|法院|车管所)|"
    r"派出所|物业|社区|医院|学校|银行|法院|居委会)的?(?:电话|号码|座机|地址|时间|上班)"
)


def of_other_matter(check: FactCheck, clause: str, entry: KnowledgeEntry) -> bool:
    """Whether the clause in which a value was said shows that it may be of something else than the fact.

    Args:
        check: A contradiction.
        clause: The clause that holds the words; '' where it is not known.
        entry: The entry, whose own words (快递费 where it has one) are of its matter.
    """
    if _OWN_CASE.search(clause) or _COMPARED.search(clause):
        return True
    text = f"{entry.title}，{text_of(entry)}"
    if check.expected_unit == "yuan" and (_SUM.search(clause) or _foreign(_FEE, clause, text)):
        return True
    if check.expected_unit == "percent" and _REST.search(clause) and not _REST.search(text):
        return True
    return _foreign(_OFFICE, clause, text)


def _foreign(pattern: re.Pattern[str], clause: str, text: str) -> bool:
    """Whether a clause names a fee or an office that the entry does not."""
    names = [found["name"] for found in pattern.finditer(clause)]
    return any(
        name not in _PLAIN_FEES and name not in text and name[-2:] not in {"收费", "缴费", "交费", "免费"}
        for name in names
    )
