"""Surnames, the commoner first; those of two characters apart. From the lists of surnames that everybody learns."""

from __future__ import annotations

SINGLE = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章"
    "鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟"
    "艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄"
    "丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练"
    "廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉"
    "银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由"
)
_PAIRS = (
    "欧阳上官司马诸葛东方皇甫尉迟公孙慕容令狐司徒夏侯长孙宇文轩辕端木独孤南宫西门东郭百里呼延闻人钟离濮阳淳于太史申屠公羊澹台"
    "赫连万俟拓跋第五完颜司空闾丘谷梁左丘梁丘乐正公冶宗政单于鲜于仲孙"
)
DOUBLE = frozenset(_PAIRS[place : place + 2] for place in range(0, len(_PAIRS), 2))
SURNAME = f"(?:{'|'.join(sorted(DOUBLE))}|[{''.join(sorted(SINGLE))}])"
"""A regular expression of a surname."""


def surname_of(name: str) -> str:
    """Return the surname that a name begins with, '' where it begins with none."""
    if name[:2] in DOUBLE and len(name) > 2:
        return name[:2]
    return name[:1] if name[:1] in SINGLE else ""
