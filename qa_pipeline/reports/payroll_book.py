"""The payroll workbook: each amount a formula, so that finance can recompute it, and checks against the program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from qa_pipeline.reports.payroll_fields import Form, OperatorPay, Value
from qa_pipeline.reports.payroll_layout import PayrollLayout, default_layout
from qa_pipeline.reports.workbook import dress, neutralise, printable
from scoring.pay import PayPart, PayStatus
from scoring.pay.adjusted import ADJUSTMENT
from scoring.pay.month import DEDUCTION, REWARD
from scoring.payroll import by_team, payroll_total

PAY, DETAIL, CHECK = "绩效", "明细", "核对"
DETAIL_HEADS = (
    *("工号", "姓名", "自", "至", "班组", "身份", "项目", "基数", "计发天数", "当月天数", "系数"),
    *("金额", "程序金额", "核对", "算式"),
)
AMOUNT, PROGRAM, SAME, TEAM = "L", "M", "N", "E"
NUMBER_FORMATS = {Form.COUNT: "0", Form.FACTOR: "0.00##", Form.TEXT: "@"}
AGREE, DIFFER = "一致", "不一致"


@dataclass(frozen=True, slots=True)
class _Place:
    """The rows of the detail sheet that an operator's lines stand in, both included."""

    first: int
    last: int


Places = dict[tuple[str, bool], _Place]


def _key(who: OperatorPay) -> tuple[str, bool]:
    """Return what tells a line from the others: somebody undecided has one more with what earlier months owe."""
    return who.line.operator.operator_id, who.apart


def write_payroll_book(pays: tuple[OperatorPay, ...], path: Path, layout: PayrollLayout | None = None) -> Path:
    """Write the workbook: the payroll in the layout's columns, each line's sum, and the check of teams and total.

    Raises:
        OSError: The file cannot be written.
    """
    columns, book = layout or default_layout(), Workbook()
    payroll, detail, check = book.active, book.create_sheet(DETAIL), book.create_sheet(CHECK)
    payroll.title = PAY
    places, last = _detail(detail, pays)
    total_of = _payroll(payroll, pays, columns, places)
    _check(check, pays, last, total_of)
    for sheet in book.worksheets:
        dress(sheet)
    _formats(payroll, columns)
    _detail_formats(detail)
    book.save(path)
    return path


def _detail(sheet: Worksheet, pays: Sequence[OperatorPay]) -> tuple[Places, int]:
    """Write a row for each part and a sum; return whose rows they are, and the last row before the sum."""
    sheet.append(DETAIL_HEADS)
    places: Places = {}
    row = 2
    for who in pays:
        first = row
        for part in who.pay.parts or (None,):
            _write(sheet, row, _part_values(who, part))
            row += 1
        places[_key(who)] = _Place(first, row - 1)
    neutralise(sheet)
    for at in range(2, row):
        sheet[f"{AMOUNT}{at}"] = _amount(at)
        sheet[f"{SAME}{at}"] = _agree(f"{AMOUNT}{at}", f"{PROGRAM}{at}")
    sheet[f"A{row}"], sheet[f"{AMOUNT}{row}"] = "合计", f"=SUM({AMOUNT}2:{AMOUNT}{row - 1})"
    sheet[f"{PROGRAM}{row}"] = _number(payroll_total(who.pay for who in pays))
    sheet[f"{SAME}{row}"] = _agree(f"{AMOUNT}{row}", f"{PROGRAM}{row}")
    return places, row - 1


def _part_values(who: OperatorPay, part: PayPart | None) -> list[Value]:
    """Return a part's cells; who has no terms yet has a whole month whose base is left to fill in."""
    person = who.line.operator
    if part is None:
        blank: list[Value] = [None, None, person.team, PayStatus.REGULAR.label, PAY, None, 1, 1, who.pay.factor]
        return [person.operator_id, person.name, *blank, None, None, None, "；".join(who.pay.notes)]
    days: list[Value] = [part.from_day, part.to_day]
    counted: list[Value] = [part.kind, part.base, part.days, part.month_days, part.factor, None]
    whose: list[Value] = [person.operator_id, person.name, *days, part.team, part.status.label]
    return [*whose, *counted, part.amount, None, part.words]


def _amount(row: int) -> str:
    """Return base × days ÷ month's days × factor to the cent.

    Cents and ten-thousandths are whole numbers, which a sheet multiplies without error; so an exact half cent goes up
    in every spreadsheet program, as it does here and on a calculator.
    """
    cents, factor = f"ROUND(H{row}*100,0)", f"ROUND(K{row}*10000,0)"
    return f'=IF(OR(H{row}="",K{row}=""),"",ROUND({cents}*I{row}*{factor}/(10000*J{row}),0)/100)'


def _agree(one: str, other: str) -> str:
    both = f"AND(ISNUMBER({one}),ISNUMBER({other}))"
    return f'=IF({both},IF(ABS({one}-{other})<0.005,"{AGREE}","{DIFFER}"),IF({one}&""={other}&"","{AGREE}","{DIFFER}"))'


