"""Documents to bring: 户口簿原件和复印件各一份, 两张两寸白底照片; ``unit`` is how many, '' where it was not said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from qa_pipeline.language.grammar.reading import Reading
from qa_pipeline.language.numerals import to_number

# Names that people give to documents; longer ones first. Others are found by how such names end.
_KNOWN = (
    "营业执照副本", "营业执照正本", "营业执照", "法定代表人身份证", "代办人身份证", "经办人身份证", "委托人身份证",
    "被委托人身份证", "监护人身份证", "法人身份证", "居民身份证", "临时身份证", "身份证件", "身份证明", "身份证",
    "居民户口簿", "户口簿", "户口本", "户口页", "户籍证明", "结婚证", "离婚证", "离婚协议", "出生医学证明",
    "出生证明", "出生证",
    "准生证", "生育服务证", "不动产权证书", "不动产权证", "不动产证", "房产证", "房屋产权证", "房本", "购房合同",
    "租房合同", "租赁合同", "买卖合同", "劳动合同", "购房发票", "完税证明", "社会保障卡", "社保卡", "医保卡",
    "银行卡", "存折", "居住证", "暂住证", "驾驶证", "驾照", "行驶证", "毕业证", "学位证", "学生证", "残疾证",
    "残疾人证", "退休证", "军官证", "退伍证", "护照", "体检证明", "体检报告", "诊断证明", "病历", "出院小结",
    "费用清单", "门诊发票", "工资流水", "银行流水", "工资条", "考勤记录", "收入证明", "无房证明", "死亡证明",
    "火化证明", "亲属关系证明", "单位证明", "经营场所证明", "委托书", "授权委托书", "申请表", "申请书", "登记表",
    "评定表", "承诺书", "介绍信", "预防接种证", "接种证", "疫苗本", "合格证", "购车发票", "交强险保单", "保单",
    "免疫证明", "公章", "收据", "发票", "缴费凭证", "缴费证明", "缴费单", "公函", "车票", "机票", "火车票", "病历本",
    "出院记录", "片子", "绿本", "大本", "驾本", "手印", "法人章", "财务章", "花名册", "产权证", "结婚照", "小票",
    "底单", "个人征信报告", "征信报告", "个人简历", "个人申请", "个人所得税完税证明",
)  # fmt: skip
_STOP = (
    "的和跟与及、，。；,带拿要把您你是有提供需再填写交到去开个份张就能办都也"
    "还好或者凭持携出示准备上这那用给让等只些先另外着齐了过须"
)
_ENDINGS = (
    r"证明书|证明|证书|合同书|合同|协议书?|申请表|登记表|审批表|委托书|承诺书|通知书|许可证|资格证|"
    r"凭证(?![打享免乘进入购坐优即就可能领])|票据|清单|流水|发票|保单|报告单|报告|(?<!凭)证(?!件|据|人|实|券|照|号|上|明)|"
    r"(?<![代水电气手仪图外油热地])表(?![示明格现面达态扬弟哥姐妹决演彰率叔])|(?<![简名菜订车床传孤落])单(?![位元身独人纯价程双据子方号间次亲向])|"
    r"函(?![授数])|(?<=[户登签账])簿|手册|(?<=[定决解证明报见议命任保声权愿划诺请责告])书(?![记包店面籍架本法信写房])"
)
_KIND = r"(?:一寸|1寸|两寸|二寸|2寸|小二寸)"
_NUMBER = r"[一二两三四五六七八九十\d]+"
_PHOTO = (
    rf"(?:(?P<before>{_NUMBER})张)?(?:近期|免冠|彩色|证件)*(?P<size>{_KIND})?的?(?:近期|免冠|彩色|证件|"
    rf"[白蓝红]底)*(?:照片|相片|照(?=$|[，,。、]))"
)
_FORM = (
    r"(?:的)?(?:正反面的?|双面的?|[首内]页的?)?(?:(?:都|要|需要|得|带|是|提供)*(?:盖章的?|有效的?)?)?(?P<form>原件(?:和|及|、|跟|加|与|"
    r"以及)?(?:它?的)?复印件|原件|复印件)?"
)
_COPIES = rf"(?:都?(?:要|带|需要|得要)?(?:各|一式)?(?P<after>{_NUMBER})[份张页])?"
_NAMED = "|".join(sorted(_KNOWN, key=len, reverse=True))
_DOCUMENT = re.compile(
    rf"(?:(?P<lead>{_NUMBER})[份张])?(?:(?P<photo>{_PHOTO})|(?P<name>{_NAMED}|[^{_STOP}\d\W]{{2,6}}?(?:{_ENDINGS})(?!明|书)))"
    rf"(?:[（(][^）)]{{0,12}}[）)])?{_FORM}{_COPIES}"
)
_BRING = re.compile(
    r"带|拿|提供|出示|需要|须|准备|提交|凭|持|携|上传|填|复印|原件|照片|就行|就够|就可以|[一二两三\d][份张]|材料|资料|得有|要有|要交|交[一上]"
)
_MATTER = re.compile(
    r"(?:办理?|换领?|补办?|申[领请]|领取?|丢|挂失|查询?|发|制|拿到|取|(?<![还要得须具])有|没有?|没收|注销|吊销|更换|考|审|年检|登记)(?:个|一下|了|的|本|张|一个|新)?$"
)
_NEED_NOT = r"(?:不用|不需要?|无需|无须|不必|用不着|不要求|不再需要|免于?)"
_NOT_NEEDED = re.compile(rf"{_NEED_NOT}(?:再|您|你)*(?:另外)?(?:携带|带上?|提供|准备|提交|出示|交|持有?|凭)?(?:您的)?$")
_ALSO_NOT = re.compile(r"^(?:都|也|就)?(?:不用|不需要|无需|不必|用不着|不要)(?:带|提供|准备|提交|出示|交)?")
_OF_BOTH = re.compile(r"都|的(?:原件|复印件)")
_LINK = re.compile(r"[和、跟与及,，]|还有|以及")
_SENTENCE = re.compile(r"[。；？！;?!]")


def read_documents(text: str) -> Iterator[Reading]:
    """Yield documents that are to be brought; ``slot`` is ``negated`` for those that are not needed.

    A document that is what the matter is about (换身份证) is not one to bring.
    """
    found = [one for one in _DOCUMENT.finditer(text) if _brought(text, one)]
    each = ""  # of documents that are listed the last one's 各一份 is said of all
    read: list[Reading] = []
    for one, following in reversed([*pairwise([*found, None])]):
        if one is None:
            continue
        linked = following is not None and _LINK.fullmatch(text[one.end() : following.start()]) is not None
        each = (one["after"] or "") if "各" in one[0] else each if linked else ""
        read[:0] = _readings(text, one, following, each)
    yield from read


def not_needed(before: str) -> bool:
    """Whether the words before a document, or before what asks for one and with it, say that it is not needed."""
    return _NOT_NEEDED.search(before) is not None


def _brought(text: str, found: re.Match[str]) -> bool:
    start, end = _sentence(text, found.start(), found.end())
    return bool(_BRING.search(text[start:end])) and not _MATTER.search(text[max(0, found.start() - 6) : found.start()])


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    breaks = [found.end() for found in _SENTENCE.finditer(text[:start])]
    stop = _SENTENCE.search(text[end:])
    return breaks[-1] if breaks else 0, end + stop.start() if stop else len(text)


def _readings(text: str, found: re.Match[str], following: re.Match[str] | None, each: str) -> Iterator[Reading]:
    name = _photo(found) if found["photo"] else found["name"]
    count = found["after"] or found["lead"] or found["before"] or each
    if following is not None and not found["form"] and following["form"] and _OF_BOTH.search(following[0]):
        shared = _LINK.fullmatch(text[found.end() : following.start()])  # 驾驶证和行驶证都要带原件
    else:
        shared = None
    unit = str(to_number(count) or "") if count else ""
    denied = not_needed(text[: found.start()]) or _ALSO_NOT.search(text[found.end() :])
    slot = "negated" if denied else ""
    form = found["form"] or (following["form"] if shared and following is not None else "") or ""
    forms = ("原件", "复印件") if len(form) > 3 else (form,)
    for one in forms:
        # 原件、复印件两份: two are of the copy, unless it is 各两份.
        of_this = unit if one == forms[-1] or "各" in found[0] else ""
        yield Reading("materials", name + one, of_this, *found.span(), slot)


def _photo(found: re.Match[str]) -> str:
    size = {"1寸": "一寸", "二寸": "两寸", "2寸": "两寸"}.get(found["size"] or "", found["size"] or "")
    return f"{size}照片"
