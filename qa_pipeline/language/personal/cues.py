"""What the words before a number say that it is, as they are written or as they sound (电化 is 电话)."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from qa_pipeline.language.pinyin import keys, positions

WITHIN = 26
"""Characters before a number; a longer sentence speaks of something else by then."""


class Cue(StrEnum):
    """What a number is said to be."""

    IDENTITY = "id"
    BANK = "bank"
    PHONE = "phone"
    QQ = "qq"
    OTHER = "other"
    NONE = ""


_WRITTEN = (
    (Cue.IDENTITY, re.compile(r"身份(?!认|信息)|证件号")),
    (Cue.QQ, re.compile(r"[Qq][Qq]|扣扣")),
    (Cue.BANK, re.compile(r"卡号|银行卡|账号|帐号|账户|[农建工中]行|信用社|存折|工资卡|打到我?[^，。]{0,6}卡")),
    (Cue.PHONE, re.compile(r"电话|手机|号码|联系方式|座机|固话|微信|打我|打这个|打给|这个号|联系人|这个吧")),
    # Of no use to anybody who would find a person: none of it may stand for a phone, unless another number is between.
    (
        Cue.OTHER,
        re.compile(
            r"(?:工单|单号|编号|订单|文号|信用代码|条码|尾号|邮编|工号|密码|验证码|批号|热线|税号|学号|户号|案号)[^0-9零〇一二三四五六七八九幺]*$"
        ),
    ),
)
_SOUNDING = (
    (Cue.IDENTITY, ("身份证", "证件号")),
    (Cue.BANK, ("银行卡", "农行卡", "银行账号")),
    (Cue.PHONE, ("电话", "手机号", "联系方式", "号码是", "座机是")),
    (Cue.OTHER, ("工单编号", "工单号", "信用代码", "受理编号")),
)


def cue_of(before: str) -> Cue:
    """Return what the words before a number say that it is: the nearest cue; written ones before those by sound."""
    said = before[-WITHIN:]
    written = [(found.end(), cue) for cue, pattern in _WRITTEN for found in pattern.finditer(said)]
    if written:
        return max(written, key=lambda one: one[0])[1]
    return _sounding(said)


def _sounding(said: str) -> Cue:
    heard, places = keys(said), positions(said)
    found = [(places[at], cue) for cue, phrase in _phrases() if (at := heard.rfind(phrase)) >= 0]
    return max(found, key=lambda one: one[0], default=(0, Cue.NONE))[1]


@cache
def _phrases() -> tuple[tuple[Cue, str], ...]:
    return tuple((cue, keys(phrase)) for cue, phrases in _SOUNDING for phrase in phrases)
