"""Evidence, injuries and earlier attempts that a caller tells of: what who handles the order will ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from qa_pipeline.language.pinyin import nearest
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Evidence, Role, Utterance, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.text import narrative, text_of
from qa_pipeline.rules.windows import turns

_FIELD = "主要内容"
# What is called: how it is said, and how an order may call it.
_CIRCUMSTANCES: tuple[tuple[str, str, str], ...] = (
    ("凭证", r"小票|收据|发票(?!补)|付款凭证|购物凭证", r"小票|收据|发票|凭证|凭据|票据|转账|付款|支付|记录"),
    ("照片、录像", r"拍了?(?:照|视频|下来)|(?:有|存了?)(?:照片|视频|录音|录像)|录了?(?:音|像|视频)|照片", (r"照|视频|"
    r"录音|录像|影像|拍摄")),
    ("合同", r"合同|协议", r"合同|协议"),
    (
        "转账、聊天记录",
        r"转账|付款记录|聊天记录|截图|流水|微信(?:群|[^，。,]{0,4}(?:记录|说))",
        r"转账|付款|聊天|截图|流水|支付|凭证|微信|记录",
    ),
    ("欠条", r"欠条|借条|打的?条", r"欠条|借条|条据|字据"),
    ("报警", r"报(?:了|过)警|报警(?:了|过)", r"报警|报案|出警|派出所"),
    ("伤情", r"咬[破伤]|烫伤|骨[折裂]|脱臼|缝了?[\d一二三四五六七八九十]+针|脑震荡", r"咬|烫|骨[折裂]|脱臼|缝|脑震荡"),
    (
        "受伤",
        (
            r"(?<!没)摔(?:了(?!电|门)|倒|伤)|磕(?:掉|破|伤)|撞(?:伤|倒)|受了?伤|流血|划[伤破]|砸伤|"
            r"(?:胳膊|腿|手腕|手|脚|腰|头|骨头)[^，。,]{0,3}(?:摔|断|撞|砸|磕)(?!电)|绊[^，。,]{0,2}跤|划了[^，。,]{0,3}口子"
        ),
        r"伤|摔|磕|撞|跌|滑|倒|坠|掉|咬|烫|骨|缝|血",
    ),
    (
        "住院",
        r"住(?:了)?(?:[一二两三四五六七八九十几\d]+天?)?院(?!子)|在[^，。,]{0,4}医院(?:躺|住)|抢救|昏迷",
        r"住院|抢救|昏迷|手术",
    ),
    ("监控", r"监控(?!装)", r"监控|视频|录像"),
    ("证人", r"证人|目击|作证|邻居(?:都|也)(?:看见|看到)", r"证人|目击|作证|邻居|工友|同事|旁证"),
    ("承诺", r"答应(?!我们?的)|承诺|说好了?(?!听)", r"承诺|答应|保证|约定|同意|表示|称|说好|应|许诺"),
    ("威胁", r"威胁|恐吓|放话|走着瞧|弄死|扬言", r"威胁|恐吓|扬言|言语|辱骂|态度"),
    ("动手", r"打了我|动(?:了)?手(?!术)|推了?我|扇了|踹了|打伤", r"打|动手|推|伤|冲突|肢体|扇|踹"),
    (
        "失联",
        r"电话(?:也|都)?(?:不接|打不通)|联系不上|拉黑|关机|找不到人|停机",
        r"不接|打不通|联系|拉黑|关机|停机|失联|接听|拒接|未接|找不到|跑路|接通",
    ),
    ("无证", r"没有?(?:办)?(?:证|执照|许可|资质|手续)|无证|黑(?:作坊|诊所|车)", r"证|执照|许可|资质|手续|照|黑|违"),
    (
        "险情",
        (
            r"冒烟|着火|起火|火花|漏电|触电|煤气味|漏气|掉下来|砸(?:到|着|中|了)|塌(?:了|下)|"
            r"差点[^，。,]{0,6}(?:摔|撞|砸|掉|出事|着)"
        ),
        r"烟|火|电|漏|气|掉|落|砸|塌|坠|险|隐患|差点|滑|伤|爆|撞|摔",
    ),
    (
        "病弱的人",
        r"孕妇|怀孕|怀着|残疾|轮椅|瘫|心脏病|化疗|透析|尿毒症|癌|哮喘|卧床|坐月子",
        r"孕|怀|残|轮椅|瘫|心脏|化疗|透析|尿毒|癌|哮喘|卧床|月子|产|婴|病|行动不便|体弱|患|疾",
    ),
    (
        "疫苗、就医",
        r"打了?(?:疫苗|针)|狂犬|去(?:了)?[^，。,]{0,5}医院(?:看|查|检|缝|拍|挂)|看了(?:医生|大夫)",
        r"疫苗|针|医|诊|院|病|治疗",
    ),
    (
        "以前也有过",
        (
            r"(?:去年|前年|上个?月|上次|上回|以前|之前)[^，。,]{0,8}(?:也|就)[^，。,]{1,10}过|不是(?:头|"
            r"第)一(?:次|回)|都?第[二三四五六七八九]次了"
        ),
        r"曾|再次|多次|反复|屡|又|去年|前年|此前|之前|以前|上月|次|重复|频繁|经常|历史",
    ),
    (
        "反映过",
        (
            r"(?:打|反映|投诉|举报)过(?:你们|12345|热线|[一两三四五几]次|好几次)|上[次回](?:打|反映|投诉|举报)|"
            r"打了?(?:两|三|好几|几)[次遍回](?:你们|12345|热线)"
        ),
        r"曾|再次|多次|反映过|重复|此前|前期|来电|投诉过|未解决|之前|上次|反复|仍未|再次",
    ),
)  # fmt: skip
_COMPILED = tuple((name, re.compile(spoken), re.compile(written)) for name, spoken, written in _CIRCUMSTANCES)
# Asked for, not told: 把监控装上, 给我补发票.
_WANTED = re.compile(r"(?:把|给我|让他们?|让物业|要求|希望|得|补|装|加|开)[^，。]{0,6}$")
# 走之底，一个录音的录那半边 spells a name.
_SPELLED = re.compile(
    r"(?:一个)?(?P<word>[\u4e00-\u9fff]{2,4})的(?P<own>[\u4e00-\u9fff])(?=那?半边|那个?字|字旁|旁|底|头)"
)
_ON_PAPER = frozenset({"凭证", "合同", "转账、聊天记录", "欠条"})
_PAPERS = re.compile(r"[单票据条]|凭|合同|协议|记录|照|持有|留存|提供|病历|证")
_YES = re.compile(r"^(?:有|对|是|嗯|有的|签了|报了|拍了|录了|都有|留着|在的|去了|看了)")
_TRIED = re.compile(
    r"(?:找过?|问过?|写过?|跟|给|向|打过?|联系过?|去过?)[^，。]{0,4}?(?P<whom>物业|社区|居委会|村委会|村里|派出所|城管|"
    r"纪委|镇里|镇上|街道|乡里|县里|区里|教育局|信访|交警|劳动监察|环保局?|住建局|消防|工商|管委会|业委会|居委|平台|厂里|校长|园长|"
    r"班主任|店长|厂家|商家|老板|单位|公司|客服|房东|学校|医院|消协|开发商)"
)
_FRUITLESS = re.compile(
    r"没用|没人|不管|管不了|不理|推|没(?:有)?(?:回音|信儿?|下文|反应|动静|影|来|解决|结果|下文|处理|答复|修)|不给|不退|不肯|不承认|拖"
)


def circumstances_left_out(ctx: CallContext, order: WorkOrder) -> list[Discrepancy]:
    """Return what the caller told of evidence, harm and earlier attempts that the order does not have; all doubts."""
    text = narrative(order)
    shown = field_value(ctx, _FIELD, text_of(order, _FIELD), "工单所记")
    told: dict[int, list[tuple[str, str, Utterance]]] = {}
    for name, spoken, written in _COMPILED:
        hit = _told(ctx, spoken)
        if hit is None or written.search(text):
            continue
        utterance, words, asked = hit
        # 有合同、收据吗？有个销售单: another paper answers the question.
        if not (asked and name in _ON_PAPER and _PAPERS.search(text)):
            told.setdefault(utterance.index, []).append((name, words, utterance))
    found = {hits[0][0]: _left_out(hits, shown) for hits in told.values()}
    for utterance, whom in _attempts(ctx):
        near = nearest(whom, text)
        there = near is not None and near.distance <= 0.25
        if not there and not (whom[-1] in "里上" and whom[0] in text):  # 向村、镇反映 is 找过镇里
            reason = f"来电人说找过{whom}而没有解决，工单里没有"
            found[whom] = Discrepancy(
                Kind.OMITTED, _FIELD, reason, (said(utterance, f"找过{whom}"), shown), confidence=0.7
            )
    return list(found.values())


def _left_out(hits: Sequence[tuple[str, str, Utterance]], shown: Evidence) -> Discrepancy:
    """Return what was told in one breath (胳膊摔断了，在医院躺着) as one omission."""
    names, words = "、".join(name for name, _, _ in hits), "”“".join(words for _, words, _ in hits)
    evidence = (said(hits[0][2], f"说到{names}"), shown)
    return Discrepancy(Kind.OMITTED, _FIELD, f"来电人说到{names}（“{words}”），工单里没有", evidence, confidence=0.7)


def _told(ctx: CallContext, spoken: re.Pattern[str]) -> tuple[Utterance, str, bool] | None:
    """Return where the caller told of something, in own words or by answering yes to the operator (then True)."""
    for utterance in ctx.transcript.of(Role.CALLER):
        text = simplify(utterance.text)
        for found in spoken.finditer(_SPELLED.sub(lambda one: "，" * len(one[0]), text)):
            if not _WANTED.search(text[: found.start()]):
                return utterance, found[0], False
    for before, after in pairwise(turns(ctx)):
        if before[0].role is not Role.OPERATOR or after[0].role is not Role.CALLER:
            continue
        asked = spoken.search(simplify(before[-1].text))
        if asked is not None and re.search(r"吗|没有|有没有", before[-1].text) and _YES.search(simplify(after[0].text)):
            return after[0], asked[0], True
    return None


def _attempts(ctx: CallContext) -> Iterator[tuple[Utterance, str]]:
    for utterance in ctx.transcript.of(Role.CALLER):
        text = simplify(utterance.text)
        found = _TRIED.search(text)
        if found is not None and _FRUITLESS.search(text[found.end() :]):
            yield utterance, found["whom"]
