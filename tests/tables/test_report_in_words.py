"""The sentences of the national report against the rule recounted from answers, and against the official text.

Nothing of the project's counting, comparing or nesting is used for what is expected: codes are counted with numpy, the pooled z
is written out, and what each axis is made of is said here.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import kodoku_survey as ks

NESTED = {
    "sex_age": ("q2", "age_class"), "sex_marital": ("q2", "q3"), "cohabitant_age": ("cohabitant", "age_class"),
    "single_sex": ("cohabitant", "q2"),
}  # fmt: skip
SAME_ANSWERS = {"without_need": "q23_3"}  # axes that are the question's own answers put together
AGAIN = ("age_again", "with_children", "with_small_children")  # groups told already
NONANSWER = 99


@pytest.fixture(scope="module")
def report(national) -> ks.Report:
    """The national report with every sentence, those the plan turns off as well."""
    survey = replace(national.survey, plan=replace(national.survey.plan, sentences=()))
    return ks.make_report(ks.weighted(replace(national, survey=survey), basis="unweighted"))


def rounded(share: Fraction) -> Fraction:
    """Per cent with one decimal, halves up."""
    return Fraction(int(1000 * share + Fraction(1, 2)), 10)


def z(x: int, n: int, y: int, m: int) -> float:
    pooled = (x + y) / (n + m)
    error = (pooled * (1 - pooled) * (1 / n + 1 / m)) ** 0.5
    return 0.0 if error == 0 else (x / n - y / m) / error


def stand_out(counts: list[tuple[int, int]], total: tuple[int, int]) -> list[int]:
    """Which groups of (count, n) the published rule names."""
    compared = [place for place, (_, n) in enumerate(counts) if n >= 50]
    needed = 3 if len(counts) >= 8 else 1
    found = []
    for place in compared:
        x, n = counts[place]
        won = sum(z(x, n, *counts[other]) > 1.96 for other in compared if other != place)
        above = x * total[1] > total[0] * n and rounded(Fraction(x, n)) > rounded(Fraction(*total))
        if won >= needed and above:
            found.append(place)
    return found


def axes(report: ks.Report, entry) -> list[tuple[str, int | None, np.ndarray, list[tuple[int, np.ndarray]]]]:
    """axis, code of the outer group, everybody in it, and the groups: code of the axis and mask."""
    answers, variables = report.responses.answers, report.responses.variables
    everyone = np.ones(len(report.responses), dtype=bool)
    found = []
    for (name,) in entry.by:
        if name in AGAIN or SAME_ANSWERS.get(name) == entry.question:
            continue
        codes = [
            c.code
            for c in variables[name].codes
            if c.code != NONANSWER and c.code not in variables[name].hidden_as_group
        ]
        if name not in NESTED:
            found.append((name, None, everyone, [(code, answers[name] == code) for code in codes]))
            continue
        outer, inner = NESTED[name]
        for first in dict.fromkeys(code // 100 for code in codes):
            inside = answers[outer] == first
            groups = [(code, inside & (answers[inner] == code % 100)) for code in codes if code // 100 == first]
            found.append((name, first, inside, groups))
    return found


def ticked(report: ks.Report, question: str, code: int) -> np.ndarray:
    variable, values = report.responses.variables[question], report.responses.answers[question]
    return values[:, variable.keys.index(code)] == 1 if variable.kind == "multiple" else values == code


def base(report: ks.Report, entry) -> np.ndarray:
    values = report.responses.answers[entry.question]
    inside = (values[:, 0] if values.ndim == 2 else values) != -1
    for clauses in entry.base.alternatives if entry.base else ():
        for clause in clauses:
            inside = inside & np.isin(report.responses.answers[clause.variable], clause.codes)
    return inside


def spoken_of(report: ks.Report, entry) -> list[int]:
    variable = report.responses.variables[entry.question]
    if entry.focus or variable.kind != "multiple":
        return list(entry.focus)
    others = [c.code for c in variable.codes if re.match("その他(（|$)", c.label)]
    return [c for c in variable.keys if c != NONANSWER and not (len(others) == 1 and c == others[0])]


@pytest.fixture(scope="module")
def expected(report) -> dict[tuple[str, str, int | None, int], set[int]]:
    """By table, axis, outer group and answer: the codes of the groups the rule names."""
    found = {}
    for entry in report.survey.plan.tables:
        asked = base(report, entry)
        for code in spoken_of(report, entry):
            given = asked & ticked(report, entry.question, code)
            for axis, outer, inside, groups in axes(report, entry):
                counts = [(int((given & mask).sum()), int((asked & mask).sum())) for _, mask in groups]
                out = stand_out(counts, (int((given & inside).sum()), int((asked & inside).sum())))
                found[entry.id, axis, outer, code] = {groups[place][0] for place in out}
    return found


@pytest.fixture(scope="module")
def told(report) -> dict[tuple[str, str, int | None, int], set[int]]:
    """The same, as the report's sentences name them."""
    found: dict[tuple[str, str, int | None, int], set[int]] = defaultdict(set)
    for one in report.statements:
        for cell in one.cells if one.kind == "higher" else ():
            if cell.role == "told" and cell.higher_than:
                outer = cell.keys[0] // 100 if cell.axis in NESTED else None
                found[cell.table, cell.axis, outer, cell.code].add(cell.keys[0])
    return found


def test_every_axis_and_answer_names_the_groups_the_rule_gives_and_no_other(expected, told):
    assert len(expected) > 340
    assert {key: groups for key, groups in expected.items() if groups} == dict(told)


