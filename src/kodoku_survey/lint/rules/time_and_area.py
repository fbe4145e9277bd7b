"""Time, area and the way a table runs: years that machines read, official names of areas, one line a datum."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kodoku_survey.lint.attached import Attached
from kodoku_survey.lint.gridded import Grid, GridColumn
from kodoku_survey.lint.registry import Offence, rule
from kodoku_survey.lint.rules.number_columns import figures_of

MOST_COLUMNS, SERIES_OF_TIMES, SERIES_OF_NUMBERS = 100, 3, 4
_TIME_HEAD = re.compile(
    r"(年|年度|年月|月|年月日|日|日付|日時|時点|時期|期間|期日)$|調査年"
    r"|^(month|time|period|wave|time_code)$|year|date",
    re.IGNORECASE,
)
_TIME_NAMED = re.compile(
    r"調査年|年度|年月|日付|日時|時点|時期|期間|期日|^年$|^(time|period|wave)|year|date", re.IGNORECASE
)
_NOT_TIME = re.compile(r"曜日|休日|平日|age|area|group|answer|table|cat\d|tab_|update", re.IGNORECASE)
_ERA = r"(明治|大正|昭和|平成|令和|[MTSHR])\s*[0-9０-９元]+"
_ERA_ALONE = re.compile(rf"{_ERA}\s*(年度?|[./年].*)?")
_WESTERN = re.compile(r"(18|19|20|21)\d{2}")
_FORMS = {
    "code": re.compile(r"\d{10}"),
    "year": re.compile(r"(18|19|20|21)\d{2}(\.0)?"),
    "year_word": re.compile(r"(18|19|20|21)\d{2}年(度|\d{1,2}月(\d{1,2}日)?|[（(].*[)）])?"),
    "day": re.compile(r"(18|19|20|21)\d{2}[-/]\d{1,2}([-/]\d{1,2})?([T ].*)?"),
    "era_and_year": re.compile(rf"{_ERA}年?度?[（(](18|19|20|21)\d{{2}}年?度?[)）]|R\d{{1,2}}\.\d{{1,2}}\.\d{{1,2}}"),
}
_AREA_HEAD = re.compile(
    r"地域|都道府県|市区町村|市町村|県名|団体|自治体|^area|_area|prefecture|municipality|region", re.IGNORECASE
)
_AREA_CODE = re.compile(r"\d{2}|\d{5}|\d{6}")
_AREA_NAME = re.compile(r"(全国|.+[都道府県市区町村郡])([（(].*[)）])?(\s.*)?|[\x20-\x7e]+|.*(地方|ブロック)")
_PREFECTURE_CUT = re.compile(
    "青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|東京|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|三重|滋賀|京都|大阪"
    "|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄"
)  # names that lack their 都府県
_AREA_SAID = re.compile(
    r"地域[:：は\s]|area[:：\s]|\barea\b.*\n?.*\d{5}|全国|(?<![都道府県市区町村各全本当同])(?![各全本当同他])[一-龥ヶ]{1,5}[都道府県市区町村]"
    r"(?![都道府県市区町村別民内立道場況])",
    re.IGNORECASE,
)
_TOTALS = re.compile(
    r"総数|合計|総計|計|[市県区町村郡道府都]+[部]?計|その他|不詳|.*(丁目|番地|[大小]?字.*)|total", re.IGNORECASE
)
_NUMBERED = re.compile(r"(.*?)[_\-]?(\d+)")


@rule("L3-05", "1-11")
def years_machines_read(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """A time code of e-Stat, a Western year, or an era's year with it; one form a column, and a year somewhere."""
    figures_of(grid)
    area, found = grid.table, False
    assert area is not None
    for column in grid.columns:
        if any(_ERA_ALONE.fullmatch(part.strip()) for part in column.head.split("_")) and not _WESTERN.search(
            column.head
        ):
            yield Offence(grid.at(area.named, column.number), column.head, "era_alone")
        if not _is_time(column):
            continue
        found = True
        yield from _times(grid, column)
    told = [column.head for column in grid.columns] + [cell.text for _, cell in grid.outside]
    eras = any(_ERA_ALONE.fullmatch(part.strip()) for column in grid.columns for part in column.head.split("_"))
    if not found and not eras and not any(_WESTERN.search(text) for text in told):
        era = _first_era(told)
        yield Offence("", era, "era_alone" if era else "no_year")


