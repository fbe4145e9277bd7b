"""A title above the headings, or headings on two lines, is refused by `new --from`: a heading would be a person."""

from __future__ import annotations

import pytest
import xlsxwriter

import kodoku_survey as ks
from kodoku_survey.intake.draft.drafting import draft_folder

PEOPLE = [["1", "1", "3", "", "1"], ["2", "2", "4", "1", ""], ["3", "1", "2", "1", "1"], ["4", "2", "3", "", "1"]]
HEADS = {
    "two lines, the first blank under a merged head": [
        ["番号", "問1", "問2", "問4", ""],
        ["", "", "", "買い物", "通院"],
    ],
    "two lines, the first repeated": [["番号", "問1", "問2", "問4", "問4"], ["", "", "", "買い物", "通院"]],
    "a title": [["表１ 回答一覧", "", "", "", ""], ["番号", "問1", "問2", "買い物", "通院"]],
    "a title and a unit": [
        ["回答一覧", "", "", "", ""],
        ["", "", "", "", "（単位：人）"],
        ["番号", "問1", "問2", "買い物", "通院"],
    ],
}


def written(path, rows):
    if path.suffix == ".csv":
        path.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    else:
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for k, row in enumerate(rows):
                sheet.write_row(k, 0, row)
    return path


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("heads", HEADS.values(), ids=HEADS)
def test_headings_on_several_lines_are_refused(heads, ending, tmp_path):
    with pytest.raises(ks.SurveyError) as fault:
        draft_folder(tmp_path / "folder", [written(tmp_path / f"a.{ending}", [*heads, *PEOPLE])])
    assert fault.value.key == "intake.draft_heads"
    assert not (tmp_path / "folder").exists()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_one_line_of_headings_is_taken_with_a_column_nobody_named(ending, tmp_path):
    rows = [
        ["番号", "問1", "問2", "問3", ""],
        *([*row[:4], text] for row, text in zip(PEOPLE, "あいあい", strict=True)),
    ]
    assert len(draft_folder(tmp_path / "folder", [written(tmp_path / f"a.{ending}", rows)]))
