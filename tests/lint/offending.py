"""A pair of files that keep every rule, and for each rule the same files with one breach."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import xlsxwriter

HEADS = ["year", "area_code", "area", "group_code", "group", "answer", "percent", "unit", "flag"]
ROWS: list[list[object]] = [
    [2024, "00000", "全国", "1", "男性", "ある", 4.3, "%", ""],
    [2024, "00000", "全国", "1", "男性", "ない", 95.7, "%", ""],
    [2024, "00000", "全国", "2", "女性", "ある", 0, "%", "nil"],
    [2024, "00000", "全国", "2", "女性", "ない", 100, "%", ""],
]
CODES = "variable,code,label\ngroup_code,1,男性\ngroup_code,2,女性\nflag,nil,該当なし\n"
ABOUT = (
    "item,text\nmethod,定義と方法は次のとおりである。\nlayout,列の並びは第1版である。\n"
    "encoding,文字コードは UTF-8（BOM つき）である。\nupdates,2025-04-25 公表\n"
)
Change = Callable[[list[str], list[list[object]]], tuple[list[str], list[list[object]]]]


def csv_text(heads: list[str], rows: list[list[object]]) -> str:
    """As a CSV, texts with commas in quotation marks."""

    def told(cell: object) -> str:
        text = str(cell)
        return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text

    return "".join(",".join(map(told, line)) + "\n" for line in [heads, *rows])


def write_csv(
    folder: Path, change: Change = lambda heads, rows: (heads, rows), *, encoding: str = "utf-8-sig"
) -> list[Path]:
    """figures.csv, changed, with its code table and description."""
    heads, rows = change(list(HEADS), [list(row) for row in ROWS])
    return write_text(folder, csv_text(heads, rows), encoding=encoding)


def write_text(
    folder: Path, text: str, *, encoding: str = "utf-8-sig", codes: str = CODES, about: str = ABOUT
) -> list[Path]:
    files = {"figures.csv": text.encode(encoding)}
    files |= {name: body.encode("utf-8-sig") for name, body in (("codes.csv", codes), ("about.csv", about)) if body}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def write_book(
    folder: Path, change: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], None] = lambda book, sheet: None,
    *, top: int = 0, left: int = 0, heads: list[str] = HEADS, rows: list[list[object]] = ROWS, name: str = "figures.xlsx",
) -> list[Path]:  # fmt: skip
    """figures.xlsx, changed, with a code table and a description as sheets."""
    path = folder / name
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("figures")
        for line, row in enumerate([heads, *rows], start=top):
            sheet.write_row(line, left, ["" if cell is None else cell for cell in row])
        change(book, sheet)
        for other, text in (("codes", CODES), ("about", ABOUT)):
            extra = book.add_worksheet(other)
            for line, row in enumerate(text.splitlines()):
                extra.write_row(line, 0, row.split(",", 2 if other == "codes" else 1))
    return [path]


def with_cell(line: int, head: str, value: object) -> Change:
    """One cell of the figures changed."""

    def change(heads: list[str], rows: list[list[object]]) -> tuple[list[str], list[list[object]]]:
        rows[line][heads.index(head)] = value
        return heads, rows

    return change


def with_head(head: str, name: str) -> Change:
    """One heading changed."""
    return lambda heads, rows: ([name if one == head else one for one in heads], rows)


def without(*names: str) -> Change:
    """Columns left out."""

    def change(heads: list[str], rows: list[list[object]]) -> tuple[list[str], list[list[object]]]:
        kept = [k for k, head in enumerate(heads) if head not in names]
        return [heads[k] for k in kept], [[row[k] for k in kept] for row in rows]

    return change


def every_value(head: str, value: object) -> Change:
    """One value down a column."""

    def change(heads: list[str], rows: list[list[object]]) -> tuple[list[str], list[list[object]]]:
        for row in rows:
            row[heads.index(head)] = value
        return heads, rows

    return change


def _others(heads: list[str], rows: list[list[object]]) -> tuple[list[str], list[list[object]]]:
    for row, word in zip(rows, ("犬", "猫", "鳥", "魚"), strict=True):
        row[heads.index("answer")] = f"その他（{word}の世話）"
    return heads, rows


def _years_across(heads: list[str], rows: list[list[object]]) -> tuple[list[str], list[list[object]]]:
    return [*heads, "2021", "2022", "2023"], [[*row, 1, 2, 3] for row in rows]


def _pdf(folder: Path) -> list[Path]:
    (folder / "figures.pdf").write_bytes(b"%PDF-1.7")
    return [folder / "figures.pdf"]


def _two_tables(folder: Path) -> list[Path]:
    def change(book, sheet):
        for line, row in enumerate([HEADS, *ROWS], start=len(ROWS) + 3):
            sheet.write_row(line, 0, row)

    return write_book(folder, change)


def _divided(folder: Path) -> list[Path]:
    return write_book(folder, lambda book, sheet: sheet.write_row(len(ROWS) + 2, 0, ROWS[0]))


def _chart(book, sheet):
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=figures!$G$2:$G$5"})
    sheet.insert_chart("L2", chart)


def _merged(book, sheet):
    sheet.merge_range("A2:A3", 2024)


def _title(folder: Path) -> list[Path]:
    return write_book(folder, lambda book, sheet: sheet.write(0, 0, "表1　孤独感"), top=2)


SPELLED = csv_text(HEADS, ROWS)
OFFENDING: Mapping[str, Callable[[Path], list[Path]]] = {
    "L1-01": _pdf,
    "L1-02": _two_tables,
    "L1-03": _divided,
    "L1-04": lambda folder: write_book(folder, lambda book, sheet: sheet.write(8, 0, "資料：本調査")),
    "L1-05": lambda folder: write_csv(folder, with_head("answer", "")),
    "L1-06": lambda folder: write_csv(folder, every_value("group", "男　性")),
    "L1-07": lambda folder: write_csv(folder, with_cell(0, "answer", "犬・猫・鳥")),
    "L1-08": lambda folder: write_csv(folder, with_cell(0, "answer", "①ある")),
    "L1-09": lambda folder: write_book(
        folder,
        lambda book, sheet: sheet.write_number(3, 6, 0, book.add_format({"num_format": "0.0;-0.0;"})),
    ),
    "L1-10": lambda folder: write_book(folder, _chart),
    "L1-11": lambda folder: write_book(
        folder, lambda book, sheet: sheet.write_number(1, 6, 4.3, book.add_format({"font_color": "#ff0000"}))
    ),
    "L1-12": lambda folder: write_book(folder, _merged),
    "L1-13": lambda folder: write_book(folder, lambda book, sheet: sheet.set_row(2, None, None, {"hidden": True})),
    "L1-14": lambda folder: write_csv(folder, with_cell(0, "answer", "ある\n（常に）")),
    "L1-15": lambda folder: write_text(folder, SPELLED.replace("95.7", "1,095.7")),
    "L2-01": lambda folder: write_csv(folder, with_cell(0, "percent", "4.3%")),
    "L2-02": lambda folder: write_csv(folder, with_cell(1, "group", "")),
    "L2-03": lambda folder: write_csv(folder, with_head("answer", "group")),
    "L2-04": lambda folder: write_csv(folder, with_cell(3, "answer", "な い")),
    "L2-05": lambda folder: write_csv(folder, _others),
    "L2-06": lambda folder: write_book(folder, lambda book, sheet: sheet.write_formula(2, 6, "=100-G2", None, 95.7)),
    "L3-01": _title,
    "L3-02": lambda folder: write_text(folder, SPELLED, codes="", about=ABOUT.replace("method", "「nil」")),
    "L3-03": lambda folder: write_csv(folder, with_cell(0, "flag", "little")),
    "L3-04": lambda folder: write_csv(
        folder, lambda heads, rows: with_head("percent", "value")(*without("unit")(heads, rows))
    ),
    "L3-05": lambda folder: write_csv(folder, every_value("year", "令和6年")),
    "L3-06": lambda folder: write_csv(folder, every_value("area", "東京")),
    "L3-07": lambda folder: write_text(folder, SPELLED, about=ABOUT.replace("layout,列の並びは第1版である。\n", "")),
    "L3-08": lambda folder: write_text(folder, SPELLED, about=ABOUT.replace("updates,2025-04-25 公表\n", "")),
    "L3-09": lambda folder: write_csv(folder, _years_across),
    "1-1": _pdf,
    "1-2": lambda folder: write_csv(folder, with_cell(0, "answer", "犬、猫、鳥")),
    "1-3": lambda folder: write_csv(folder, with_cell(0, "percent", "▲4.3")),
    "1-4": lambda folder: write_book(folder, _merged),
    "1-5": lambda folder: write_csv(folder, with_cell(0, "group", " 男性")),
    "1-6": lambda folder: write_csv(folder, with_cell(1, "group", "〃")),
    "1-7": lambda folder: write_book(folder, lambda book, sheet: sheet.write_formula(2, 6, "=100-G2", None, 95.7)),
    "1-8": lambda folder: write_book(folder, lambda book, sheet: sheet.insert_textbox("L2", "注意")),
    "1-9": lambda folder: write_csv(
        folder, lambda heads, rows: with_head("percent", "value")(*without("unit")(heads, rows))
    ),
    "1-10": lambda folder: write_csv(folder, with_cell(0, "answer", "㈱ある")),
    "1-11": lambda folder: write_csv(folder, without("year")),
    "1-12": lambda folder: write_text(
        folder, csv_text(*without("area", "area_code")(list(HEADS), [list(row) for row in ROWS])),
    ),
    "1-13": lambda folder: write_csv(folder, with_cell(0, "percent", "…")),
    "2-1": _divided,
    "2-2": _two_tables,
}  # fmt: skip