def _payroll(sheet: Worksheet, pays: tuple[OperatorPay, ...], layout: PayrollLayout, places: Places) -> str:
    """Write the layout's columns; return the formula of what its rows come to."""
    lines = list(layout.lines(pays))
    sheet.append([printable(column.heading) for column in layout.columns])
    for row, (who, part) in enumerate(lines, start=2):
        _write(sheet, row, [layout.value(column, who, part) for column in layout.columns])
    neutralise(sheet)
    for at, column in enumerate(layout.columns, start=1):
        field = layout.field(column)
        if field is not None and field.form is Form.COMPUTED:
            for row, (who, part) in enumerate(lines, start=2):
                sheet.cell(row, at, _computed(column.field, who, part, places[_key(who)]))
    if layout.total:
        _total_row(sheet, layout, len(lines) + 2)
    paid = next(at for at, c in enumerate(layout.columns, start=1) if c.field in {"pay", "amount"})
    letter = get_column_letter(paid)
    return f"=SUM({PAY}!{letter}2:{letter}{len(lines) + 1})"


def _computed(field: str, who: OperatorPay, part: PayPart | None, place: _Place) -> str | float | None:
    """Return the formula that takes an amount from the detail sheet."""
    whole = f"{DETAIL}!{AMOUNT}{place.first}:{AMOUNT}{place.last}"
    if field == "pay":
        return f'=IF(COUNT({whole})<ROWS({whole}),"",SUM({whole}))'
    if field == "amount":
        return f"={DETAIL}!{AMOUNT}{place.first + (0 if part is None else who.pay.parts.index(part))}"
    kind = {"reward": REWARD, "deduction": DEDUCTION, "adjustment": ADJUSTMENT}[field]
    mine = [place.first + n for n, one in enumerate(who.pay.parts) if one.kind == kind]
    nothing = None if who.pay.total is None else 0.0
    return f"=SUM({','.join(f'{DETAIL}!{AMOUNT}{row}' for row in mine)})" if mine else nothing


def _total_row(sheet: Worksheet, layout: PayrollLayout, row: int) -> None:
    labelled = False
    for at, column in enumerate(layout.columns, start=1):
        field = layout.field(column)
        if field is not None and field.form is Form.COMPUTED:
            letter = get_column_letter(at)
            sheet.cell(row, at, f"=SUM({letter}2:{letter}{row - 1})")
        elif not labelled:
            sheet.cell(row, at, "合计")
            labelled = True
        sheet.cell(row, at).font = Font(bold=True)


def _check(sheet: Worksheet, pays: Sequence[OperatorPay], last: int, total_of: str) -> None:
    """Write each team's sum, the whole and the payroll's, recomputed and as the program has them."""
    sheet.append(["班组", "复算", "程序", "核对"])
    teams, amounts = f"{DETAIL}!${TEAM}$2:${TEAM}${last}", f"{DETAIL}!${AMOUNT}$2:${AMOUNT}${last}"
    sums = by_team(who.pay for who in pays)
    for row, (team, amount) in enumerate(sums.items(), start=2):
        _write(sheet, row, [team, None, amount])
    neutralise(sheet)
    for row in range(2, len(sums) + 2):
        # Not SUMIF, which takes 001 for 1 and * for anything.
        sheet[f"B{row}"] = f"=SUMPRODUCT(({teams}=A{row})*1,{amounts})"
    total = payroll_total(who.pay for who in pays)
    for row, (name, formula) in enumerate(
        ((f"{DETAIL}合计", f"=SUM({amounts})"), (f"{PAY}表合计", total_of)), start=len(sums) + 2
    ):
        sheet[f"A{row}"], sheet[f"B{row}"], sheet[f"C{row}"] = name, formula, _number(total)
    for row in range(2, len(sums) + 4):
        sheet[f"D{row}"] = _agree(f"B{row}", f"C{row}")
    undecided = sum(who.pay.total is None for who in pays)
    sheet[f"A{len(sums) + 4}"], sheet[f"B{len(sums) + 4}"] = "未定人数", undecided


def _write(sheet: Worksheet, row: int, values: Sequence[Value]) -> None:
    for at, value in enumerate(values, start=1):
        sheet.cell(row, at, _number(value) if isinstance(value, Decimal) else printable(value))


def _number(value: Decimal) -> float:
    # Two to four decimals: the float that a sheet keeps is read back as the same decimal.
    return float(value)


def _formats(sheet: Worksheet, layout: PayrollLayout) -> None:
    for at, column in enumerate(layout.columns, start=1):
        field = layout.field(column)
        _format(sheet, at, NUMBER_FORMATS.get(Form.TEXT if field is None else field.form, "0.00"))


def _format(sheet: Worksheet, at: int, number_format: str) -> None:
    for row in range(2, sheet.max_row + 1):
        cell = sheet.cell(row, at)
        if cell.value is not None and not isinstance(cell.value, date):
            cell.number_format = number_format


def _detail_formats(sheet: Worksheet) -> None:
    for at, form in ((9, Form.COUNT), (10, Form.COUNT), (11, Form.FACTOR)):
        _format(sheet, at, NUMBER_FORMATS[form])
