"""What an order claims and a call has no word of: a threat, a doctor, an earlier complaint, a demand on a post."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.meaning import alike
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, WorkOrder
from qa_pipeline.rules.evidence import field_value
from qa_pipeline.rules.record.by_sound import was_said
from qa_pipeline.rules.record.coverage import parts_of
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.figures import everything
from qa_pipeline.rules.record.text import sound_apart, spoken_text, text_of

_CONTENT, _DEMAND = "主要内容", "具体诉求"
# How an order claims something, and what callers may have said for it; wide, since one word that bears it out will do.
_CLAIMS: tuple[tuple[str, str], ...] = (
    (
        r"殴打|打人|打架|斗殴|动手打|推搡|肢体冲突",
        r"打(?!电话|这个|过?电话|的|车|折|印|算|扫|听|一个|我|开|表|票)|揍|动手(?!术)|踢|推(?!迟|荐)|扇|拳|抓伤|扭|撞",
    ),
    (r"辱骂|谩骂|恶语|言语攻击|出言不逊", r"骂|脏话|难听|侮辱|喷|吼|嘴"),
    (r"威胁|恐吓|扬言", r"威胁|恐吓|吓|放话|弄死|走着瞧|小心|叫人|等着|试试|收拾"),
    (r"死亡|身亡|去世|离世", r"死|去世|没了|走了|过世|不在了|走的"),
    (
        r"受伤|骨折|流血|摔伤|擦伤|烫伤|磕伤|砸伤|伤势",
        r"伤|摔|撞|咬|砸|肿|血|疼|痛|断|骨|磕|碰|划|烫|烧|破|掉",
    ),
    (r"滑倒|摔倒|跌倒|绊倒", r"滑|摔|跌|绊|栽|磕"),
    (r"赌博", r"赌|麻将|打牌|牌"),
    (r"诈骗|欺诈", r"骗|假|坑|跑路|欺|忽悠"),
    (r"行贿|受贿|贪污|回扣|索贿|吃拿卡要|红包|好处费|礼金", r"贿|红包|送礼|贪|好处|回扣|塞钱|关系|烟|卡要"),
    (r"爆炸|起火|着火|火灾|自燃", r"炸|爆|火|烧|着了|冒烟|烟"),
    (r"吸毒|贩毒", r"毒|粉|溜冰"),
    (r"猥亵|性骚扰|强奸", r"摸|骚扰|猥亵|强奸|耍流氓|动手动脚"),
    (r"酒后|醉酒|饮酒", r"酒|喝|醉"),
    (r"住院|抢救|手术|昏迷|休克", r"住院|住了|抢救|手术|昏|院|刀|支架|搭桥|医院"),
    (r"(?:前往|到|去|送往?|经)[^，。]{0,6}医院|就医|就诊", r"医院|看病|大夫|医生|诊|药|针|门诊|卫生|诊所|看了|查了|挂"),
    (r"自行(?!协商|车)[^，。]{0,4}|自费|雇(?:人|请)", r"自己|自个|雇|我花|我找|掏|我出|我又|我先|我拿|我去|我就"),
    (r"孕妇|怀孕|孕期", r"孕|怀|肚子|生孩子"),
    (r"残疾|轮椅|瘫痪", r"残|瘸|轮椅|腿脚|瘫|拐|动不了|下不了"),
    (r"心脏病|高血压|糖尿病|癌|抑郁|失眠|神经衰弱", r"心脏|血压|糖尿|癌|抑郁|睡|病|肿瘤|神经"),
    (r"老人|老年人|高龄", r"老|爷|奶|妈|爸|娘|爹|岁|十多|公|婆|姥|[六七八九]十"),
    (r"儿童|孩子|小孩|幼儿|婴儿|学生", r"孩|娃|儿|女|小朋友|学|宝|小的|老[大二]|闺|崽|中考|高考"),
    (
        r"(?:已|曾|并|后|多次|拨打)[^，。]{0,6}(?:报警|报案)|拨打110|民警|出警",
        r"报警|报了|报过|报案|派出所|警|幺幺零|一一零|110|公安"),
    (
        r"(?:曾|已|多次|数次|此前|前期)[^，。]{0,10}(?:反映|沟通|投诉|协商|联系|交涉|举报|劝阻|理论|协调|催促)",
        (r"找|问|说|讲|反映|反应|投诉|联系|打过|打了|打电话|去过|去了|商量|谈|沟通|协商|交涉|信访|催|举报|劝|理论|"
        r"提过|上次|上回|又"),
    ),
    (r"照片|视频|录音|录像|证据|拍摄", r"照|拍|视频|录|监控|截图|证据|微信|单|票|记录|图|条|合同|都有"),
    (
        r"态度恶劣|态度差|态度蛮横|冷嘲热讽",
        (
            r"态度(?!还|挺|不错|好)|骂|凶|吼|难听|不耐烦|横(?!街|着|幅)|爱[^，。,]{0,4}不|有本事|嚷|冲我|蛮|瞪|"
            r"脸色|不理|轰|怼|嘲|讽"
        ),
    ),
    (r"争吵|争执|口角|冲突|纠纷升级", r"吵|骂|打|争|嚷|冲突|理论|闹|纠纷|掰扯"),
    (
        r"媒体|曝光|记者|上访|信访|起诉|诉讼|法院|律师|仲裁",
        r"曝光|媒体|记者|电视|网上|上访|信访|起诉|法院|官司|告|律师|仲裁|抖音|打到|上面",
    ),
    (r"联名|集体", r"联名|大家|我们|一起|签名|集体|都"),
    (r"强制|强迫|逼迫|胁迫|捆绑", r"强|逼|硬|必须|非|不.{0,8}不|只能|捆|要求|让"),
    (r"超速|闯红灯|逆行", r"快|超速|红灯|逆|飞|反着|冲"),
    (r"无证|无照|未取得|无资质|未办理[^，。]{0,4}(?:证|许可)", r"证|照|手续|资质|批|许可|正规|黑"),
    (r"虚假宣传|夸大宣传", r"假|骗|说|宣传|广告|承诺|保证|忽悠|吹"),
    (r"漏电|触电|电击", r"电|麻"),
    (r"裂缝|开裂", r"裂|缝"),
    (r"发霉|霉变|霉斑", r"霉|潮|黑|毛"),
    (r"堵塞消防|消防通道", r"消防|通道|楼道|堵|救火"),
    (r"聚众|聚集|围堵", r"人|围|聚|堵"),
    (r"保洁费|清洁费|手续费|违约金|滞纳金|服务费|管理费|中介费|停车费", r"费|钱|块|罚|收|扣|违约|滞纳|金"),
    (r"扣押|没收|扣留", r"扣|押|没收|拿走|不还|收走"),
    (r"停水|断水", r"水"),
    (r"停电|断电", r"电|黑|跳闸"),
)  # fmt: skip
_DEMANDS: tuple[tuple[str, str], ...] = (
    (r"开除|辞退|撤职|停职|免职", r"开除|辞|换人|下岗|撤|停职|别干|免职|滚蛋|饭碗"),
    (r"书面", r"书面|纸|盖章|文件|文字|字据|回函|写"),
    (r"公开道歉|登报", r"道歉|赔.{0,2}不是|认错|公开|登报"),
    (r"精神损失|精神损害", r"精神|损失|赔|吓"),
    (r"误工费", r"误工|耽误|工资|上班|请假|扣|赔"),
    (r"(?:医疗|医药)费", r"医|药|看病|针|疫苗|费"),
    (r"追究[^，。]{0,6}责任|刑事|法律责任|拘留", r"追究|责任|罚|抓|告|坐牢|法|处理|严惩|查|关起来|拘"),
    (r"取缔|关停|关闭|停业", r"取缔|关|停|封|别|赶|不让|不许|清|查|端|撵|黄"),
    (r"搬离|迁移|搬迁|迁出", r"搬|迁|挪|移|走|换地方|换个地方|赶|腾|清"),
    (r"吊销", r"吊销|执照|证|关|封|取缔"),
    (r"更换|换货|换新", r"换|新的|重新"),
    (r"三倍|双倍|十倍|加倍|假一赔", r"倍|假一|赔|罚"),
    (r"减免|免除|免收", r"减|免|不交|不该|少|降|不收|扣"),
    (r"安装|加装|增设", r"装|安|设|加|立|画|弄|放|添|竖|建"),
    (r"监控", r"监控|摄像|探头|录像"),
    (r"上门", r"上门|来|到家|派人|过来|到我"),
    (r"限期|于[^，。]{1,8}前|\d+[日天]内", r"天|日|号|尽快|赶紧|马上|立刻|月|周|礼拜|前|早|快"),
    (r"公示|公开(?!道歉)", r"公示|公开|公布|账|明细|贴|透明|让.{0,4}知道"),
    (r"鉴定|检测", r"鉴定|检测|测|检|化验|查|验"),
    (r"解除合同|退房|退租|终止合同", r"退|解除|不租|不要|终止|作废|合同"),
    (r"过户|办证|产权", r"过户|证|产权|房本"),
    (r"禁止[^，。]{0,6}(?:进入|通行|停放)|限行", r"不让|别|禁|不许|限|拦|不准|不能"),
)  # fmt: skip
_TABLES = tuple(
    (
        field,
        tuple((re.compile(written.replace("[^，。]", "[^，。,；;]")), re.compile(spoken)) for written, spoken in table),
    )
    for field, table in ((_CONTENT, _CLAIMS), (_DEMAND, _DEMANDS))
)
_DISTANCE = 0.25
# A clause that alike to one that was said puts it in other words (行支架手术, 做完心脏支架).
_ALIKE = 0.6


def unspoken_claims(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield claims of the order of which the call has no word, as doubts: one invented word may wrong somebody."""
    spoken = spoken_text(ctx)
    for field, table in _TABLES:
        text = text_of(order, field)
        for written, said_so in table:
            found = written.search(text)
            if found is None or was_said(said_so, spoken, ctx) or sound_apart((found[0],), ctx)[0] <= _DISTANCE:
                continue
            clause = next((one for one in parts_of(text) if found[0] in one), text)
            if max(alike(clause, _clauses_said(ctx)), default=0.0) >= _ALIKE:
                continue
            evidence = (field_value(ctx, field, text, f"写了{found[0]}"), *everything(ctx))
            yield Discrepancy(Kind.INVENTED, field, f"工单写“{found[0]}”，通话里没有听到", evidence, confidence=0.6)


def _clauses_said(ctx: CallContext) -> tuple[str, ...]:
    return tuple(part for u in ctx.transcript.utterances for part in parts_of(simplify(u.text)))
