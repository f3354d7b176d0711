"""Signs that a value was said of something else than the entry's fact: the caller's own case, a sum, another fee.

They turn a contradiction into an open question. Each was a false contradiction in sentences made to mislead
(``tests/unit/knowledge/test_other_matters.py``).
"""

from __future__ import annotations

import re

from qa_pipeline.knowledge.written import text_of
from qa_pipeline.language.words import content_words
from qa_pipeline.models import FactCheck, KnowledgeEntry

# The caller's own case, what is compared with, and what is told to be of another thing.
_OWN_CASE = re.compile(
    r"您?上次|同事|朋友|邻居|亲戚|您(?:月|每月|一个月)[交缴]|等[我您]|给您转|您这次|您上回|上一家|隔壁|[以之]后[^，,。]{0,3}(?:还|再|也)|另外|另收|另算|您这个|您那个|您家|您(?:今年|母亲|父亲|爱人|老公|孩子|妈|爸)|显示您|您(?:已经|之前|交的|办的)|师傅|上门|在家吗|给我们回|寄给|寄出|"
    r"回个?话|另一种|另外一种|别的|其他的|那是|那个是|稍等|等一下|转接|核对一下|您留的"
)
_COMPARED = re.compile(
    r"比[^，,。]{0,8}(?:高|低|多|少|快|慢|长|短)|相差|[跟和][^，,。]{1,6}差|相当于|不止|不会超过|肯定够|够了|不到|用不了|还差|左右都"
)
_SUM = re.compile(
    r"一共|总共|合计|加起来|加上|连同|[二两三四五六七八九十几][个口本张份次户辆](?:人|孩子|就是|就|一共|，|,)|两本|双份|全家"
)
# A share of what is left says of the entry's share what its complement says.
_REST = re.compile(r"剩下|其余|自费|自付|自己(?:出|掏|承担|付)|自担|统筹")
# One kind of a thing of which the entry may have another.
_KIND = re.compile(
    r"临时|电子|自费|商业|民办|私立|二类|进口|商贷|组合贷|照.{0,2}相|拍照|评估|体检费|复印费|打车|过路|开学|面试|加急|门诊|住院|补齐|补正|叫号|排队|邮寄|补办|换领|补领"
)
_FEE = re.compile(r"(?P<name>[\u4e00-\u9fff]{2}费)")
_PLAIN_FEES = frozenset({"工本费", "手续费", "要收费", "的收费", "不收费", "是收费", "个人缴费", "要交费", "要缴费"})
_OFFICE = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{1,4}(?:派出所|公安局|民政局|税务局|社保局|医保局|物业|社区|医院|学校|银行|公司|居委会|法院|车管所)|"
    r"派出所|物业|社区|医院|学校|银行|法院|居委会)的?(?:电话|号码|座机|地址|时间|上班)"
)
# Words that name no matter: verbs of dealing with something, times, and how an amount is told.
_SAYS_NOTHING = re.compile(
    r"\d|[一二两三四五六七八九十百千万](?:周?岁|[个天月年])|^(?:工本费|办理?|办完|办好|办下来|下来|领到|拿到|大概|大约|差不多|一般|正常|需要|收费|收取|费用|价格|价钱|时间|总共|一年|一个月|每月|每年|一次|最多|最高|"
    r"最长|最少|最低|不超过|至少|可以|现在|目前|今年|以后|之后|左右|以内|之内|规定|标准|比例|应该|就是|都是|也是|只要|才能|审核|审批|受理|申请|答复|完成|结果|"
    r"有效期?|期限|截止|咱们|我们|这边|这里|这个|那个|它们?|按照?|按着|统一|全部|所有|电话|热线|号码|处理|解决|报销|能报|补贴|补助|发放|满|年满|周岁|岁数|年龄|"
    r"开门|关门|上班|下班|营业|开放|到期|缴费|交费|缴纳|罚款|起码|一共|一人|每人|一个人?|个人|一本|一张|两个|第一次|自己|的话|要交|只要|之前|以前|都可以|前后|都能|开始|结束|到时)$"
)


def of_other_matter(check: FactCheck, clause: str, before: str, entry: KnowledgeEntry) -> bool:
    """Whether the clause in which a value was said shows that it may be of something else than the fact.

    Args:
        check: A contradiction.
        clause: The clause that holds the words; '' where it is not known.
        before: The clause before it.
        entry: The entry, whose own words (快递费 where it has one) are of its matter.
    """
    if _OWN_CASE.search(clause) or _OWN_CASE.search(before) or _COMPARED.search(clause):
        return True
    own = text_of(entry).strip("。")
    text = f"{entry.title}，{entry.question}，{own}，{check.expected_value}"
    if check.expected_unit == "yuan" and (_SUM.search(clause) or _foreign(_FEE, clause, text)):
        return True
    if check.expected_unit == "percent" and _REST.search(clause) and not _REST.search(text):
        return True
    if any(found[0] not in text for found in _KIND.finditer(f"{before}，{clause}")):
        return True
    return _foreign(_OFFICE, f"{before}{clause}", text) or (bool(own) and _named_otherwise(check, clause, text))


def _named_otherwise(check: FactCheck, clause: str, text: str) -> bool:
    """Whether what stands before a value in its clause names something, and nothing that the entry speaks of.

    临时身份证是十块钱 has 身份证, but not as it is named; 门诊那块是百分之五十 has nothing of 住院报销比例.
    """
    if check.said is None:
        return False
    before, _, after = clause.partition(check.said.text)
    if check.said.slot == "date":
        before += f"，{after}"  # what happens on a day is said after it
    names = [word for word in content_words(before) if not _SAYS_NOTHING.search(word)]
    strange = [word for word in names if not _near(word, text)]
    return bool(strange) and len(strange) == len(names)


def _near(word: str, text: str) -> bool:
    """Whether a word, or all but one of its characters, is in a text: 租房 for 房租, 驾照 for 驾驶证 is near enough."""
    return word in text or sum(character in text for character in word) * 2 >= len(word)


def _foreign(pattern: re.Pattern[str], clause: str, text: str) -> bool:
    """Whether a clause names a fee or an office that the entry does not."""
    names = [found["name"] for found in pattern.finditer(clause)]
    return any(
        name not in _PLAIN_FEES and name not in text and name[-2:] not in {"收费", "缴费", "交费", "免费"}
        for name in names
    )
