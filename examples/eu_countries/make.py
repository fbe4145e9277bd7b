"""A folder for each of the four countries, and for the other three together, from the survey's own file.

python examples/eu_countries/make.py eu_loneliness_survey_eu4.dta OUT

Nothing of the file is part of this project: OUT is yours. Definitions are those of examples/eu_loneliness_2022.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pyreadstat

DEFINITIONS = Path(__file__).parents[1] / "eu_loneliness_2022"
COUNTRIES = {"France": 10, "Italy": 15, "Poland": 21, "Sweden": 27}
ONE = 'name = "EU Loneliness Survey 2022"'


def main(file: Path, out: Path) -> None:
    """Write OUT/france, OUT/without_france and so on."""
    frame, _ = pyreadstat.read_dta(str(file), encoding="utf-8")
    for country, code in COUNTRIES.items():
        others = ", ".join(name for name in COUNTRIES if name != country)
        for folder, area, rows in (
            (country.lower(), country, frame["country"] == code),
            (f"without_{country.lower()}", others, frame["country"] != code),
        ):
            write(out / folder, area, frame[rows])


def write(folder: Path, area: str, people: pd.DataFrame) -> None:
    """One folder: the definitions with the survey's name and area, and the respondents as CSV, their codes as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("codebook.toml", "measures.toml", "tables.toml"):
        (folder / name).write_text((DEFINITIONS / name).read_text(encoding="utf-8"), encoding="utf-8")
    survey = (DEFINITIONS / "survey.toml").read_text(encoding="utf-8")
    survey = survey.replace(ONE, f'name = "EU Loneliness Survey 2022: {area}"')
    survey = survey.replace('area = "France, Italy, Poland and Sweden"', f'area = "{area}"')
    survey = survey.replace("eu_loneliness_survey_eu4.dta", "returns.csv")
    (folder / "survey.toml").write_text(survey + '\n[population]\nage = { min = 16, of = "age" }\n', encoding="utf-8")
    people.apply(whole).to_csv(folder / "returns.csv", index=False)


def whole(column: pd.Series) -> pd.Series:
    """Codes without a point, as the file means them."""
    numbers = pd.to_numeric(column, errors="coerce")
    if numbers.isna().sum() > column.isna().sum() or (numbers.dropna() % 1 != 0).any():
        return column
    return numbers.astype("Int64")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
