"""Files laid out as offices lay theirs out (e-Stat, ministries, municipalities), none of them made by this software.

Each with every rule it breaks, and the cells where some of them are: what is not named is kept, does not apply or is not tested.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

Rows = list[list[object]]


@dataclass(frozen=True)
class Foreign:
    """A file, the rules of 2026 and of 2020 it breaks, and cells that must be among the places told."""

    make: Callable[[Path], Path]
    rules_2026: str
    rules_2020: str
    places: Mapping[str, str]


def csv(text: str, *, encoding: str = "utf-8-sig", name: str = "統計表.csv") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(text.replace("\n", "\r\n").encode(encoding))
        return folder / name

    return make


def book(
    rows: Rows, *, merged: tuple[str, ...] = (), change: Callable[..., None] | None = None
) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / "統計表.xlsx"
        with xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False}) as made:
            sheet = made.add_worksheet("表")
            for line, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value not in ("", None):
                        sheet.write(line, column, value)
            for area in merged:
                sheet.merge_range(area, "")
                first = area.partition(":")[0]
                line, column = int(first[1:]) - 1, ord(first[0]) - 65
                sheet.write(line, column, rows[line][column])
            if change is not None:
                change(made, sheet)
        return path

    return make


ESTAT_API = """"RESULT"
"STATUS","0"
"ERROR_MSG","正常に終了しました。"
"RESULT_INF"
"TOTAL_NUMBER","6"
"TABLE_INF","0003445078"
"STAT_NAME","00200521","国勢調査"
"TITLE","1","男女別人口"
"SURVEY_DATE","202010"
"VALUE"
"tab_code","表章項目","cat01_code","男女","area_code","地域","time_code","時間軸(年次)","unit","value","annotation"
"2020_01","人口","0","総数","00000","全国","2020000000","2020年","人","126146099",""
"2020_01","人口","1","男","00000","全国","2020000000","2020年","人","61349581",""
"2020_01","人口","2","女","00000","全国","2020000000","2020年","人","64796518",""
"2020_01","人口","0","総数","13000","東京都","2020000000","2020年","人","14047594",""
"2020_01","人口","1","男","13000","東京都","2020000000","2020年","人","6898388",""
"2020_01","人口","2","女","13000","東京都","2020000000","2020年","人","***","***"
"""
TOWN = """住民基本台帳人口　町丁別世帯数及び人口,,,,,
令和６年４月１日現在,,,,（単位：人、世帯）,
町丁名,世帯数,人口,,,
,,総数,男,女,備考
本町一丁目,"1,234","2,345","1,100","1,245",
本町二丁目,567,１０３４,500,534,
栄町,x,x,x,x,秘匿
合計,"1,801","3,379","1,600","1,779",
注）外国人を含む。,,,,,
資料：市民課,,,,,
"""
AED = """全国地方公共団体コード,ID,名称,所在地_連結表記,緯度,経度,電話番号,内線番号,利用可能曜日,備考
132012,0000000001,市役所本庁舎,東京都八王子市元本郷町三丁目24番1号,35.66,139.32,042-626-3111,,月火水木金,
132012,0000000002,中央図書館,東京都八王子市千人町三丁目3番6号,35.65,139.31,,,,
132012,0000000003,市民体育館,東京都八王子市台町三丁目3番1号,,,042-625-3441,,火水木金土日,改修中
"""
PERSONS = """id,sex,age,q1,q2,weight
1,1,34,2,1,1.02
2,2,,3,1,0.98
3,2,71,,2,1.10
4,1,,1,,0.87
5,2,45,2,2,1.00
"""
REPORT: Rows = [
    ["問１　あなたは孤独だと感じることがありますか", "", "", "", ""],
    ["", "", "", "", "（％）"],
    ["区分", "項目", "ｎ", "ある", "ない"],
    ["全体", "", 2000, 39.4, 60.6],
    ["性別", "男性", 960, 38.2, 61.8],
    ["", "女性", 1040, 40.5, 59.5],
    ["年齢", "16～29歳", 300, 44.1, 55.9],
    ["", "30～49歳", 700, 41.0, 59.0],
    ["", "50歳以上", 1000, "-", 100.0],
    ["※ 四捨五入のため合計は100％にならないことがある。", "", "", "", ""],
]
CENSUS: Rows = [
    ["第1-1表　男女別人口及び世帯の種類別世帯数", "", "", "", "", "", ""],
    ["令和２年国勢調査", "", "", "", "", "", "（単位：人、世帯）"],
    ["地域コード", "地域", "人口", "", "", "世帯数", ""],
    ["", "", "総数", "男", "女", "一般世帯", "施設等の世帯"],
    ["Area code", "Area", "Total", "Male", "Female", "Private", "Institutional"],
    ["00000", "全国", 126146099, 61349581, 64796518, 55704949, 125000],
    ["13000", "　東京都", 14047594, 6898388, 7149206, 7216650, 10530],
    ["13101", "　　千代田区", 66680, 33637, 33043, 37011, 97],
]
WAGE: Rows = [
    ["", "", "", "", "", ""],
    ["", "表２　産業別の賃金", "", "", "", ""],
    ["", "", "", "", "", ""],
    ["", "産業", "平成30年", "令和元年", "令和2年", "令和3年"],
    ["", "建設業", 330, 335.1, "▲1.2", "340*"],
    ["", "製造業", 300, 301.5, 302, "…"],
    ["", "運輸業", 280, 281, "r282.3", 283],
]
LONG = """year,area_code,area,sex,age_class,unit,value,annotation
2023,13000,東京都,男性,16-29歳,人,120,
2023,13000,東京都,男性,30-49歳,人,230,
2023,13000,東京都,女性,16-29歳,人,X,秘匿のため数値を表示しない項目
2024,13000,東京都,女性,30-49歳,人,0,
2024,13000,東京都,男性,16-29歳,人,,調査していないため数値がない項目
2024,13000,東京都,女性,16-29歳,人,131,
"""
TWO_BELOW: Rows = [
    ["年度", "件数（件）", "金額（円）"],
    [2022, 10, 2000],
    [2023, 12, 2500],
    ["", "", ""],
    ["窓口", "相談（件）", "継続（件）"],
    ["東庁舎", 8, 2],
    ["西庁舎", 7, 1],
]
TWO_BESIDE: Rows = [
    ["年度", "件数（件）", "", "窓口", "相談（件）"],
    [2022, 10, "", "東庁舎", 8],
    [2023, 12, "", "西庁舎", 7],
]
STACKED: Rows = [
    ["年度", "男（人）", "女（人）"],
    [2022, 10, 20],
    [2023, 12, 25],
    ["年度", "転入（人）", "転出（人）"],
    [2022, 8, 2],
    [2023, 7, 1],
]
SERIES: Rows = [
    ["市区町村コード", "市区町村名", "2021年", "2022年", "2023年", "2024年"],
    ["192015", "甲府市", 189000, 188500, 188000, 187400],
    ["192023", "富士吉田市", 47500, 47100, 46800, 46400],
]
MISTAKES: Rows = [
    ["調査年", "都道府県", "率（%）", "件数（件）"],
    [2024, "北海道", 4.1, 12],
    [2024, "青森県", "#DIV/0!", 0],
    [2024, "岩手県", 3.8, "#N/A"],
]
SMALL: Rows = [
    ["year", "area", "persons"],
    [2023, "東京都", 10],
    [2024, "東京都", 12],
    [2025, "東京都", 11],
]


def _seen_to(made: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_column("B:B", 0)
    sheet.insert_textbox("F5", "前年より増加")
    sheet.write_comment("C2", "速報値")
    sheet.write_formula("C4", "=C2+1", None, 11)


def _coloured(made: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.write(2, 2, 12, made.add_format({"bg_color": "#ffff00"}))
    sheet.set_row(1, None, None, {"level": 1})


NAMELESS = "13101,千代田区,66680\n13102,中央区,169179\n13103,港区,260486\n"
PLACES = "施設名,所在地\n本庁舎,東京都港区芝公園一丁目\n分庁舎,東京都港区赤坂四丁目\n"
UNQUOTED = "年,都道府県,件数（件）\n2023,北海道,1,234\n2024,北海道,998\n"
TOTALS = """調査年,都道府県,性別,年齢階級,人数
2024,東京都,総数,,100
2024,東京都,男,16-29歳,20
2024,東京都,,30-49歳,30
2024,東京都,女,16-29歳,25
2024,東京都,,30-49歳,25
"""
NOTED: Rows = [["都道府県", "件数"], ["北海道", 10], ["青森県", "注1)12"], ["岩手県", "※7"], ["1) 暫定値を含む"]]


def _days(folder: Path) -> Path:
    path = folder / "統計表.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("表")
        day = made.add_format({"num_format": "ggge年m月d日"})
        sheet.write_row(0, 0, ["公表日", "都道府県", "人数"])
        for line, number in enumerate((45383, 45384, 45385), start=1):
            sheet.write(line, 0, number, day)
            sheet.write_row(line, 1, ["東京都", line * 10])
    return path


# What nearly every file of an office lacks: definitions, update history, encoding, names of columns in letters (L3-08).
FOREIGN: Mapping[str, Foreign] = {
    "the answer of e-Stat's API": Foreign(
        csv(ESTAT_API), "L1-04 L3-01 L3-02 L3-03 L3-08", "", {"L1-04": "A1", "L3-02": "A11", "L3-03": "J17"}
    ),
    "a town's register in Shift_JIS": Foreign(
        csv(TOWN, encoding="cp932"),
        "L1-04 L2-01 L2-03 L3-01 L3-03 L3-05 L3-06 L3-08",
        "1-3 1-11 1-12 1-13",
        {"L1-04": "E2", "L2-01": "C6", "L2-03": "C4", "L3-01": "A1", "1-13": "B7"},
    ),
    "a list of AEDs by the standard of municipalities": Foreign(csv(AED), "", "", {}),
    "answers of persons with blank ages": Foreign(
        csv(PERSONS), "L1-09 L3-02 L3-04 L3-05 L3-06 L3-08", "1-9 1-11 1-12", {"L1-09": "C3", "L3-02": "B1"}
    ),
    "a table of a report with blanks for the same": Foreign(
        book(REPORT),
        "L1-04 L2-02 L3-01 L3-03 L3-05 L3-06 L3-08",
        "1-6 1-11 1-12 1-13",
        {"L1-04": "A10", "L2-02": "A6", "L3-03": "D9"},
    ),
    "a census workbook with heads on three lines": Foreign(
        book(CENSUS, merged=("C3:E3", "F3:G3", "A3:A4", "B3:B4")),
        "L1-04 L1-06 L1-12 L2-03 L3-01 L3-05 L3-08",
        "1-4 1-5 1-11",
        {"L1-04": "G2", "L1-06": "B8", "L1-12": "A3:A4", "L2-03": "C4"},
    ),
    "wages by industry, eras across": Foreign(
        book(WAGE),
        "L1-04 L2-01 L3-01 L3-03 L3-04 L3-05 L3-06 L3-08 L3-09",
        "1-3 1-9 1-11 1-12 1-13",
        {"L2-01": "F5", "L3-05": "C4", "L3-03": "F6"},
    ),
    "a long file that keeps what can be kept": Foreign(csv(LONG), "L3-08", "", {}),
    "two tables, one below the other": Foreign(book(TWO_BELOW), "L1-02 L3-06 L3-08", "1-12 2-2", {"L1-02": "A5"}),
    "two tables side by side": Foreign(
        book(TWO_BESIDE), "L1-02 L1-03 L3-06 L3-08", "1-12 2-1 2-2", {"L1-02": "D1", "L1-03": "C1"}
    ),
    "two tables without a blank line between": Foreign(book(STACKED), "L1-02 L3-06 L3-08", "1-12 2-2", {"2-2": "A4"}),
    "years across": Foreign(book(SERIES), "L3-04 L3-08 L3-09", "1-9", {"L3-04": "C1", "L3-09": "C1"}),
    "formulas that failed": Foreign(book(MISTAKES), "L2-01 L3-08", "1-3", {"L2-01": "D4"}),
    "hidden, drawn, noted, calculated": Foreign(
        book(SMALL, change=_seen_to),
        "L1-10 L1-13 L2-06 L3-08",
        "1-7 1-8",
        {"L1-10": "F5", "L1-13": "B:B", "L2-06": "C4", "1-8": "C2"},
    ),
    "coloured and grouped": Foreign(
        book(SMALL, change=_coloured), "L1-11 L1-13 L3-08", "", {"L1-11": "C3", "L1-13": "2"}
    ),
    "no line of headings": Foreign(
        csv(NAMELESS), "L1-05 L2-03 L3-01 L3-04 L3-05 L3-06 L3-08", "1-9 1-11 1-12", {"L1-05": "A1"}
    ),
    "a table of words": Foreign(csv(PLACES), "", "", {}),
    "totals without a label of the second kind": Foreign(
        csv(TOTALS), "L2-02 L3-08", "1-6", {"L2-02": "D2", "1-6": "C6"}
    ),
    "notes on the right and below": Foreign(
        book(NOTED), "L1-04 L2-01 L3-05 L3-08", "1-3 1-11", {"L1-04": "A5", "L2-01": "B4"}
    ),
    "lines without quotation marks": Foreign(csv(UNQUOTED), "L1-15 L3-08", "", {"L1-15": "2"}),
    "days as Excel keeps them": Foreign(_days, "L3-08", "", {}),
}
