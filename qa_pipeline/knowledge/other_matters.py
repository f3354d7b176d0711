"""Signs that a value was said of something else than the entry's fact: the caller's own case, a sum, another fee.

They turn a contradiction into an open question. Each was a false contradiction in sentences made to mislead
(``tests/unit/knowledge/test_other_matters.py``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from qa_pipeline.knowledge.copies import COPIES_SLOT
from qa_pipeline.knowledge.own_cases import for_another_measure, numbered_otherwise, of_another_scale, of_own_case
from qa_pipeline.knowledge.written import text_of, written_text, written_values
from qa_pipeline.language.branches import clash, conditions, known
from qa_pipeline.language.words import content_words
from qa_pipeline.models import FactCheck, KnowledgeEntry

# The caller's own case, what is compared with, and what is told to be of another thing.
_OWN_CASE = re.compile(
    r"假设|假如|假定|比如|比方|打个比|举个例|例如|譬如|好比|您?上次|上个?月|上周|昨天|前天|去年|刚才那位|有(?:位|个)(?:市民|居民|人)|"
    r"网上(?:有人)?[说传]|听说|据说|[前排](?:头|面)(?:还?有|排)|放假|排了|修好|修完|谈一?次|您这[套笔份辆户单趟]|您(?:申报|填|写|提交|提供|说|报)的|您(?:单位|那边|父母)|还剩|还差|剩了|"
    r"有(?:的|些)(?:单位|公司|企业|地方|人家|小区|学校|医院|厂)|[您你]们(?:楼|小区|单元|院|公司|单位|厂|班|村)|"
    r"同事|朋友|邻居|亲戚|您(?:月|每月|一个月)[交缴]|等[我您]|等到|给您转|您这次|您上回|上一家|隔壁|[以之]后[^，,。]{0,3}(?:还|再|也)|另外|另收|另算|您这个|您那个|您家|您(?:今年|母亲|父亲|爱人|老公|孩子|妈|爸)|显示您|您(?:已经|之前|交的|办的)|师傅|上门|在家吗|给我们回|寄给|寄出|"
    r"回个?话|另一种|另外一种|别的|其他的|那是|那个是|稍等|等一下|转接|核对一下|您留的"
)
_COMPARED = re.compile(
    r"比[^，,。]{0,8}(?:高|低|多|少|快|慢|长|短)|相差|[跟和][^，,。]{1,6}差|相当于|[一二两三四五六七八九十]年(?:下来|合计|算|总|就是)|算下来|合下来|折合|折算|摊到|平均|均摊|不止|不会超过|肯定够|够了|不到|用不了|还差|左右都"
)
_SUM = re.compile(
    r"一共|总共|合计|加起来|加上|连同|[二两三四五六七八九十几][个口本张份次户辆](?:人|孩子|就是|就|一共|，|,)|两本|双份|全家"
)
# What used to be, what is to come, and what is elsewhere.
_FORMER = re.compile(
    r"(?<![底初末日号月年天点半岁])以前|原来(?![那的这])|原先|前[几些两]?年(?!度)|去年|那[一几]批|老(?:政策|标准|规定|办法|早)|旧(?:标准|政策|办法|规定)|早[些几]年|早先|往年|从前|那会儿|那时候|那阵儿"
)
_NOW = re.compile(r"现在|如今|目前|今年|改成|改为|调到|调成|涨到|降到|变成")
_TO_COME = re.compile(r"明年|后年|下半年|将来|打算|计划|征求意见|下个月起|要调|要涨|要降|拟")
_ELSEWHERE = re.compile(
    r"省城|邻市|隔壁[市县]|别的?(?:市|区|县|地方|城市)|其他(?:市|区|县|地方|城市)|兄弟(?:市|城市)|外省|外市|南方|北方|北京|上海|广州|深圳"
)
# What is said after a value, in the next clause: 六个月，那是另外一条.
OF_ANOTHER = re.compile(
    r"^(?:不过|但是?)?(?:那个?|这个?|它)?(?:是|算|属于)?(?:另外?(?:一|的)|另一?码|另说|另算|两码|两回|别的)|不是一(?:回事|码事|个事)|"
    r"(?:不是|没有?)那个(?:数|价|标准)|早就?不是|不作数|作废了|^那个?是[^，,。]{1,8}的(?:事|规定)?$|[跟和与][^，,。]{1,8}(?:不一样|不同|两回事)|[跟和](?:这个|您这|咱们?这)[^，,。]{0,5}(?:没关系|不相干|不是一|不一样|两)"
)
_SENTENCE = "sentence"
# 失业金 and 缆车票 are matters of their own.
_BENEFIT = re.compile(r"(?<!现)(?<!违约)(?<!滞纳)(?<!押)金$|险$|贷$|补贴$|津贴$|补助$|低保$")
_TICKET = re.compile(r"[^\W买掏要交个张的][^\W买掏要交个张的发小邮选钞支传]票")
_OF_OTHERS = (
    _FORMER,
    _TO_COME,
    _ELSEWHERE,
    re.compile(
        r"假设|假如|比如|比方|例如|好比|您?上次|刚才那位|有(?:位|个)(?:市民|居民|人)|网上(?:有人)?[说传]|听说|据说|"
        r"有(?:的|些)(?:单位|公司|企业|地方|人家|小区|学校|医院|银行)|同事|邻居|另一种|另外一种|别的|其他的|那是另|倒是|核对一下|您留的"
    ),
)
# A share of what is left says of the entry's share what its complement says.
_REST = re.compile(r"剩下|其余|自费|自付|自己(?:得|要|还得|也得)?(?:出|掏|承担|付)|自担|统筹")
# One kind of a thing of which the entry may have another.
_KIND = re.compile(
    r"利率|利息|月供|还款|(?:每月|一个月)还|押金|定金|违约金|罚款|罚金|基数|临时|电子|自费|商业|商品房|市场价|民办|私立|二类|进口|商贷|组合贷|照.{0,2}相|拍照|评估|体检费|复印费|打车|过路|开学|面试|加急|门诊|住院|补齐|补正|叫号|排队|等候|堵车|路上|路程|车程|走路|邮寄|分期|首期|每期|头一笔|每次|分[两二三四五六]次|逾期|超期|过期|滞纳|超出|超过的?部分|补办|换领|补领"
)
# 企业那种 is another kind than the entry's, where it does not name it.
_THAT_KIND = re.compile(r"(?P<name>[\u4e00-\u9fff]{2})的?那(?:一?种|一?类|一?块|边(?=[^，。,]))")
_FEE = re.compile(r"(?P<name>[\u4e00-\u9fff]{2}费)")
_PLAIN_FEES = frozenset({"工本费", "手续费", "要收费", "的收费", "不收费", "是收费", "个人缴费", "要交费", "要缴费"})
# Axes whose branches are entries of their own as often as not.
_MATTERS = frozenset({"turn", "residence", "insured", "working", "urgency", "vehicle"})
_CLAUSE = re.compile(r"[，。；！？,;!?]")
_OFFICE = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{1,4}(?:派出所|公安局|民政局|税务局|社保局|医保局|物业|社区|医院|学校|银行|公司|居委会|法院|车管所)|"
    r"派出所|物业|社区|医院|学校|银行|法院|居委会)的?(?:电话|号码|座机|地址|时间|上班)"
)
# Words that name no matter: verbs of dealing with something, times, and how an amount is told.
_DATED = re.compile(
    r"[\d一二三四五六七八九十]+月(?:[\d一二三四五六七八九十]+[号日]|[底初])?(?:之前|以前|前|以后|之后)?"
)
_HOW_FAR = re.compile(r"最[多长高少低快迟晚]|顶多|[能可只就得要还是]")
_SAYS_NOTHING = re.compile(
    r"\d|^每个$|^人交$|^[早晚]交$|^交[打有就都上]|^[一每][\u4e00-\u9fff]$|^(?:[都也就]行|[都就]可以|往上|一直|[之以][前后]|收个?|交上|一[平方度吨]|[头首]一?个?(?:钟头|小时)|钟头|小时|封顶|有?优惠|享受|打折|以前|白天|夜里|夜间|晚上|早上|一天|每天)$|^[零一二两三四五六七八九十百千万到至]+$|[一二两三四五六七八九十百千万](?:周?岁|[个天月年])|^(?:工本费|办理?|办完|办好|办下来|下来|领到|拿到|大概|大约|差不多|一般|正常|需要|收费|收取|费用|价格|价钱|时间|总共|一年|一个月|每月|每年|一次|最多|最高|"
    r"最长|最少|最低|不超过|至少|可以|现在|目前|今年|以后|之后|左右|以内|之内|规定|标准|比例|应该|就是|都是|也是|只要|才能|审核|审批|受理|申请|答复|完成|结果|"
    r"有效期?|期限|截止|咱们|我们|这边|这里|这个|那个|它们?|按照?|按着|统一|全部|所有|电话|热线|号码|处理|解决|报销|能报|补贴|补助|发放|满|年满|周岁|岁数|年龄|"
    r"开门|关门|上班|下班|营业|开放|到期|缴费|交费|缴纳|罚款|起码|一共|一人|每人|[一每][家户]|一个人?|个人|一本|一张|两个|第一次|自己|的话|要交|只要|之前|以前|都可以|前后|都能|开始|结束|到时)$"
)


def of_other_matter(check: FactCheck, clause: str, before: str, entry: KnowledgeEntry) -> bool:
    """Whether the clause in which a value was said shows that it may be of something else than the fact.

    Args:
        check: A contradiction.
        clause: The clause that holds the words; '' where it is not known.
        before: The clause before it.
        entry: The entry, whose own words (快递费 where it has one) are of its matter.
    """
    if check.expected_slot == _SENTENCE:
        return _sentence_of_other(f"{before}，{clause}", text_of(entry))
    own, clause = text_of(entry).strip("。"), clause.replace("门槛费", "起付线")
    text = f"{entry.title}，{entry.question}，{own}，{check.expected_value}"
    if _of_caller(check, clause, before) or _at_another_time(check, clause, before, own, text):
        return True
    if _of_another_kind(check, clause, before, entry, text):
        return True
    return bool(own) and _named_otherwise(check, clause, text)


def _sentence_of_other(both: str, own: str) -> bool:
    """Whether words without a value are of what used to be or is planned, of elsewhere, of others, or hearsay."""
    if any(found[0] not in own for cue in _OF_OTHERS for found in cue.finditer(both)):
        return True
    if any(found["name"] not in own for found in _THAT_KIND.finditer(both)):
        return True
    if any(found[0][-3:] not in own for found in _TICKET.finditer(both)):
        return True
    named = (word for word in content_words(both) if _BENEFIT.search(word))
    return any(word not in own and not set(word) <= set(own) for word in named)


def _of_caller(check: FactCheck, clause: str, before: str) -> bool:
    if _OWN_CASE.search(clause) or _OWN_CASE.search(before) or _compared(check, clause):
        return True
    return of_own_case(clause, before) or (
        check.said is not None and of_another_scale(check.said.unit, check.expected_unit)
    )


def _at_another_time(check: FactCheck, clause: str, before: str, own: str, text: str) -> bool:
    """Whether the clause tells what used to be, or what is planned."""
    former = _FORMER.search(clause) or (_FORMER.search(before) and not _NOW.search(clause))
    if former and not _FORMER.search(own):
        return True
    return check.expected_slot != "date" and any(found[0] not in text for found in _TO_COME.finditer(clause))


def _of_another_kind(check: FactCheck, clause: str, before: str, entry: KnowledgeEntry, text: str) -> bool:
    """Whether the clause names another place, kind, fee, office or measure than the entry."""
    both = f"{before}，{clause}"
    if any(found[0] not in text for cue in (_ELSEWHERE, _KIND) for found in cue.finditer(both)):
        return True
    if numbered_otherwise(clause, text) or any(found["name"] not in text for found in _THAT_KIND.finditer(clause)):
        return True
    # 首次办卡 is not what an entry on 补办 speaks of.
    if check.said is not None and clash(_matters(conditions(check.said.condition)), known(text_of(entry))):
        return True
    if check.expected_unit == "yuan" and (
        _SUM.search(clause)
        or _foreign(_FEE, clause, text)
        or for_another_measure(clause, _written_clause(check, entry))
    ):
        return True
    if check.expected_unit == "percent" and _REST.search(clause) and not _REST.search(text):
        return True
    return _foreign(_OFFICE, f"{before}{clause}", text)


def _written_clause(check: FactCheck, entry: KnowledgeEntry) -> str:
    """Return the clause of the entry in which a sum stands; '' where it is not found."""
    text = written_text(entry)
    for value in written_values(entry):
        if (value.value, value.unit) == (check.expected_value, check.expected_unit):
            return _CLAUSE.split(text[: value.start])[-1] + _CLAUSE.split(text[value.start :])[0]
    return ""


def _matters(branches: Mapping[str, str]) -> dict[str, str]:
    return {axis: term for axis, term in branches.items() if axis in _MATTERS}


def _compared(check: FactCheck, clause: str) -> bool:
    """Whether a value is only held against another: 比以前少二十; that 一份就够了 is what is told of copies."""
    return check.expected_slot != COPIES_SLOT and _COMPARED.search(clause) is not None


def _named_otherwise(check: FactCheck, clause: str, text: str) -> bool:
    """Whether what stands before a value in its clause names something, and nothing that the entry speaks of.

    临时身份证是十块钱 has 身份证, but not as it is named; 门诊那块是百分之五十 has nothing of 住院报销比例.
    """
    if check.said is None:
        return False
    before, _, after = clause.partition(check.said.text)
    if check.said.slot == "date":
        before += f"，{after}"  # what happens on a day is said after it
    names = [
        w
        for w in content_words(_DATED.sub("，", before))
        if not _SAYS_NOTHING.search(w) and len(_HOW_FAR.sub("", w)) > 1
    ]
    strange = [word for word in names if not _near(word, text, strict=check.expected_unit in {"yuan", "percent"})]
    return bool(strange) and len(strange) == len(names)


# 驾照 is near 驾驶证: what ends in such a character is named by its first.
_LAST = re.compile(r".[证照费卡簿本钱]$")


def _near(word: str, text: str, *, strict: bool = False) -> bool:
    """Whether a word, or all but one of its characters, is in a text: 租房 for 房租, 驾照 for 驾驶证 is near enough.

    ``strict``: of two characters both must be, for what money is paid for is named by such words (单间 is no 时间).
    """
    if strict and len(word) == 2 and _LAST.match(word) is None:
        return word in text or set(word) <= set(text)
    if strict and len(word) > 2:  # 通行证 is none of 普通护照, whatever characters they share
        return any(word[place : place + 2] in text for place in range(len(word) - 1))
    return word in text or sum(character in text for character in word) * 2 >= len(word)


def _foreign(pattern: re.Pattern[str], clause: str, text: str) -> bool:
    """Whether a clause names a fee or an office that the entry does not."""
    names = [found["name"] for found in pattern.finditer(clause)]
    return any(
        name not in _PLAIN_FEES and name not in text and name[-2:] not in {"收费", "缴费", "交费", "免费"}
        for name in names
    )
