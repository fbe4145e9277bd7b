"""Microdata tell other programs what they are: missings, response sets, levels, labels, cut where they must be."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pyreadstat
import pytest

from kodoku_survey.publish.microdata.dictionary import Dictionary, shortened
from kodoku_survey.publish.microdata.microdata import label_cuts, microdata, write_microdata
from kodoku_survey.publish.output import write_prepared


@pytest.fixture(scope="module")
def sav(prefecture_sample, tmp_path_factory):
    path = tmp_path_factory.mktemp("labels") / "microdata.sav"
    write_microdata(prefecture_sample, path)
    return path


@pytest.fixture(scope="module")
def dta(prefecture_sample, tmp_path_factory):
    path = tmp_path_factory.mktemp("labels") / "microdata.dta"
    write_microdata(prefecture_sample, path)
    return path


def test_in_stata_a_mean_leaves_out_who_did_not_answer_and_the_file_still_says_why(prefecture_sample, dta):
    codes = prefecture_sample.responses.answers["lonely"]
    plain, _ = pyreadstat.read_dta(dta)
    assert plain["lonely"].mean() == pytest.approx(codes[codes != 9].mean())
    told, meta = pyreadstat.read_dta(dta, user_missing=True)
    assert ((told["lonely"] == "n") == (codes == 9)).all()
    assert meta.variable_value_labels["lonely"]["n"] == "無回答"
    assert 9 not in meta.variable_value_labels["lonely"]


def test_in_stata_what_could_not_be_determined_is_another_missing_than_no_answer(prefecture_sample, dta):
    told, meta = pyreadstat.read_dta(dta, user_missing=True)
    status = prefecture_sample.responses.status["ucla_score"]
    assert (status == 2).any()
    assert ((told["ucla_score"] == "u") == (status == 2)).all()
    assert set(meta.missing_user_values["years"]) == {"n"}
    assert meta.variable_value_labels["years"]["n"].startswith("無回答")


def test_the_options_of_one_question_are_a_response_set(prefecture_sample, sav):
    _, meta = pyreadstat.read_sav(sav)
    found = meta.mr_sets["activity"]
    assert found["variable_list"] == [f"activity_{code}" for code in range(1, 7)]
    assert (found["counted_value"], found["label"]) == (1, "問4 参加している活動")
    multiple = {name for name, v in prefecture_sample.responses.variables.items() if v.kind == "multiple"}
    assert set(meta.mr_sets) == multiple


def test_pspp_lists_our_response_sets(sav):
    if not shutil.which("pspp"):
        pytest.skip("PSPP is not installed")
    syntax = sav.with_name("sets.sps")
    syntax.write_text(
        f"GET FILE='{sav.name}'.\nMRSETS /DISPLAY NAME=[$activity].\nDISPLAY DICTIONARY.\n", encoding="utf-8"
    )
    told = subprocess.run(["pspp", syntax.name], cwd=sav.parent, capture_output=True, text=True, check=True).stdout
    assert all(name in told for name in ("$activity", "activity_6"))
    assert "rror" not in told


def test_every_column_has_a_label_and_a_level_fpc_included(prefecture_sample, sav, dta):
    _, meta = pyreadstat.read_sav(sav)
    labels = meta.column_names_to_labels
    assert all(labels[name] and labels[name] != name for name in labels), labels
    assert "fpc" in labels
    levels = meta.variable_measure
    assert (levels["lacking"], levels["sex"], levels["age"], levels["age_class"], levels["weight"]) == (
        "ordinal", "nominal", "scale", "ordinal", "scale",
    )  # fmt: skip
    assert "unknown" not in levels.values()
    assert pyreadstat.read_dta(dta)[1].column_names_to_labels == labels


def test_fpc_counts_the_persons_of_each_stratum(prefecture_sample):
    frame = microdata(prefecture_sample)
    register = prefecture_sample.responses.selection
    known = register.set_index("id").loc[frame["id"], "層の人口"].to_numpy(float)
    np.testing.assert_allclose(frame["fpc"], known)


@pytest.mark.parametrize(
    ("format", "of_column", "of_code"), [("dta", "あ" * 80, "い" * 200), ("sav", "あ" * 85, "い" * 40)]
)
def test_a_label_is_cut_between_characters_at_what_the_format_holds(format, of_column, of_code):
    told = Dictionary({"q": "あ" * 100}, {"q": {1: "い" * 200, 2: "短い"}}, {}, {"q": "nominal"})
    cut, cuts = shortened(told, format)
    assert cut.columns["q"] == of_column
    assert cut.codes["q"] == {1: of_code, 2: "短い"}
    assert [(one.column, one.code) for one in cuts] == [("q", None)] + ([("q", 1)] if format == "sav" else [])


def test_long_labels_are_written_cut_and_told_in_the_manifest(prefecture_sample, tmp_path):
    responses = prefecture_sample.responses
    lonely = responses.variables["lonely"]
    codes = (replace(lonely.codes[0], label="𠮷" + "あ" * 60), *lonely.codes[1:])
    longer = replace(lonely, label="長い名" * 40, codes=codes)
    sample = replace(prefecture_sample, responses=responses.with_variables({"lonely": longer}, {}, {}))
    out = write_prepared(sample, tmp_path / "out", formats=("sav", "dta"))
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["labels_cut"]
    assert [(cut["format"], cut["column"], cut["code"]) for cut in told] == [
        ("sav", "lonely", None), ("sav", "lonely", 1), ("dta", "lonely", None),
    ]  # fmt: skip
    _, meta = pyreadstat.read_sav(out / "microdata.sav")
    assert meta.variable_value_labels["lonely"][1] == "𠮷" + "あ" * 38 == told[1]["kept"]
    assert len(pyreadstat.read_dta(out / "microdata.dta")[1].column_names_to_labels["lonely"]) == 80
    assert label_cuts(prefecture_sample, ("csv", "sav", "dta")) == []
