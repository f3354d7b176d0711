"""What a finding of personal data is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What kind of personal data."""

    NAME = "name"
    MOBILE = "mobile"
    LANDLINE = "landline"
    IDENTITY = "id"
    PLATE = "plate"
    BANK = "bank"
    ADDRESS = "address"
    EMAIL = "email"
    WECHAT = "wechat"
    QQ = "qq"

    @property
    def name_zh(self) -> str:
        """It in Chinese, as a stand-in names it."""
        return _NAMES[self]


_NAMES = {
    Kind.NAME: "姓名",
    Kind.MOBILE: "手机号",
    Kind.LANDLINE: "电话",
    Kind.IDENTITY: "证件号",
    Kind.PLATE: "车牌",
    Kind.BANK: "银行卡号",
    Kind.ADDRESS: "地址",
    Kind.EMAIL: "邮箱",
    Kind.WECHAT: "微信号",
    Kind.QQ: "QQ号",
}


@dataclass(frozen=True, slots=True)
class Personal:
    """Personal data at characters ``start`` to ``end`` (exclusive) of a text.

    ``value`` is it in one spelling: bare digits (X at the end of an identity number), a plate as 陕A12345, else the
    words. ``probability``, 0–1, is how likely it is what ``kind`` says; a number that was misheard is less likely.
    """

    kind: Kind
    start: int
    end: int
    text: str
    value: str
    probability: float
