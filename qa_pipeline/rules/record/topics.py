"""Categories and units whose matter cannot be spoken of without its words: noise without 吵 or 声 is none."""

from __future__ import annotations

import re

from qa_pipeline.language.pinyin import keys
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Evidence, Role, Utterance, WorkOrder
from qa_pipeline.rules.evidence import absent, field_value, said
from qa_pipeline.rules.record.text import spoken_text, text_of

_PRAISES = re.compile(r"表扬|感谢|谢谢他|谢谢她|夸|点赞|锦旗|好人好事|好样|感激|称赞|好心|热心")
_COMPLAINS = re.compile(r"投诉|举报")
# 我要投诉 says what it is to be filed as; 投诉过 and 怎么投诉 do not.
_FILES = re.compile(r"我(?:要|想|来)?(?:投诉|举报)(?!过|了|的|电话|渠道|可以|吗)")
_MILD = frozenset({"咨询", "建议", "表扬"})
_ADVERSE = frozenset({"投诉", "举报"})
# 不算投诉，提个建议: the caller says himself what it is.
_SUGGESTS = re.compile(r"(?:提|有)(?:一?个|一?点|些|几[个点条])?建议")
_NO_COMPLAINT = re.compile(r"(?:不是|不算|不用算)(?:要)?(?:来)?投诉")
# Money is spoken of in any matter.
_WIDE = frozenset({"钱", "发"})
_DISTRICT = re.compile(r"[\u4e00-\u9fff]{1,3}(?:开发|高新|新|经开)?[区县](?!域|长|级)")
_ENOUGH = 40  # characters of a call from which on its matter has been named
# Words of a category, and one of what callers say of such a matter; in a category of several levels the last counts.
_TOPICS: tuple[tuple[str, str], ...] = (
    ("噪声|噪音", "吵 噪 声 响 叫 闹 打桩 震 轰 音 放炮 喇叭 唱 睡"),
    ("路灯", "灯 亮 黑"),
    ("电梯", "电梯 梯"),
    ("供水|停水|自来水", "水"),
    ("供电|停电|电力", "电"),
    ("供气|燃气|天然气", "气 煤"),
    ("供热|供暖|暖气", "暖 热 冷 度"),
    ("井盖", "井 盖 坑"),
    ("工资|欠薪", "工资 薪 钱 发"),
    ("医疗保险|医保|医疗保障", "医保 报销 医院 看病 住院 药 生育 门诊"),
    ("教育|学校|培训|幼儿园", "学 校 教 课 孩子 小孩 培训 老师 班 考 幼儿园 读书 书"),
    ("犬|养狗|宠物", "狗 犬 猫 宠物 咬 叫"),
    ("出租车|网约车", "出租 车 滴滴 打的 司机"),
    ("公交", "公交 车 站 路 司机"),
    ("油烟", "油烟 烟 味 饭店 烧烤 呛"),
    ("养老", "养老 老人 爸 妈 爷 奶 退休 社保"),
    ("垃圾|环卫", "垃圾 脏 臭 扫 清 味 卫生 堆 厕所"),
    ("快递|邮政", "快递 件 包裹 邮 驿站 信"),
    ("物业", "物业 小区 电梯 楼 车位 门 保安 绿化"),
    ("违法建设|违建", "违 建 盖 搭 房 棚 加层 封"),
    ("停车|车位", "车 停 位"),
    ("食品", "吃 食 喝 饭 菜 餐 肉 过期 变质 拉肚子 味 店"),
)  # fmt: skip
# What an office sees to; the words are wide, so that only a quite other matter is told.
_OFFICES: tuple[tuple[str, str], ...] = (
    ("教育|教体", "学 校 教 课 孩子 小孩 培训 老师 班 考 幼儿园 读书"),
    (
        "人力资源|人社|社会保险|社保|劳动",
        "工资 工钱 工作 社保 退休 养老 失业 钱 工伤 合同 干活 上班 公司 厂 单位 老板 就业",
    ),
    ("医疗保障|医保", "医保 报销 医院 看病 住院 药 生育 门诊"),
    (
        "住房和城乡|住建|房管|房产|公积金",
        (
            "房 物业 小区 楼 电梯 漏 工地 装修 租 押金 维修 公积金 业主 屋 拆 征收 棚改 改造 "
            "排水 下水 市政 建设 施工 燃气 供热 供水 路"
        ),
    ),
    (
        "城市管理|城管|综合执法|市容|环卫",
        (
            "路 灯 垃圾 摊 占 吵 噪 违 建 搭 烟 井 树 绿化 厕所 广告 车 停 脏 臭 堆 坑 施工 工地 味 牌 狗 燃气 "
            "气 热 水"
        ),
    ),
    ("市场监督|市场监管|工商|食品药品", "店 买 卖 钱 退 吃 食 价 商 超市 假 过期 收费 电梯 证 健身 卡 货 秤 药 菜"),
    ("公安|派出所|交警|交通警察", "偷 打 骗 吵 闹 狗 报警 警 车 停 路 丢 赌 身份证 户口 派出所 噪 响 威胁 砸 罚 堵 灯"),
    ("交通运输|公交|运管|地铁|轨道|公路", "车 路 公交 地铁 站 司机 桥 船 高速"),
    ("卫生健康|卫健|疾控", "医 病 药 号 院 护士 疫苗 烟 看病 诊 生 卫生"),
    ("生态环境|环保", "味 臭 烟 污 水 吵 噪 声 灰 尘 响 烧 气"),
    ("水务|供水|自来水|水利", "水 河 管 井 沟"),
    ("供电|电力", "电 线 变压 表 灯"),
    ("燃气|天然气", "气 煤"),
    ("供热|热力|供暖", "暖 热 冷 度 阀"),
    ("(?<!人)民政", "老人 养老 低保 救助 婚 残疾 殡 孤 社区 村 墓 补贴 流浪"),
    ("消防|应急", "火 消防 充电 烟 电动车 通道 爆 气 安全 堵"),
    ("农业农村", "地 农 村 田 猪 鸡 鱼 庄稼 宅基 种 粮"),
    ("税务", "税 发票 票"),
    ("邮政", "快递 件 包裹 邮 驿站 信"),
)  # fmt: skip


