"""The pages as they are rendered: full, large enough to be read, nothing on anything else; every figure has its table by it."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from rendered import fill, letters, overlaps

import kodoku_survey as ks
from kodoku_survey.publish.charts.metrics import chunks, lines, width
from kodoku_survey.publish.charts.parting import breaks
from kodoku_survey.publish.pages.blocks import grid
from kodoku_survey.publish.pages.document import document
from kodoku_survey.publish.pages.pdf import typeset
from kodoku_survey.publish.pages.table_pieces import part_of_table, table_pieces
from kodoku_survey.publish.typesetting.column_widths import columns
from kodoku_survey.publish.typesetting.filling import Piece, paged
from kodoku_survey.tables import Row


def pages_of(report: ks.Report, place: Path) -> Path:
    """The pages of a report."""
    (place / "report.pdf").write_bytes(typeset(report, place))
    return place / "report.pdf"


@pytest.fixture(scope="session")
def national_pdf(national, tmp_path_factory) -> Path:
    """The national report, unweighted."""
    return pages_of(ks.make_report(ks.weighted(national)), tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="session")
def prefecture_pdf(prefecture_sample, tmp_path_factory) -> Path:
    """The prefecture's report, weighted."""
    return pages_of(ks.make_report(prefecture_sample), tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="session")
def european_pdf(project, shared, tmp_path_factory) -> Path:
    """The European report, in English. Skips where its data file is not beside the project."""
    file = shared / "realdata" / "eu_loneliness_survey_eu4.dta"
    if not file.is_file():
        pytest.skip("the European data file is not beside the project")
    survey = ks.load_survey(project / "examples" / "eu_loneliness_2022", inputs={"responses": file})
    sample = ks.weighted(ks.score(ks.clean(ks.read_returns(survey))))
    return pages_of(ks.make_report(sample), tmp_path_factory.mktemp("pages"))


@pytest.fixture(params=["national_pdf", "prefecture_pdf", "european_pdf"])
def any_pdf(request) -> Path:
    """The pages of each of the three surveys."""
    return request.getfixturevalue(request.param)


def opened(path: Path) -> list[bool]:
    """Of each page, whether it begins a part (第１ … and what stands at that level)."""
    document = pdfium.PdfDocument(path)
    begun = {item.get_dest().get_index() for item in document.get_toc() if item.level == 0}
    count = len(document)
    document.close()
    return [number in begun for number in range(count)]


def test_pages_are_full(any_pdf):
    shares, begins = fill(any_pdf)[1:], [*opened(any_pdf)[2:], True]
    assert statistics.median(shares) >= 0.88
    assert [share for share, ends in zip(shares, begins, strict=True) if not ends and share < 0.45] == []


def test_nothing_is_smaller_than_seven_and_a_half_points_and_text_is_ten_and_a_half(any_pdf):
    sizes = [letter.size for page in letters(any_pdf) for letter in page]
    assert min(sizes) >= 7.49
    assert sum(10.4 < size < 10.6 for size in sizes) > 2_000


def test_no_letter_lies_on_another(any_pdf):
    found = {number: pairs for number, page in enumerate(letters(any_pdf), start=1) if (pairs := overlaps(page))}
    assert found == {}


def test_a_table_stands_on_the_page_of_its_figure(national_pdf):
    document = pdfium.PdfDocument(national_pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    torn = []
    for number in [f"1-{k}" for k in range(1, 71)]:
        figure = max(k for k, text in enumerate(pages) if f"図{number}　" in text)  # the list in front names it too
        if not any(f"表{number}　" in text for text in pages[figure : figure + 1]):
            torn.append(number)
    document.close()
    assert torn == []


def test_the_fonts_are_embedded_a_serif_and_two_weights_of_a_sans(national_pdf):
    with pikepdf.open(national_pdf) as pdf:
        fonts = [
            item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/FontFile3") is not None
        ]
        names = {str(font.FontName).partition("+")[2] for font in fonts}
    assert {"NotoSerifJP-Regular", "NotoSansJP-Regular", "NotoSansCJKjp-Bold"} <= names


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("まあ満足している", ["まあ", "満足している"]),
        ("仕事・学校関係者（職場の同僚等）", ["仕事・", "学校関係者", "（職場の", "同僚等）"]),
        ("10～12点", ["10～12点"]),
        ("Most of the time", ["Most ", "of ", "the ", "time"]),
    ],
)
def test_a_label_is_parted_between_words_only(label, parts):
    assert chunks(label) == parts
    assert all(line.strip() in "".join(parts) for line in lines(label, 20, 8))


def test_a_head_too_wide_for_its_column_stands_upright_and_is_never_cut():
    heads = ["", "回答者数", *["家族間の重大なトラブルなど" for _ in range(14)]]
    found = columns(heads, [["全体", "10,871", *["12.3"] * 14]], 1, upright=True)
    assert found is not None
    assert found.way == "upright"
    assert all("".join(lines_) == head for lines_, head in zip(found.head, heads, strict=True))
    assert sum(found.widths) <= 482.5


def test_a_level_head_is_as_wide_as_its_longest_word():
    found = columns(["", "n", "まあ満足している", "無回答"], [["全体", "10", "1.0", "2.0"]], 1, upright=True)
    assert found is not None
    assert all(width(line, 8) <= room for head, room in zip(found.head, found.widths, strict=True) for line in head)


