"""Documents and places that the written answer of an entry asks for.

`qa_pipeline.language.grammar.documents` knows documents by their names, as people say them, wherever they stand in a
sentence. A written answer names more of them, by longer names; here whatever is listed after 携带 or 材料包括 and ends
as documents do is one. What says that one is not needed is the same for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa_pipeline.language.grammar.documents import not_needed


@dataclass(frozen=True, slots=True)
class Named:
    """Something named in words at characters ``start`` to ``end`` (exclusive) of a text."""

    start: int
    end: int
    text: str


# What asks for documents, and what ends the list of them. 保持 and 支持 hold no document, 证件 after 凭 may.
_ASKS = re.compile(
    r"(?:随身)?携带|(?:须|需|请|应|还需|要|必须)?(?:提交|提供|出示|准备|带上|带齐|带好|备齐)|(?<![维坚主支保把])持有?|(?<![任文])凭(?!借|什么)|"
    r"材料(?:包括|清单)?(?:有|为|是|如下)?[：:为是]|(?<![附连携])带(?!动|来|领|头|走)|(?:还|须|必)?需要?(?=(?:本人|双方|父母|申请人|代办人)?[^，。；]{0,8}(?:证|簿|照片|合同|委托书))"
)
_STOPS = re.compile(
    r"[。；;！？\n]|(?:，|,)?(?:到|向|在|去|前往|至|于|通过|登录|可在|即可|由)(?!期)|办理|申请(?!表|书|人|材料)|申领|领取|登记(?!表|证|簿)|开具|报名"
)
_SPLITS = re.compile(
    r"[、，,和及与]|以及|或者?|还需要?|并(?:提供|提交|携带)?|(?:须|需|请|应)?(?:提供|提交|携带|出示|持|带)"
)
_DOCUMENT = re.compile(
    r"(?P<name>.{0,16}?(?:身份证明?|户口[簿本]|[证簿照]|证[书件明]|执照|照片|合影|合同|协议书?|申请[表书]|登记表|[书表]|"
    r"[卡票单]|保单|凭[证据]|发票|收据|批复|图纸|平面图|存折|公章|病历|报告|通知|附件|清单|名单|章程))"
    r"(?P<kind>(?:的)?(?:原件(?:[和及、与]?复印件)?|复印件|正副本|正本|副本))?(?:[（(][^）)]*[）)])?(?:[一二两三四五六\d]+[份张])?$"
)
_WRAPPING = re.compile(
    r"^(?:您?的|本人(?:的|及)?|有效的?|相关的?|其他|各|(?:一|二|两|三|四|\d+)[份张本](?!寸)|该|及|等|与|含|包括|如|需|其)+"
)
# A list may run into what happens next: 当天领证, 七个工作日制卡.
_NO_NAME = re.compile(
    r"^(?:表|书|单|证|卡|票|照|簿|证件|证明|材料)$|(?:[领制办发换补取]|拿到|到)(?:新)?[证卡照]$|当天|当场|当日|工作日|[日天]内|次日"
)

_OFFICE = re.compile(
    r"(?:到|在|前往|向|至|去)(?P<place>(?!期|场|本市|本人|线|手机|账|位|此)[^，。；、到向至\d]{1,22}?"
    r"(?:派出所|服务站|大厅|中心|窗口|办事处|居委会|村委会|营业厅|机构|医院|保健院|卫生院|[局站]|所(?![在属有需得])|残联|交警队|大队|登记处|受理点|服务点|市民之家)"
    r"(?:[一二三四五六]楼|窗口)?)(?!时|长|里|间)"
)
_ADDRESS = re.compile(r"(?:地址|地点|位置|位于)(?:在|是|为|：|:)?(?P<place>[^，。；]{3,40})")


def documents(text: str) -> Iterator[Named]:
    """Yield the documents that an answer asks for, in order; those that it says are not needed are left out."""
    end = 0
    for found in _ASKS.finditer(text):
        if found.end() < end or not_needed(text[: found.end()]):
            continue
        stop = _STOPS.search(text, found.end())
        end = stop.start() if stop else len(text)
        yield from _listed(text, found.end(), end)


def places(text: str) -> Iterator[Named]:
    """Yield the offices and addresses that an answer sends people to."""
    for pattern in (_ADDRESS, _OFFICE):
        for found in pattern.finditer(text):
            yield Named(found.start("place"), found.end("place"), found["place"])


def _listed(text: str, start: int, end: int) -> Iterator[Named]:
    """Yield the documents of a list; what follows a part that is none belongs to the list no more."""
    at = start
    for piece in [*_SPLITS.finditer(text, start, end), None]:
        until = piece.start() if piece else end
        part = text[at:until]
        bare = _WRAPPING.sub("", part.strip())
        found = _DOCUMENT.match(bare.removesuffix("等").removesuffix("材料") if bare != "材料" else bare)
        if found is not None and not _NO_NAME.search(found.group()):
            begins = at + part.index(found.group()) if found.group() in part else at
            yield Named(begins, begins + len(found.group()), found.group())
        elif piece is not None and len(part.strip()) > 1 and piece.group() in "，,":
            return  # 带身份证，当天领取: the list is over
        at = piece.end() if piece else end