def _is_time(column: GridColumn) -> bool:
    head = column.head.strip()
    if not _TIME_HEAD.search(head) or _NOT_TIME.search(head):
        return False
    texts = [cell.text.strip() for cell in column.cells.values()]
    if any(form.fullmatch(head) for form in _FORMS.values()) or not _TIME_NAMED.search(head):
        # A heading such as "5年" is an answer or a year itself: what stands below it decides.
        return sum(_like_time(text) for text in texts) * 2 > len(texts)
    return sum(any(c.isdigit() for c in text) for text in texts) * 2 > len(texts)


def _like_time(text: str) -> bool:
    return _ERA_ALONE.fullmatch(text) is not None or any(form.fullmatch(text) for form in _FORMS.values())


def _times(grid: Grid, column: GridColumn) -> Iterator[Offence]:
    first = ""
    for line, cell in column.cells.items():
        form = next((name for name, form in _FORMS.items() if form.fullmatch(cell.text.strip())), "")
        if not form or (first and form != first):
            yield Offence(
                grid.at(line, column.number), cell.text, "era_alone" if _ERA_ALONE.fullmatch(cell.text) else ""
            )
        first = first or form


def _first_era(texts: list[str]) -> str:
    return next((text for text in texts if re.search(_ERA, text)), "")


@rule("L3-06", "1-12")
def official_areas(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """A standard area code or official name (with its 都道府県, 市区町村) in a column, or one area told for the table."""
    figures_of(grid)
    own = [column for column in grid.columns if _AREA_HEAD.search(column.head)]
    for column in own:
        for line, cell in column.cells.items():
            if not _is_area(cell.text.strip()):
                yield Offence(grid.at(line, column.number), cell.text)
    if not any(column.cells for column in own) and not _area_told(grid, attached):
        yield Offence("", own[0].head if own else "", "no_area")


def _is_area(text: str) -> bool:
    if _AREA_CODE.fullmatch(text):
        return len(text) > 2 or text == "00" or 1 <= int(text) <= 47
    named = re.sub(r"^\d{1,6}[_ ]?", "", text)  # 13000_東京都: a code with its name
    told = _AREA_NAME.fullmatch(named) or _TOTALS.fullmatch(named)
    return not _PREFECTURE_CUT.fullmatch(named) and told is not None


def _area_told(grid: Grid, attached: Attached) -> bool:
    texts = [cell.text for _, cell in grid.outside] + [attached.words]
    return any(_AREA_SAID.search(text) for text in texts)


@rule("L3-09")
def one_line_a_datum(grid: Grid, attached: Attached) -> Iterator[Offence]:
    """No row of columns that are years, none numbered one after another, not above a hundred columns."""
    figures_of(grid)
    heads = [column.head.strip() for column in grid.columns]
    area = grid.table
    assert area is not None
    times = [head for head in heads if any(_is_moment(part) for part in head.split("_"))]
    if len(times) >= SERIES_OF_TIMES:
        yield Offence(grid.at(area.named, area.left + heads.index(times[0])), times[0])
    stems: dict[str, list[str]] = {}
    for head in heads:
        numbered = _NUMBERED.fullmatch(head)
        if numbered and numbered[1] and head not in times:
            stems.setdefault(numbered[1], []).append(head)
    for series in stems.values():
        if len(series) >= SERIES_OF_NUMBERS and len(heads) > SERIES_OF_NUMBERS:
            yield Offence(grid.at(area.named, area.left + heads.index(series[0])), series[0])
    if len(heads) > MOST_COLUMNS:
        yield Offence(grid.at(area.named, area.left + MOST_COLUMNS), str(len(heads)), "columns")


def _is_moment(head: str) -> bool:
    """Whether a heading is a year, month or day."""
    return (
        any(form.fullmatch(head) for form in _FORMS.values())
        or _ERA_ALONE.fullmatch(head) is not None
        or (re.fullmatch(r"\d{1,2}月", head) is not None)
    )