def test_pages_are_filled_by_the_pieces_that_fit_and_each_stands_once():
    pieces = [Piece(300, 60, 20), Piece(330, 60, 20), Piece(500, 150, 30), Piece(340, 60, 20), Piece(360, 60, 20)]
    pages = paged(pieces, room=718)
    assert [(page.first, page.last) for page in pages] == [(0, 2), (2, 3), (3, 5)]
    assert pages[1].ratio == 1.0


def test_a_table_too_long_for_the_rest_of_a_page_runs_on_and_its_lines_fill_the_page():
    lines_ = [Piece(400, 100, 20), *[Piece(10, 5, 1, parting=0.4, head=20)] * 40]
    pages = paged([Piece(200), *lines_, Piece(600, 60, 10), Piece(100)], room=718)
    assert pages[0].last < 42
    assert pages[1].first == pages[0].last
    assert pages[0].ratio <= 1.0
    assert pages[-1].last == len(lines_) + 3


@pytest.fixture(scope="session")
def national_document(national) -> dict:
    """The national report as blocks, without charts."""
    return document(ks.make_report(ks.weighted(national)))


def words_on(blocks: list) -> str:
    return json.dumps(blocks, ensure_ascii=False)


def test_parts_are_numbered_so_that_one_can_cite_them(national_document):
    blocks = [*national_document["before"], *national_document["results"]]
    heads = [block["text"] for block in blocks if block["kind"] == "heading"]
    assert heads[:2] == ["利用上の注意", "孤独感の把握方法"]
    assert heads[2:4] == ["第１　調査の概要", "１　調査の目的"]
    results = heads.index("第２　結果の概要")
    assert heads[results + 1 : results + 3] == ["１　孤独の状況", "(1)　孤独の状況"]
    assert "２　孤立の状況" in heads
    assert heads[heads.index("２　孤立の状況") + 1].startswith("(1)　")


def test_every_question_of_the_form_stands_in_its_own_words_with_its_figures(national, national_document):
    (asked,) = [block for block in national_document["after"] if block["kind"] == "questions"]
    titles = "".join(question["title"] for question in asked["blocks"])
    for variable in national.survey.codebook.variables:
        if variable.question and variable.source == "form":
            assert variable.question in titles, variable.name
    direct = next(q for q in asked["blocks"] if q["title"].startswith("問28"))
    assert direct["rows"][0] == ["1", "決してない", "2,004", "18.4"]  # in the order of the form


def test_the_two_measures_of_loneliness_are_explained_before_any_figure(national_document):
    told = words_on(national_document["before"])
    assert "UCLA" in told or "ＵＣＬＡ" in told
    assert '["10～12点", "常にある"]' in told


def test_there_are_eleven_notes_for_the_reader_at_least(national_document):
    notes = next(block for block in national_document["before"] if block["kind"] == "list")
    assert len(notes["items"]) >= 11


def test_an_unweighted_report_has_no_weights_and_no_design_effects(national_document):
    told = words_on(national_document["after"])
    assert "デザイン効果" not in told
    assert "ウエイトの作成" not in told
    assert "cp932" not in told


def test_who_was_counted_is_told_for_every_wave(national_document):
    told = next(b for b in national_document["before"] if b["kind"] == "table" and "性別の構成比" in b["caption"])
    assert [row[0] for row in told["rows"]] == ["2024年", "2023年", "2022年", "2021年"]
    assert told["rows"][3][2:] == ["46.1", "52.7", "0.5", "0.6"]


def lined(groups: int, lines: int) -> dict:
    """A table of groups, each with its name and so many lines."""
    rows, titles = [], []
    for group in range(groups):
        titles.append(len(rows))
        rows += [[f"group {group}", ""], *[[f"line {line}", "1.0"] for line in range(lines)]]
    return grid("a table", ["", "n"], rows, titles=titles)


def test_a_page_never_ends_right_under_the_name_of_a_group_or_leaves_one_line_of_it_behind():
    table = lined(5, 8)
    firsts = [first for first, _, _ in table_pieces(table, 600.0, 0.0)]
    assert len(firsts) > 8
    for first in firsts[1:]:
        if first not in table["titles"]:
            assert not {first - 1, first - 2} & set(table["titles"])
            assert first + 1 not in table["titles"]


def test_the_part_of_a_table_on_a_new_page_repeats_the_name_of_its_group():
    table = lined(3, 8)
    part = part_of_table(table, 12, 27, 2.0)
    assert part["rows"][0] == ["group 1", ""]
    assert part["titles"] == [0, 7]
    assert part["caption"] == "a table（続き）"
    assert part_of_table(table, 9, 18, 2.0)["titles"] == [0]


def test_a_chart_is_parted_between_attributes_and_never_after_everybodys_line():
    def row(attribute: str, number: int) -> Row:
        return Row(attribute, f"{attribute} {number}", 100, (), axis=attribute, keys=(number,))

    rows = [
        row("", 0),
        *[row("sex", k) for k in range(2)],
        *[row("age", k) for k in range(8)],
        *[row("job", k) for k in range(20)],
    ]
    costs = breaks(rows)
    assert {3, 11} <= set(costs)
    assert 1 not in costs
    assert all(k - 11 >= 7 and 31 - k >= 7 for k in costs if k > 11)