def test_a_group_that_stands_out_is_named_in_words_and_above_the_total_as_printed(report):
    for one in report.statements:
        if one.kind != "higher":
            continue
        assert "で高くなっている。" in one.text or "の割合が高くなっている。" in one.text
        totals = {cell.code: float(cell.percent) for cell in one.cells if cell.role == "total"}
        for cell in (cell for cell in one.cells if cell.role == "told" and cell.higher_than):
            assert float(cell.percent) > totals[cell.code], one.text
            assert f"{cell.percent}％" in one.text


def test_no_difference_is_said_of_no_axis_on_which_two_groups_differ(report, expected):
    said = {
        (c.table, c.axis, c.keys[0] // 100 if c.axis in NESTED else None, c.code)
        for one in report.statements if one.kind == "same" for c in one.cells if c.role == "compared"
    }  # fmt: skip
    assert said
    for key in said:
        entry = next(entry for entry in report.survey.plan.tables if entry.id == key[0])
        groups = next(found[3] for found in axes(report, entry) if found[:2] == key[1:3])
        asked = base(report, entry)
        given = asked & ticked(report, entry.question, key[3])
        counts = [(int((given & mask).sum()), int((asked & mask).sum())) for _, mask in groups]
        compared = [one for one in counts if one[1] >= 50]
        assert all(abs(z(*one, *other)) <= 1.96 for one in compared for other in compared)


def test_every_earlier_wave_is_told_of_as_the_rule_has_it(report, project):
    with (project / "data/sample/national_2024/history.csv").open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["group"] == "全体" and row["n"] and row["percent"]]
    changes = {one.id: one for one in report.statements if one.kind == "change" and not one.cells[0].axis}
    waves = {(row["table"], row["wave"]) for row in rows if not row["table"].startswith("問")}
    assert {tuple(id.split("/change/")) for id in changes if not id.startswith("問")} == waves
    asked = {entry.id: entry for entry in report.survey.plan.tables}
    for table, wave in waves:
        entry, text = asked[table], changes[f"{table}/change/{wave}"].text
        inside = base(report, entry)
        n = int(inside.sum())
        for row in (row for row in rows if (row["table"], row["wave"]) == (table, wave) and row["answer"] != "99"):
            old = round(float(row["percent"]) * int(row["n"]) / 100)
            score = z(int((inside & ticked(report, entry.question, int(row["answer"]))).sum()), n, old, int(row["n"]))
            way = "増加" if score > 1.96 else "減少" if score < -1.96 else ""
            label = next(c for c in report.responses.variables[entry.question].codes if c.code == int(row["answer"]))
            words = [f"「{label.text}」", "「" + re.sub("（[^（）]*）$", "", label.label) + "」"]
            if way:
                part = next(part for part in re.split("(?<=している)", text) if part.endswith(f"が{way}している"))
                assert any(word in part for word in words), (table, wave, text)
            else:
                named = re.findall("[^。]*の割合が(?:増加|減少)している", text.split("みられないが、")[-1])
                assert not any(word in part for part in named for word in words), (table, wave, text)


AGES = {"16-19": "16～19歳", "80+": "80歳以上", **{f"{ten}0s": f"{ten}0～{ten}9歳" for ten in range(2, 8)}}
PLAIN = str.maketrans("０１２３４５６７８９~()", "0123456789～（）")


def plain(text: str) -> str:
    return text.translate(PLAIN).replace(" ", "")


def open_statements(shared):
    with (shared / "golden" / "statements_open.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_open_statements_of_the_official_text_are_made_and_none_is_contradicted(report, shared, told, expected):
    variables, made, by_rule = report.responses.variables, 0, 0
    for row in (row for row in open_statements(shared) if row["kind"] == "high"):
        wanted = {plain(AGES.get(name, name)) for name in row["groups_named_as_high"].split("|")}
        answers = {plain(answer) for answer in row["answer"].split("|")}
        sets = []
        for key, groups in told.items():
            table, axis, outer, code = key
            variable = variables[next(e for e in report.survey.plan.tables if e.id == table).question]
            wording = variable.code(code)
            if table not in row["figures"].split("|") or not answers & {plain(wording.text), plain(wording.label)}:
                continue
            if row["within"] and (outer is None or variables[NESTED[axis][0]].code(outer).text != row["within"]):
                continue
            if not row["within"] and {"direct": "q28", "ucla": "ucla_class"}.get(row["axis"], axis) != axis:
                continue
            name = NESTED[axis][1] if axis in NESTED else axis
            label = {g: plain(variables[name].code(g % 100 if axis in NESTED else g).text) for g in groups}
            sets.append(set(label.values()))
        assert sets, row
        made += all(groups == wanted for groups in sets)
        by_rule += row["note"] == "editorial"  # the rule on exact counts gives another set: test above
        assert row["note"] == "editorial" or all(groups == wanted for groups in sets), (row, sets)
    assert (made, by_rule) == (28, 4)


def test_the_open_statements_on_waves_are_made_and_none_is_contradicted(report, shared):
    changes = {one.id: one.text for one in report.statements if one.kind == "change"}
    rows = [row for row in open_statements(shared) if row["kind"] == "wave"]
    for row in rows:
        texts = [changes.get(f"{table}/change/{row['wave']}", "") for table in row["figures"].split("|")]
        texts = [
            text for text in texts if not row["answer"] or any(a in text for a in row["answer"].split("|")) or not text
        ]
        (text,) = [text for text in texts if text][:1]
        way = {"up": "増加している", "down": "減少している", "none": "差異はみられない"}[row["way"]]
        if row["answer"]:
            part = next(
                part
                for part in re.split("(?<=している)|。|(?<=みられないが)", text)
                if any(answer in part for answer in row["answer"].split("|"))
            )
            assert way in part, (row, text)
        else:
            assert text.endswith("いずれの回答の割合にも差異はみられない。"), (row, text)
    assert len(rows) == 8