def other_topic(ctx: CallContext, order: WorkOrder) -> tuple[str, tuple[Evidence, ...]] | None:
    """Return that a category is of something of which neither the call nor the order has a word; advice only."""
    category = text_of(order, "问题分类")
    leaf = category.rsplit("/", 1)[-1]
    words = _words_of(leaf, _TOPICS) or _words_of(category, _TOPICS)
    if words is None or (spoken_of(ctx, order, words) and not _of_another_title(order, leaf, words)):
        return None
    shown = field_value(ctx, "问题分类", category, "与通话所说的事不相干")
    return f"问题分类填“{category}”，通话和工单里都没有说到这类事", (
        shown,
        absent(ctx.transcript.utterances, "所说的事"),
    )


def _of_another_title(order: WorkOrder, leaf: str, words: str) -> bool:
    """Whether title and demand have no word of the category, and the title names what another category is of."""
    title = text_of(order, "标题")
    stated = title + text_of(order, "具体诉求")
    names = next((names for names, _ in _TOPICS if re.search(names, leaf)), None)
    if names is None or re.search(names, stated) or any(word in stated for word in words.split() if word not in _WIDE):
        return False
    return any(other != names and re.search(other, title) for other, _ in _TOPICS)


def other_type(ctx: CallContext, order: WorkOrder) -> tuple[str, tuple[Evidence, ...]] | None:
    """Return that a type is of praise where nobody praised, or a complaint's title stands over it; advice only."""
    kind, title = text_of(order, "诉求类型"), text_of(order, "标题")
    praised = _PRAISES.search(spoken_text(ctx)) is not None
    complains = _complains(ctx) if kind in _MILD else None
    if kind in _MILD and (_COMPLAINS.match(title) or (complains is not None and not title.startswith(kind))):
        reason = f"诉求类型填“{kind}”，来电人说的是投诉、举报" if complains else f"诉求类型填“{kind}”，标题是“{title}”"
        if complains is not None:
            return reason, (field_value(ctx, "诉求类型", kind, "与来电人说的不同"), said(complains, "来电人说的"))
    elif kind == "表扬" and not praised:
        reason = f"诉求类型填“{kind}”，标题是“{title}”，通话里说的不像表扬"
    elif kind in _ADVERSE and title.startswith("表扬"):
        reason = f"诉求类型填“{kind}”，标题是“{title}”"
    elif kind in _ADVERSE and (suggests := _only_suggests(ctx)) is not None:
        reason = f"诉求类型填“{kind}”，来电人说的是提建议"
        return reason, (field_value(ctx, "诉求类型", kind, "与来电人说的不同"), said(suggests, "来电人说是建议"))
    else:
        return None
    shown = field_value(ctx, "诉求类型", kind, "与所说的事不相称")
    return reason, (shown, absent(ctx.transcript.utterances, "所说的事"))


