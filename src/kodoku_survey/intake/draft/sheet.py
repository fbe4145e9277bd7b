"""符号表.xlsx as `kodoku codebook` writes it, read back: its sheets 設問 and 選択肢, columns found by their headings."""

from __future__ import annotations

from pathlib import Path

from kodoku_survey.errors import FileError
from kodoku_survey.survey.codebook import Codebook
from kodoku_survey.survey.codebook.as_table import HEADINGS, OPTIONS, QUESTIONS, codebook_of
from kodoku_survey.survey.reading import Place

Sheet = list[dict[str, str]]


def is_codebook_sheet(path: Path) -> bool:
    """Whether an Excel file is a 符号表: it has both sheets."""
    return path.suffix.lower() == ".xlsx" and {QUESTIONS, OPTIONS} <= set(_book(path).sheet_names)


def read_codebook_sheet(path: Path) -> Codebook:
    """The codebook of a 符号表. Raises SurveyFaults for what codebook.toml would not admit either."""
    book, place = _book(path), Place(path.name)
    sheets = [_rows(book, name, path) for name in (QUESTIONS, OPTIONS)]
    codebook = codebook_of(sheets[0], sheets[1], place)
    place.finish()
    return codebook


def _book(path: Path):  # type: ignore[no-untyped-def]
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as error:
        raise FileError("intake.excel_broken", path.name, reason=str(error)) from None


def _rows(book, name: str, path: Path) -> Sheet:  # type: ignore[no-untyped-def]
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=True)
    heads = [str(cell).strip() for cell in rows[0]] if rows else []
    if HEADINGS["name"] not in heads:
        raise FileError("intake.no_codebook_heading", f"{path.name} [{name}]", value=HEADINGS["name"])
    found = [dict(zip(heads, map(_text, row), strict=True)) for row in rows[1:]]
    return [{head: cell for head, cell in row.items() if head} for row in found if any(row.values())]


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
