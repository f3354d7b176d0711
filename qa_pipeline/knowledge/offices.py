"""Where somebody has to go: an office that an entry names and the operator denies, or another one in its stead."""

from __future__ import annotations

import re

from qa_pipeline.language.grammar.documents import read_documents
from qa_pipeline.models import Agreement

_OFFICES = {
    "subdistrict": r"街道(?:办事处|办)?|乡镇(?:人民政府|政府)?|镇政府|乡政府|镇上",
    "community": r"社区(?!医院|卫生|食堂)|居委会|村委会|村里|居民委员会",
    "police": r"派出所|公安局|公安",
    "vehicles": r"车管所|交警(?:大队|队|支队)?|交管",
    "civil affairs": r"民政(?:局|部门)?|婚姻登记处",
    "labour": r"人社(?:局|部门)?|社保(?:局|中心|经办机构)|劳动局|劳动监察|就业中心|仲裁",
    "medical insurance": r"医保(?:局|中心|经办机构|窗口|部门)",
    "tax": r"税务(?:局|部门|所)?",
    "property": r"不动产(?:登记中心)?|房管局|住建局|房产局",
    "education": r"教育局|教体局",
    "school": r"学校|幼儿园",
    "notary": r"公证处",
    "court": r"法院",
    "bank": r"银行",
    "justice": r"司法局|法律援助(?:中心|机构)",
    "hospital": r"(?:社区|乡镇|定点)?医院|卫生院|卫生服务中心",
    "fund": r"公积金(?:中心|管理中心)",
    "power": r"供电(?:局|公司|所)|电力公司",
    "water": r"供水公司|自来水公司|水务公司",
    "gas": r"燃气公司|天然气公司",
    "market": r"市场监管(?:局|所)|市监局|工商局|工商所",
    "estate": r"物业(?:公司|服务企业)?(?!费)",
    "employer": r"用人单位|(?:您|你)?单位(?!证明|账户)",
}
_PATTERNS = {name: re.compile(pattern) for name, pattern in _OFFICES.items()}
_ANY = "|".join(_OFFICES.values())
_DOING = r"申请|办理|办|提出|申报|提交|登记|领取|领|报名|缴纳|备案|递|交|报|开|发放|审批|受理|审核|认定|组织"
_SENT = re.compile(
    rf"(?:向|到|在|至|由|去|经)(?P<who>[^，。；,;]{{0,16}}?(?:{_ANY})(?:[或和、及][^，。；,;]{{0,8}}(?:{_ANY}))?)(?P<rest>[^，。；,;]{{0,12}})"
)
_DENIED = re.compile(
    rf"(?P<who>{_ANY})(?:那边|那儿|那头|这边|这一块|窗口|现在|早就|可|都|也|是|他们)*(?:不(?:受理|管|收(?!费|钱)|接|归|办|给办|负责|审|批|发|认)|[办管收]不了|没(?:有)?(?:这个|这项)?(?:权|业务))"
)
_GO = re.compile(
    rf"(?<!不用)(?<!不要)(?<!别)(?:直接|得|要|必须|只能|就|您|统一|都是|一律)(?:得|要|是|您)*(?:去|到|上|找|跑|回)(?P<who>[^，。；,;]{{0,6}}?(?:{_ANY}))(?P<rest>[^，。；,;]{{0,12}})"
)
# 街道不管发钱 denies that alone.
_OBJECT = re.compile(r"(?!这|那|了|的|您|你|咱|它|申请|办理?)[\u4e00-\u9fff]{2,}")
_ONE_HALL = re.compile(r"政务|大厅|便民|综合窗口")
_ASKED = re.compile(r"吗|是不是|如果|要是|的话|以前|另外|投诉|咨询|反映|打听|问")


def other_office(text: str, spoken: str) -> tuple[Agreement, str, int, int] | None:
    """Return how an utterance stands to where an entry sends people, with the entry's words and the place; or None.

    An office denied that the entry names contradicts it. Another office contradicts where the same is done there, no
    paper of another matter is named, and neither side names a hall in which every office has a window.
    """
    sent = [found for found in _SENT.finditer(text) if re.search(_DOING, found["who"] + found["rest"])]
    wanted = {name for found in sent for name in _in(found["who"])}
    if not wanted:
        return None
    denied = _DENIED.search(spoken)
    if (
        denied is not None
        and _in(denied["who"]) <= wanted
        and not _ASKED.search(spoken[: denied.start()])
        and not _OBJECT.match(spoken[denied.end() :])
        and not any(_in(found["who"]) & _in(denied["who"]) for found in _GO.finditer(spoken))
    ):
        return Agreement.CONTRADICTS, sent[0][0], denied.start(), denied.end()
    for went in _GO.finditer(spoken):
        elsewhere = _in(went["who"])
        if not elsewhere or elsewhere & _in(text) or _ASKED.search(went[0]) or _ASKED.search(spoken[: went.start()]):
            continue
        same = set(re.findall(r"[申办报领交递登缴备]", went["rest"])) & set("".join(f["rest"] for f in sent) + "递交办")
        other_paper = any(one.value not in text for one in read_documents(spoken))
        hall = _ONE_HALL.search(spoken) or _ONE_HALL.search(text)
        sure = bool(same) and not other_paper and not hall
        return Agreement.CONTRADICTS if sure else Agreement.UNSURE, sent[0][0], went.start(), went.end()
    return None


def _in(text: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _PATTERNS.items() if pattern.search(text))
