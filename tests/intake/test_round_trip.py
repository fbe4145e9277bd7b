"""Whatever a codebook can hold, written in any layout and read again, is the same.

The writer here knows the formats, and nothing of the reader.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from small import folder, read

LETTERS = "男女あいう一二三、，,;；()（）/・ＡB１2 -〜～‖「」髙&<>\"'|"
labels = st.text(LETTERS, min_size=1, max_size=9).filter(lambda text: text.strip(" 　'\"") == text)


def even(text: str) -> str:
    """Which labels are one to a reader: at least those alike after NFKC without blanks."""
    alike = unicodedata.normalize("NFKC", text).translate(str.maketrans("〜‖髙", "~∥高"))
    return re.sub(r"\s+", "", alike)


@st.composite
def surveys(draw: Any) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    """Questions, and the answers of some people: a code, codes, a number, or None."""
    questions = []
    for n in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["single", "multiple", "number"]))
        own = draw(st.lists(labels, min_size=2, max_size=6, unique_by=even)) if kind != "number" else []
        codes = draw(
            st.lists(
                st.integers(0, 50_000).filter(lambda c: c != 99), min_size=len(own), max_size=len(own), unique=True
            )
        )
        questions.append({"name": f"q{n}", "kind": kind, "options": dict(zip(codes, own, strict=True))})
    people = []
    for _ in range(draw(st.integers(1, 8))):
        answers = []
        for question in questions:
            codes = list(question["options"])
            choice = {"single": st.sampled_from(codes) if codes else st.none(), "number": st.integers(0, 999)}
            several = st.lists(st.sampled_from(codes), unique=True) if codes else st.just([])
            answers.append(
                draw(several if question["kind"] == "multiple" else st.one_of(st.none(), choice[question["kind"]]))
            )
        people.append(answers)
    return questions, people


def codebook(questions: list[dict[str, Any]]) -> str:
    text = ["nonanswer = 99"]
    for question in questions:
        text.append(
            f'[[variable]]\nname = "{question["name"]}"\nkind = "{question["kind"]}"\nlabel = "{question["name"]}"'
        )
        if question["kind"] == "number":
            text.append("minimum = 0\nmaximum = 999")
        else:
            quoted = [f"{{ code = {code}, label = '''{label}''' }}" for code, label in question["options"].items()]
            text.append(f"other = 0\ncodes = [{', '.join(quoted)}]")
    return "\n".join(text)


def written(
    questions: list[dict[str, Any]], people: list[list[Any]], answers: str, multiple: str, mark: str, rows: int
) -> str:
    """The file: answers as codes or labels; several in a cell, or an option a column under one or two headings."""
    heads: list[tuple[str, str]] = [("id", "")]
    table = [[str(n)] for n in range(1, len(people) + 1)]

    def said(question: dict[str, Any], code: int) -> str:
        return question["options"][code] if answers == "labels" else str(code)

    for k, question in enumerate(questions):
        given_ = [person[k] for person in people]
        if question["kind"] != "multiple" or multiple == "cell":
            heads.append((question["name"], ""))
            for row, value in zip(table, given_, strict=True):
                if question["kind"] == "multiple":
                    row.append(mark.join(said(question, code) for code in value))
                else:
                    row.append(
                        "" if value is None else str(value) if question["kind"] == "number" else said(question, value)
                    )
            continue
        for place, (code, label) in enumerate(question["options"].items()):
            two = (question["name"] if place == 0 else "", label)
            heads.append(two if rows == 2 else (f"{question['name']}_{code}", ""))
            for row, value in zip(table, given_, strict=True):
                ticked = said(question, code) if multiple == "ticked" else "1"
                row.append(ticked if code in value else "" if multiple == "ticked" else "0")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([[head for head, _ in heads], *([[option for _, option in heads]] if rows == 2 else []), *table])
    return text.getvalue()


def one_reading(question: dict[str, Any], mark: str) -> bool:
    """Whether every cell of several answers has one reading: no label has the mark at an end, or others side by side."""
    known = [even(label) for label in question["options"].values()]
    if any(label.startswith(mark_) or label.endswith(mark_) for label in known for mark_ in (even(mark), mark[:1])):
        return False
    return not any(even(mark) in label and set(label.split(even(mark))) & set(known) for label in known)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    surveys(),
    st.sampled_from(["codes", "labels"]),
    st.sampled_from(["columns", "ticked", "cell"]),
    st.sampled_from([",", ", ", ";", "、", "\n", "||"]),
    st.sampled_from([1, 2]),
)
def test_what_is_written_in_any_layout_is_read_as_it_was(tmp_path, survey, answers, multiple, mark, rows):
    questions, people = survey
    assume(any(answer not in (None, []) for person in people for answer in person))
    rows = rows if multiple != "cell" and any(q["kind"] == "multiple" for q in questions) else 1
    if multiple == "cell" and answers == "labels":
        assume(mark.strip())
        assume(all(one_reading(question, mark) for question in questions if question["kind"] == "multiple"))
    layout = f'answers = "{answers}"\nmultiple = "{multiple}"\nheader_rows = {rows}\n'
    layout += f"separator = {mark!r}".replace("'", '"') + "\n"
    if rows == 2:
        layout += 'option_column = "{name}/{option}"\n'
        named = [even(f"{q['name']}/{label}") for q in questions for label in q["options"].values()]
        assume(len(set(named)) == len(named))
    text = written(questions, people, answers, multiple, mark, rows)
    responses = read(
        folder(tmp_path, layout, {"a.csv": text}, codebook=codebook(questions), more="[cleaning]\ntolerance = 1.0\n")
    )
    kept = [int(number) - 1 for number in responses.id]
    assert [k for k, person in enumerate(people) if any(answer not in (None, []) for answer in person)] == kept
    for k, question in enumerate(questions):
        given_ = [people[n][k] for n in kept]
        if question["kind"] == "multiple":
            ticks = responses.answers[question["name"]][:, :-1].tolist()
            assert ticks == [[int(code in value) for code in question["options"]] for value in given_]
        elif question["kind"] == "single":
            assert responses.answers[question["name"]].tolist() == [99 if value is None else value for value in given_]
        else:
            status = responses.status[question["name"]].tolist()
            assert status == [int(value is None) for value in given_]
            assert responses.answers[question["name"]].tolist() == [value or 0 for value in given_]
    assert not responses.issues["lost"].any()
