"""The same answers as CSV, Excel, SPSS and Stata are the same responses."""

from __future__ import annotations

import pandas as pd
import pyreadstat
import pytest

import kodoku_survey as ks
from kodoku_survey.errors import SurveyError

PEOPLE = pd.DataFrame(
    {
        "番号": [1, 2, 3],
        "sex": [1.0, 2.0, None],
        "age": [40.0, None, 25.0],
        "lonely": [1.0, 2.0, 1.0],
        "when_1": [1.0, None, 0.0],
        "when_2": [0.0, None, 0.0],
        "when_3": [0.0, None, 1.0],
    }
)
LATIN = PEOPLE.rename(columns={"番号": "number"})


def written(folder, ending: str) -> str:
    path = folder / f"postal.{ending}"
    if ending == "csv":
        PEOPLE.astype("Int64").to_csv(path, index=False)
    elif ending == "xlsx":
        with pd.ExcelWriter(path, engine="xlsxwriter") as book:
            PEOPLE.to_excel(book, index=False)
    elif ending == "sav":
        pyreadstat.write_sav(LATIN, path)
    else:
        pyreadstat.write_dta(LATIN, path)
    return "番号" if ending in ("csv", "xlsx") else "number"


@pytest.mark.parametrize("ending", ["csv", "xlsx", "sav", "dta"])
def test_one_set_of_answers_in_four_formats(delivered, tmp_path, ending):
    delivered("1,2026-01-10,1,40,2,,,\r\n")
    id_column = written(tmp_path, ending)
    settings = tmp_path / "survey.toml"
    text = settings.read_text(encoding="utf-8").replace('received = "受付日"\nunreadable', "unreadable", 1)
    text = text.replace('path = "postal.csv"', f'path = "postal.{ending}"').replace(
        'id = "番号"', f'id = "{id_column}"', 1
    )
    settings.write_text(text, encoding="utf-8")
    responses = ks.clean(ks.read_returns(ks.load_survey(tmp_path)))
    assert responses.id.tolist() == ["1", "2", "3"]
    assert responses.answers["sex"].tolist() == [1, 2, 9]
    assert responses.answers["age"].tolist() == [40, 32, 25]
    assert responses.answers["when"].tolist() == [[1, 0, 0, 0], [-1] * 4, [0, 0, 1, 0]]


@pytest.mark.parametrize("ending", ["sav", "dta", "xlsx"])
def test_a_damaged_file_is_told_by_name_and_never_ends_the_program(delivered, tmp_path, ending):
    delivered("1,2026-01-10,1,40,2,,,\r\n")
    written(tmp_path, ending)
    path = tmp_path / f"postal.{ending}"
    path.write_bytes(path.read_bytes()[:300])
    settings = tmp_path / "survey.toml"
    text = settings.read_text(encoding="utf-8").replace('path = "postal.csv"', f'path = "postal.{ending}"')
    settings.write_text(text, encoding="utf-8")
    with pytest.raises(SurveyError, match=path.name) as caught:
        ks.read_returns(ks.load_survey(tmp_path))
    assert caught.value.exit_code == 3
