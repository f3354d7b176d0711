"""Money: 三千五百块, 一万二, 两块五, 工本费二十, 一个月七百六, 免费. Amounts are in yuan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from qa_pipeline.language.grammar.reading import Reading
from qa_pipeline.language.numerals import to_number
from qa_pipeline.language.quantities import NUMBER, QUANTITY, Quantity, read_quantity

_FREE = re.compile(
    r"(?P<no>不是|并非)?(?:免费|[一半]分钱?都?(?:也)?不(?:收|要|花|用)|免收(?:任何)?(?:工本费|费用|手续费)?|分文不[取收]|全免|"
    r"(?<!为什么)不收(?:取|您|你|咱们?)*(?:任何|一分)?的?(?:工本|手续)?(?:费用?|钱)|没有?(?:任何|什么)?(?:费用|收费)|"
    r"(?:不用|不需要|无需|不要|不花|不必)(?:您|你|再|另外)*(?:交|缴|花|付|掏)?(?:任何|一分|什么)?(?:工本|手续)?(?:费用?|钱))"
    r"(?!医疗|电话|乘|师范|的午餐)"
)
_BETWEEN = re.compile(
    rf"(?P<low>{NUMBER})(?P<first>万?)[元块]?(?:以上|起)?(?:[，,至到]|不足)?(?P<high>{NUMBER})(?P<coin>万元|万块|元|块钱?)(?=以下|以内)"
)
_SPAN = re.compile(
    rf"(?P<low>{NUMBER})(?P<first>万?)[元块]钱?(?:至|到|[-~—])(?P<high>{NUMBER})(?P<coin>万元|万块|元|块钱?)"
)
_COINED = re.compile(
    rf"(?<!第)(?P<whole>{QUANTITY})(?P<coin>万元|万块|元钱?|块钱|块(?![儿去地砖玻牌肉板])|毛钱?|角钱?|分钱)(?:人民币)?"
    r"(?:零(?P<odd>[一二两三四五六七八九\d])(?:分钱?|(?P<dimes>[毛角]钱?)|(?=$|[，。；？！,;?!\s一每吧呢啊的]))|"
    r"(?P<tail>[一二三四五六七八九\d])(?:[毛角](?P<cents>[一二三四五六七八九\d])?分?|(?=$|[，。；？！,;?!\s钱一每吧呢啊左的算计起封])))?"
)
_COINS = {"毛": "0.1", "角": "0.1", "分": "0.01"}
_SOME = re.compile(r"(?<![一二两三四五六七八九十百千万半几\d砖地瓦门招])(?P<coin>[块毛])把钱")

# Words before an amount that make a bare number money; each may be followed by a few more (补贴大概能有).
_CUES = (
    r"工本费|手续费|登记费|检测费|服务费|快递费|物业费|挂号费|押金|保证金|费用|收费|票价|学费|收取|交费|缴费|缴纳|罚款|罚金|奖励|补贴|补助|"
    r"津贴|限额|额度|上限|人均|收入|月租|租金|年薪|月薪|工钱|起付线|标准|定金|订金|余款|尾款|首付款|工资|赔偿|低保|能贷|可以贷|最高贷|最多贷"
)
_VERBS = r"最高|最多|封顶|最低|补|领|贷|收|交|缴|罚|奖"
_PER = (
    r"(?:[每一]个?(?:人|月|年|车|次|张|本|户|天|学期|平米?|平方米?|立方米?|立方|科|门|项|桌|位|针|斤|公里|"
    r"度|小时|亩|吨|只|辆|份|根|场|桶|袋|瓶|节|盒|双|套|副|枚|册|卡|证)|单身|家庭)"
)
_AFTER = (
    r"(?=不等|整(?:$|[，,。；])|了(?:$|[，,。；])|出头|算|封顶|左右|以内|以下|以上|吧|呢|啊|呀|$|[，。；？！,;?!]|"
    r"[一每]个?(?:辆|个|张|人|年|月|次|车|份|平|度|天|本|户|吨|只|学期))"
)
_NUMERALS = r"零一二两三四五六七八九十百千万\d"
# An amount said in hundreds and more: without a measure word it is money, where small numbers may be anything.
_ROUND = r"[一二两三四五六七八九十]+[百千万](?:[零一二两三四五六七八九十百千万]*[一二两三四五六七八九十百千万])?"
_SUM = r"[一二两三四五六七八九十]+[百千万][零一二两三四五六七八九十百千万]*"
_GAP = r"[^\d零一二两三四五六七八九十百千万，。；？！,;?!]"
_BARE = re.compile(
    rf"(?:{_CUES}){_GAP}{{0,6}}(?P<cued>{QUANTITY}){_AFTER}"
    rf"|(?:{_VERBS}){_GAP}{{0,3}}(?P<verbed>{QUANTITY}){_AFTER}"
    rf"|{_PER}{_GAP}{{0,4}}(?P<per>{QUANTITY}){_AFTER}"
    rf"|(?:涨到|涨成|降到|降成|调到|提高到|上调到|降为|调整为)(?:了|每月|每年)*(?P<moved>{QUANTITY}){_AFTER}"
    rf"|(?P<barely>{_ROUND})(?=出头(?:$|[，。,]|吧|点|呢))"
    rf"|(?P<capped>{QUANTITY})(?=封顶)"
    rf"|(?P<spanned>{_ROUND}(?:到|至){_ROUND})(?=之间|不等)"
    rf"|[^免话]?(?:费|钱|款|金|额|价|票|税)(?:都|也|就|是|要|得|大概|差不多|一共|一般|每月|一年)*(?P<named>{QUANTITY}){_AFTER}"
    rf"|(?:是|要|得|给|掏|花|付|能拿|能领|拿到|便宜|贵)(?:您|你|一年|每年|每月|一个月|大概|差不多|到)*(?P<plain>{_ROUND}){_AFTER}"
    rf"|(?<![{_NUMERALS}第])(?P<rated>{_ROUND})(?=[一每]个?(?:月|年|人|次|天|张|本|套|户|只|辆|车|平|方|斤|吨))"
    rf"|(?:一共|总共|合计|拢共|共计|加一块儿?|满打满算)(?:是|要|得|收|付|交|就)*(?P<summed>{_SUM}){_AFTER}"
    r"|封顶(?:是|也就|就)?(?P<under>[一二两三四五六七八九\d][零一二两三四五六七八九十百千万\d]+)(?=$|[，。；？,;?])"
)
# Where money is spoken of, an amount after such words is money too: 以前二十块，现在三十.
_ELLIPTIC = re.compile(
    rf"(?:以上|以下|以内|一共|总共|合计|加起来|现在|涨到|涨成|降到|改成|变成|今年|其实|而是|应该是|外地|本地|农村|城市|退休|成人|学生|儿童|家庭|小学|初中|高中|大学|幼儿园|单人|夫妻|双方|个人|单位|加急|普通|[户困残家员者生]的)"
    rf"(?:都|的|是|要|收|补|人|就|则)*(?P<amount>{QUANTITY}){_AFTER}"
    rf"|[，,][^\d\W零一二两三四五六七八九十百千万]{{1,4}}(?P<other>{_ROUND}){_AFTER}"
)
_MONEY = re.compile(rf"[元块]|{_CUES}|{_PER}{_GAP}{{0,4}}{QUANTITY}{_AFTER}|免费|收费|低保")
_LEAST = {
    "verbed": 10,
    "moved": 10,
    "per": 10,
    "cued": 1,
    "capped": 10,
    "under": 10,
    "named": 5,
    "plain": 100,
    "rated": 100,
    "spanned": 100,
    "summed": 100,
    "barely": 100,
}
"""Smaller numbers behind such words are counts (最多三, 每人一) as often as money."""
_PAYING = re.compile(r"零头|抹[掉零]|[块元钱费款]|[付交缴收退补]|现金|刷卡|扫码|便宜|票价|账单")


def read_free(text: str) -> Iterator[Reading]:
    """Yield 免费, 不收费, 不要钱 as nothing to pay; 不是免费的 denies that."""
    for found in _FREE.finditer(text):
        yield Reading("money", "0", "yuan", *found.span(), "negated" if found["no"] else "")


def read_between(text: str) -> Iterator[Reading]:
    """Yield 1000元至5000元 and 1万元以上10万元以下 as from one to the other."""
    both = [*_SPAN.finditer(text), *(found for found in _BETWEEN.finditer(text) if "以上" in found[0])]
    for found in both:
        low, high = to_number(found["low"]), to_number(found["high"])
        if low is None or high is None:
            continue
        low *= 10000 if found["first"] else 1
        high *= 10000 if found["coin"].startswith("万") else 1
        if low < high:
            yield Reading("money", Quantity(low, high).text(), "yuan", *found.span())


def read_coined(text: str) -> Iterator[Reading]:
    """Yield amounts with 元, 块, 毛, 分; 两块五 and 三块八毛 are 2.5 and 3.8."""
    for found in _COINED.finditer(text):
        whole = read_quantity(found["whole"])
        if whole is None:
            continue
        coin = found["coin"]
        scale = Decimal(10000) if coin.startswith("万") else Decimal(_COINS.get(coin[0], "1"))
        amount = whole.times(scale)
        if tail := found["tail"]:
            amount = amount.plus((to_number(tail) or Decimal(0)) * scale / 10)
            amount = amount.plus((to_number(found["cents"] or "零") or Decimal(0)) * scale / 100)
        if odd := found["odd"]:  # 两块零五分, and 两块零五
            amount = amount.plus((to_number(odd) or Decimal(0)) / (10 if found["dimes"] else 100))
        yield Reading("money", amount.text(), "yuan", *found.span())
    for found in _SOME.finditer(text):
        yield Reading("money", f"~{_COINS.get(found['coin'], '1')}", "yuan", *found.span())


def read_bare(text: str) -> Iterator[Reading]:
    """Yield amounts that only the words around them make money: 工本费二十, 一个月七百六, 十五万封顶."""
    for found in _BARE.finditer(text):
        how = found.lastgroup or "cued"
        quantity = read_quantity(found[how])
        if how == "summed" and not _PAYING.search(_sentence(text, found.start())):
            continue  # 一共三百二十 may be people
        if quantity is not None and quantity.low >= _LEAST[how]:
            yield Reading("money", quantity.text(), "yuan", *found.span(how))


def read_elliptic(text: str) -> Iterator[Reading]:
    """Yield amounts whose unit was said of an amount before them in the sentence: 以前二十块，现在三十."""
    for found in _ELLIPTIC.finditer(text):
        how = found.lastgroup or "amount"
        quantity = read_quantity(found[how])
        before = text[max(text.rfind("。", 0, found.start()) + 1, found.start() - 30) : found.start()]
        if quantity is not None and quantity.low >= _LEAST["per"] and _MONEY.search(before):
            yield Reading("money", quantity.text(), "yuan", *found.span(how))


def _sentence(text: str, place: int) -> str:
    """Return the sentence in which a place of a text stands."""
    stop = text.find("。", place)
    return text[text.rfind("。", 0, place) + 1 : stop if stop >= 0 else len(text)]