def _complains(ctx: CallContext) -> Utterance | None:
    """Return where a caller said that it is a complaint or a report of somebody."""
    callers = [u for u in ctx.transcript.utterances if u.role is not Role.OPERATOR]
    texts = [(u, simplify(u.text)) for u in callers]
    if any(_NO_COMPLAINT.search(text) for _, text in texts):
        return None
    return next((u for u, text in texts if _FILES.search(text)), None)


def _only_suggests(ctx: CallContext) -> Utterance | None:
    """Return where a caller said that it is a suggestion and no complaint."""
    callers = [(u, simplify(u.text)) for u in ctx.transcript.utterances if u.role is not Role.OPERATOR]
    denies = any(_NO_COMPLAINT.search(text) for _, text in callers)
    return next((u for u, text in callers if _SUGGESTS.search(text)), None) if denies else None


def other_district(order: WorkOrder, ctx: CallContext) -> tuple[str, tuple[Evidence, ...]] | None:
    """Return that the office of one district is to see to what happened in another; advice only."""
    place, unit = _DISTRICT.match(text_of(order, "事发地点")), _DISTRICT.match(text_of(order, "承办单位"))
    if place is None or unit is None or place[0] == unit[0]:
        return None
    if unit[0] in spoken_text(ctx) or unit[0] in text_of(order, "被反映对象"):
        return None
    reason = f"承办单位填“{text_of(order, '承办单位')}”，事发地点在{place[0]}"
    shown = (
        field_value(ctx, "承办单位", text_of(order, "承办单位"), "另一个区县"),
        field_value(ctx, "事发地点", text_of(order, "事发地点"), "工单上的地点"),
    )
    return reason, shown


def other_office(ctx: CallContext, order: WorkOrder) -> tuple[str, tuple[Evidence, ...]] | None:
    """Return that a unit sees to something of which neither the call nor the order has a word; advice only."""
    unit = text_of(order, "承办单位")
    words = _words_of(unit, _OFFICES)
    if words is None or spoken_of(ctx, order, words):
        return None
    shown = field_value(ctx, "承办单位", unit, "与通话所说的事不相干")
    return f"承办单位填“{unit}”，通话和工单里都没有说到它管的事", (shown, absent(ctx.transcript.utterances, "所说的事"))


def unlike_office(ctx: CallContext, order: WorkOrder) -> tuple[str, tuple[Evidence, ...]] | None:
    """Return that title, demand and category of an order have no word of what its unit sees to; advice only."""
    unit, category = text_of(order, "承办单位"), text_of(order, "问题分类")
    words, top = _words_of(unit, _OFFICES), category.split("/")[0]
    stated = category + text_of(order, "标题") + text_of(order, "具体诉求")
    shares = any(top[place : place + 2] in unit for place in range(len(top) - 1))
    if words is None or not category or shares or any(word in stated for word in words.split()):
        return None
    shown = (
        field_value(ctx, "承办单位", unit, "与工单所记的事不相干"),
        field_value(ctx, "问题分类", category, "工单所填"),
    )
    return f"承办单位填“{unit}”，标题、诉求、问题分类（“{category}”）都不像它管的事", shown


def within_its_field(ctx: CallContext, order: WorkOrder) -> bool:
    """Whether something of what the order's unit sees to was spoken of; a town or a committee sees to anything."""
    words = _words_of(text_of(order, "承办单位"), _OFFICES)
    return words is None or _heard(ctx, order, words)


def spoken_of(ctx: CallContext, order: WorkOrder, words: str) -> bool:
    """Whether call or order has one of the words, or the call is too short for any to be missed."""
    return len(spoken_text(ctx)) < _ENOUGH or _heard(ctx, order, words)


def _heard(ctx: CallContext, order: WorkOrder, words: str) -> bool:
    text = spoken_text(ctx)
    heard, written = keys(text), text_of(order, "标题") + text_of(order, "主要内容") + text_of(order, "具体诉求") + text
    # One syllable is heard in every call; a word of one character counts where it stands.
    return any(word in written or (len(word) > 1 and keys(word) in heard) for word in words.split())


def _words_of(name: str, table: tuple[tuple[str, str], ...]) -> str | None:
    return next((words for names, words in table if re.search(names, name)), None)
