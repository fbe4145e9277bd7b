"""Answers in respondents' own words leave on request alone, in a file of their own."""

from __future__ import annotations

from small import QUESTIONS, folder

from kodoku_survey import run

ASKED = QUESTIONS + '\n[[variable]]\nname = "why"\nkind = "text"\nlabel = "理由"\nquestion = "そう思う理由"\n'
FILE = "id,sex,age,act_1,act_2,act_3,act_9,why\n1,1,30,1,0,0,0,母が=入院して\n2,2,40,0,1,0,0,\nx9,1,20,0,1,0,0,=HYPERLINK()\n"


def test_own_words_are_in_no_output_unless_asked_for_and_then_apart(tmp_path):
    place = tmp_path / "survey"
    place.mkdir()
    folder(place, "", {"a.csv": FILE}, codebook=ASKED)
    run.prepare(place, tmp_path / "plain", formats=["csv"])
    assert not (tmp_path / "plain" / "texts.csv").exists()
    assert not any("入院" in p.read_text(encoding="utf-8-sig") for p in (tmp_path / "plain").rglob("*.csv"))
    run.prepare(place, tmp_path / "asked", formats=["csv"], texts="apart")
    texts = (tmp_path / "asked" / "texts.csv").read_text(encoding="utf-8-sig")
    assert texts.splitlines() == ["id,variable,text", "1,why,母が=入院して", "x9,why,'=HYPERLINK()"]
    others = [p for p in (tmp_path / "asked").rglob("*.csv") if p.name != "texts.csv"]
    assert not any("入院" in p.read_text(encoding="utf-8-sig") for p in others)
    assert "texts.csv" in (tmp_path / "asked" / "manifest.json").read_text(encoding="utf-8")
