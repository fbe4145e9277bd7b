"""Ages as a number against classes, and five-year classes against ten: brought together by a crosswalk that can be drafted."""

from __future__ import annotations

import re

import numpy as np
import pytest

import kodoku_survey as ks
from benchmark.two_folders import make, side
from kodoku_survey.errors import SurveyError
from kodoku_survey.survey.crosswalk import read_crosswalk
from kodoku_survey.survey.crosswalk.drafted_ages import age_range
from kodoku_survey.survey.crosswalk.drafted_crosswalk import draft_crosswalk

INF = float("inf")
TEN = ["19歳以下", "20代", "30代", "40～49歳", "50歳以上"]
FIVE = [
    "20歳未満",
    "20-24歳",
    "25-29歳",
    "30-34歳",
    "35-39歳",
    "40-44歳",
    "45-49歳",
    "50～59歳",
    "60歳以上",
    "答えたくない",
]
LOWS = {"ten": [0, 20, 30, 40, 50], "five": [0, 20, 25, 30, 35, 40, 45, 50, 60]}


def classed(folder, labels, lows):
    """The folder with its number of age replaced by the class it is in."""
    codes = ", ".join(f'{{ code = {k}, label = "{label}" }}' for k, label in enumerate(labels, start=1))
    book = folder / "codebook.toml"
    text = book.read_text(encoding="utf-8").replace('kind = "number"', f'kind = "single"\ncodes = [{codes}]')
    book.write_text(re.sub(r'name = "age"', 'name = "nendai"', text), encoding="utf-8")
    (folder / "measures.toml").write_text("nonanswer = 9\n", encoding="utf-8")
    plan = folder / "tables.toml"
    plan.write_text(
        plan.read_text(encoding="utf-8").replace('by = ["sex", "age_class"]', 'by = ["sex"]'), encoding="utf-8"
    )
    rows = (folder / "web.csv").read_text(encoding="utf-8").splitlines()
    cells = [row.split(",") for row in rows[1:]]
    for row in cells:
        row[1] = str(int(np.searchsorted(lows, int(row[1]), side="right")))
    head = rows[0].replace(",age,", ",nendai,")
    (folder / "web.csv").write_text("\n".join([head, *map(",".join, cells)]) + "\n", encoding="utf-8")
    book.write_text(
        book.read_text(encoding="utf-8").replace("nonanswer = 9\n", "nonanswer = 99\n", 1), encoding="utf-8"
    )
    return folder


def drafted(tmp_path, first, second):
    path = tmp_path / "crosswalk.toml"
    path.write_text(draft_crosswalk(ks.load_survey(first), ks.load_survey(second)), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("label", "wanted"),
    [
        ("20～29歳", (20, 29)),
        ("20-24", (20, 24)),
        ("20歳代", (20, 29)),
        ("７５歳以上", (75, INF)),
        ("19歳以下", (-INF, 19)),
        ("20歳未満", (-INF, 19)),
        ("65+", (65, INF)),
        ("答えたくない", None),
        ("３人以上いる", None),
    ],
)
def test_a_label_says_its_ages_or_none(label, wanted):
    assert age_range(label) == wanted


def test_a_number_is_brought_to_the_classes_of_the_other(tmp_path):
    nation = make(tmp_path / "nation", name="国", people=900, seed=4)
    ages = side(nation).responses.answers["age"]
    first = classed(make(tmp_path / "pref", name="県", people=400, seed=3, prefix="K"), TEN, LOWS["ten"])
    path = drafted(tmp_path, first, nation)
    made = ks.benchmark(side(first), side(nation), standardize="nendai_common", crosswalk=path)
    row = made.frame[made.frame["code"] == 1].iloc[0]
    bands = np.searchsorted(LOWS["ten"], ages, side="right")
    own = side(first).responses.answers
    rates = [(own["lonely"][own["nendai"] == k] == 1).mean() for k in range(1, 6)]
    wanted = sum((bands == k).mean() * rate for k, rate in zip(range(1, 6), rates, strict=True))
    assert row["standardized_first"] == pytest.approx(100 * wanted)


def test_five_years_go_into_ten_and_what_has_no_age_is_told_as_left_out(tmp_path):
    nation = classed(make(tmp_path / "nation", name="国", people=900, seed=4), TEN, LOWS["ten"])
    first = classed(make(tmp_path / "pref", name="県", people=400, seed=3, prefix="K"), FIVE, LOWS["five"])
    path = drafted(tmp_path, first, nation)
    made = ks.benchmark(side(first), side(nation), standardize="nendai_common", crosswalk=path)
    assert len(made.beside.shared.crosswalk.harmonised[0].codes) == 5
    assert any("答えたくない" in line for line in made.lines("ja"))
    row, own = made.frame[made.frame["code"] == 1].iloc[0], side(first).responses.answers
    ten = np.array([0, 1, 2, 2, 3, 3, 4, 4, 5, 5])[own["nendai"]]
    theirs = side(nation).responses.answers["nendai"]
    wanted = sum((theirs == k).mean() * (own["lonely"][ten == k] == 1).mean() for k in range(1, 6))
    assert row["standardized_first"] == pytest.approx(100 * wanted)


def test_a_range_without_the_classes_of_the_other_side_is_a_fault(tmp_path):
    nation = make(tmp_path / "nation", name="国", people=100)
    first = classed(make(tmp_path / "pref", name="県", people=100, prefix="K"), TEN, LOWS["ten"])
    path = drafted(tmp_path, first, nation)
    text = path.read_text(encoding="utf-8")
    for broken in (text.replace(', "first": [1]', "").replace(", first = [1]", ""), text.replace("max = 19, ", "")):
        assert broken != text
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(SurveyError) as caught:
            read_crosswalk(path, ks.load_survey(first), ks.load_survey(nation))
        keys = {one.key for one in getattr(caught.value, "faults", [caught.value])}
        assert keys & {"survey.crosswalk_code", "survey.crosswalk_forgotten"}
