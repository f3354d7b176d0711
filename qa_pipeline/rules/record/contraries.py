"""Words of an order that exclude what was said: 女儿 of a son, 白色 of a red car, 右腿 of the left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa_pipeline.models import CallContext, Role, Utterance, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.by_sound import was_said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.standing import standing
from qa_pipeline.rules.record.text import text_of

_FIELDS = ("主要内容", "具体诉求")
_FLOOR = r"[一二三四五六七八九十百\d]+(?:层|楼)"
# Of each kind its words: as an order writes it; what in the call may mean it (老伴 is either spouse); what means it
# and no other of the kind.
_KINDS: tuple[tuple[tuple[str, str, str], ...], ...] = (
    (
        (r"儿子(?!女)", r"儿子|儿呀|小子|男孩|男娃|崽", r"儿子(?!女)|男孩(?!女孩)|男娃"),
        (r"女儿", r"女儿|闺女|姑娘|丫头|女孩|女娃|千金|囡", r"女儿|闺女|丫头|(?<!男孩)女孩|女娃"),
    ),
    (
        (
            r"(?<![祖岳])父亲|其父(?!母)",
            r"爸|爹|父|^(?!.*(?:公公|岳父|丈人)).*(?:老爷子|老头|老汉|大爷|老人)",
            r"我[家们]?(?:老)?爸(?!妈|爸妈)|我爹(?!娘)|父亲",
        ),
        (
            r"(?<![父祖岳])母亲|其母",
            r"妈|娘|母|^(?!.*(?:婆婆|岳母)).*(?:老太|大娘|老人)",
            r"我[家们]?(?:老)?妈|[我俺](?:老)?娘|(?<!父)母亲",
        ),
        (r"公公", r"公公|爸|爹", r"[我俺]公公"),
        (r"婆婆", r"婆婆|妈|娘", r"[我俺]婆婆"),
        (r"岳父", r"岳|丈人|爸|爹", r"岳父|老丈人"),
        (r"岳母", r"岳|丈母|妈|娘", r"岳母|丈母娘"),
    ),
    (
        (r"丈夫", r"老公|丈夫|爱人|先生|对象|老头|老伴|那口子|男人|孩子他?爸|当家的|那位", r"我?老公|丈夫"),
        (r"妻子", r"老婆|妻|爱人|媳妇|太太|对象|老伴|那口子|女人|孩子他?妈|内人|那位", r"老婆|妻子"),
    ),
    (
        (r"爷爷", r"爷|公|老头|老人|祖父", r"爷爷"),
        (r"奶奶", r"奶|婆|老太|老人|祖母", r"奶奶"),
    ),
    (
        (r"哥哥|其兄", r"哥|兄", r"[我俺]哥|哥哥"),
        (r"(?<!兄)弟弟|其弟(?![媳妹])", r"弟(?![媳妹])", r"[我俺]弟|弟弟"),
        (r"弟媳|弟妹", r"弟媳|弟妹|兄弟媳妇", r"弟媳|弟妹"),
        (r"嫂", r"嫂", r"嫂子"),
        (r"姐姐|其姐", r"姐", r"[我俺]姐|姐姐"),
        (r"妹妹|其妹", r"妹", r"[我俺]妹|妹妹"),
    ),
    (
        (r"(?<!外)孙子", r"孙|(?:孩子|娃)", r"孙子"),
        (r"(?<!外)孙女", r"孙|(?:孩子|娃)", r"孙女"),
    ),
    (
        (r"楼上(?!下)", rf"楼上|上[面头边]|顶|{_FLOOR}", r"楼上(?!下)"),
        (r"(?<!上)楼下(?:住户|邻居|商户|店)", rf"楼下|下[面头边]|底|{_FLOOR}", r"(?<!上)楼下(?:的|那家|那户|邻居|住)"),
        (r"隔壁", r"隔壁|邻居|旁边|边上|对门|挨着", r"隔壁"),
        (r"对门", r"对门|对面|邻居|隔壁", r"对门"),
    ),
    tuple(
        (
            rf"{side}(?=[手腿臂脚眼膝胳肩耳侧边面])",
            side,
            rf"{side}(?=边|侧|面|(?:的|那[只条个])?[手腿臂脚眼膝胳肩耳])",
        )
        for side in "左右"
    ),
    tuple((rf"{side}(?=[墙侧面屋厢])", side, rf"{side}(?=[墙侧面边屋厢])") for side in "东西南北"),
    tuple((rf"{c}色", rf"{c}", rf"{c}色|{c}的(?:车|轿车|面包车|货车|电动车)") for c in "红白黑蓝灰绿黄紫"),
    (
        (r"网约车", r"网约|滴滴|打车|约的|平台|软件", r"网约车|滴滴"),
        (r"出租车", r"出租|的士|打车|打的|的哥", r"出租车|的士|出租"),
        (r"公交", r"公交|路车|\d+路|[一二三四五六七八九十百]+路|大巴|中巴", r"公交车"),
    ),
    (
        (r"猫", r"猫|喵", r"猫"),
        (r"犬|狗", r"狗|犬|金毛|泰迪|哈士奇|拉布拉多|藏獒", r"狗"),
    ),
    (
        (r"微信(?:支付|转账|付)", r"微信|转账|扫码|手机|转", r"微信"),
        (r"支付宝", r"支付宝|转账|扫码|手机|转|花呗", r"支付宝"),
        (r"现金", r"现金|现钱|现款|钞|块", r"现金|现钱|现款"),
    ),
    (
        (r"(?:上涨|上调|涨价|提高)(?!.{0,4}质量)", r"涨|提|升|加|贵|高|上调", r"涨价|涨到|涨了"),
        (r"(?:下调|降低|降价|下降)", r"降|减|下调|低|少|跌", r"降价|降到|降了"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Word:
    written: re.Pattern[str]
    perhaps: re.Pattern[str]
    surely: re.Pattern[str]


# 男孩女孩 and 左腿还是右腿 ask for one of both.
_EITHER = re.compile(r"还是|男孩女孩|儿子女儿|男的女的")
_COMPILED = tuple(tuple(_Word(*map(re.compile, row)) for row in kind) for kind in _KINDS)
_Heard = Sequence[tuple[Utterance, str]]


def contraries(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield words of the order that nobody said while another of their kind was said; all doubts, each kind once.

    Where no other one was said it may follow from what was, or have been misheard: then nothing is told.
    """
    heard = [(one.utterance, one.text) for one in standing(ctx)]
    everything = "，".join(text for u, text in heard if not (u.role is Role.OPERATOR and _EITHER.search(text)))
    for kind in _COMPILED:
        for field in _FIELDS:
            if (found := _contrary(ctx, kind, text_of(order, field), everything, heard)) is None:
                continue
            written, utterance, instead = found
            evidence = (field_value(ctx, field, text_of(order, field), "工单所记"), said(utterance, f"说的是{instead}"))
            reason = f"工单写“{written}”，通话里说的是“{instead}”"
            yield Discrepancy(Kind.CONFLICT, field, reason, evidence, confidence=0.7)
            break


def _contrary(
    ctx: CallContext, kind: Sequence[_Word], text: str, everything: str, heard: _Heard
) -> tuple[str, Utterance, str] | None:
    for word in kind:
        found = word.written.search(text)
        if found is None or was_said(word.perhaps, everything, ctx):
            continue
        for other in kind:
            # Where the order has the other one too, it tells of both.
            if other is word or other.written.search(text):
                continue
            hits = ((u, _quoted(said_text, hit)) for u, said_text in heard if u.role is not Role.OPERATOR
                    for hit in other.surely.finditer(said_text))  # fmt: skip
            if (hit := next(hits, None)) is not None:
                return _quoted(text, found), *hit
    return None


def _quoted(text: str, found: re.Match[str]) -> str:
    """Return what was found, with what it stands before where it is a single character (左 of 左侧)."""
    return text[found.start() : max(found.end(), found.start() + 2)]
