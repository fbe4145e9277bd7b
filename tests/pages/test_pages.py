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
from kodoku_survey.publish.pages.document import document
from kodoku_survey.publish.pages.pdf import typeset
from kodoku_survey.publish.typesetting.column_widths import columns
from kodoku_survey.publish.typesetting.filling import Piece, paged


@pytest.fixture(scope="session")
def national_pdf(national, tmp_path_factory) -> Path:
    """The national report, unweighted."""
    place = tmp_path_factory.mktemp("pages")
    path = place / "report.pdf"
    path.write_bytes(typeset(ks.make_report(ks.weighted(national)), place))
    return path


def test_pages_are_full(national_pdf):
    shares = fill(national_pdf)[1:]
    assert statistics.median(shares) >= 0.88


def test_nothing_is_smaller_than_seven_and_a_half_points_and_text_is_ten_and_a_half(national_pdf):
    sizes = [letter.size for page in letters(national_pdf) for letter in page]
    assert min(sizes) >= 7.49
    assert sum(10.4 < size < 10.6 for size in sizes) > 10_000


def test_no_letter_lies_on_another(national_pdf):
    found = {number: pairs for number, page in enumerate(letters(national_pdf), start=1) if (pairs := overlaps(page))}
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


def test_a_table_too_long_for_the_rest_of_a_page_runs_on_and_its_lines_are_not_stretched():
    lines_ = [Piece(400, 100, 20, 60, 10, table=1), *[Piece(10, 5, 1, table=1, head=20)] * 40]
    pages = paged([Piece(200), *lines_, Piece(600, 60, 10), Piece(100)], room=718)
    assert pages[0].last < 42
    assert pages[1].first == pages[0].last
    assert pages[0].ratio <= 1.0
    assert pages[-1].last == len(lines_) + 3


@pytest.fixture(scope="session")
def national_document(national) -> dict:
    """The national report as blocks, without charts."""
    return document(ks.make_report(ks.weighted(national)), {})


def words_on(blocks: list) -> str:
    return json.dumps(blocks, ensure_ascii=False)


def test_parts_are_numbered_so_that_one_can_cite_them(national_document):
    blocks = [*national_document["before"], *(b for unit in national_document["units"] for b in unit["blocks"])]
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
    assert ["決してない", "2,004", "18.4"] in [row[1:] for row in direct["rows"]]


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
