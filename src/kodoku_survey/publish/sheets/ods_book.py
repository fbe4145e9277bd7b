"""A book of sheets as .ods (OpenDocument 1.3): the same sheets as the Excel file, for offices that must have the open format.

Written here, not by a library: what a table needs of the format is a page of XML (CONTRIBUTING.md, dependencies).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from kodoku_survey.publish.sheets.book import Book, BookSheet, SheetColumn, Written
from kodoku_survey.publish.sheets.excel_book import FONT, NIL
from kodoku_survey.tables.rounding import half_up

ODS_KIND = "application/vnd.oasis.opendocument.spreadsheet"
ZIP_MOMENT = (1980, 1, 1, 0, 0, 0)  # of the parts of the archive: the earliest a zip can say
NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
    for name, urn in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("meta", "meta"),
        ("fo", "xsl-fo-compatible"), ("number", "datastyle"), ("svg", "svg-compatible"),
    )
) + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"'  # fmt: skip
XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
PER_CHARACTER = 0.19  # centimetres of column width


def ods_of(book: Book) -> bytes:
    """The bytes of a book, the same for the same book."""
    parts = {
        "content.xml": _content(book),
        "styles.xml": _styles(book),
        "meta.xml": _meta(book),
        "META-INF/manifest.xml": _manifest(),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        # The kind of file stands first and uncompressed, where programs look for it.
        archive.writestr(zipfile.ZipInfo("mimetype", ZIP_MOMENT), ODS_KIND)
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, ZIP_MOMENT), text, zipfile.ZIP_DEFLATED, 6)
    return made.getvalue()


def _content(book: Book) -> str:
    widths = sorted({column.width for sheet in book.sheets for column in sheet.columns})
    columns = "".join(
        f'<style:style style:name="w{number}" style:family="table-column"><style:table-column-properties '
        f'style:column-width="{width * PER_CHARACTER:.2f}cm"/></style:style>'
        for number, width in enumerate(widths)
    )
    names = {width: f"w{number}" for number, width in enumerate(widths)}
    body = "".join(part for sheet in book.sheets for part in _sheet(sheet, names, book))
    return (
        f"{XML_HEAD}<office:document-content {NAMESPACES}><office:automatic-styles>{columns}{_cell_styles(book.decimals)}"
        '<style:style style:name="page" style:family="table" style:master-page-name="page"/>'
        f"</office:automatic-styles><office:body><office:spreadsheet>{body}"
        "</office:spreadsheet></office:body></office:document-content>"
    )


def _cell_styles(decimals: int) -> str:
    """Numbers with their decimals and thousands, 「‐」 shown for a 0 that means nobody, headings, titles, links."""
    digits = f'number:decimal-places="{decimals}" number:min-decimal-places="{decimals}" number:min-integer-digits="1"'
    plain = f"<number:number {digits}/>"
    kinds = (
        f'<number:number-style style:name="n-number">{plain}</number:number-style>'
        '<number:number-style style:name="n-count"><number:number number:decimal-places="0" '
        'number:min-integer-digits="1" number:grouping="true"/></number:number-style>'
        f'<number:number-style style:name="n-any" style:volatile="true">{plain}</number:number-style>'
        f'<number:number-style style:name="n-nil"><number:text>{NIL}</number:text>'
        '<style:map style:condition="value()&gt;0" style:apply-style-name="n-any"/></number:number-style>'
    )
    right = '<style:paragraph-properties fo:text-align="end"/>'
    wrap = '<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="middle"/>'
    looks = {
        "text": ("", wrap),
        "centre": ("", '<style:paragraph-properties fo:text-align="center"/>'),
        "line": ("", ""),
        "title": ("", '<style:text-properties fo:font-size="12pt" fo:font-weight="bold"/>'),
        "head": (
            "",
            '<style:table-cell-properties fo:wrap-option="wrap" fo:background-color="#eef3f8" '
            'fo:border-top="0.06cm solid #000000" fo:border-bottom="0.02cm solid #000000"/>'
            '<style:paragraph-properties fo:text-align="center"/>',
        ),
        "number": ("n-number", right),
        "count": ("n-count", right),
        "nil": ("n-nil", right),
        "mark": ("", right),
        "reference": ("n-count", right),
        "link": ("", '<style:text-properties fo:color="#1d4f80"/>'),
    }
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table-cell" style:parent-style-name="Default"'
        + (f' style:data-style-name="{kind}"' if kind else "")
        + f">{look}</style:style>"
        for name, (kind, look) in looks.items()
    )
    return kinds + styles


def _sheet(sheet: BookSheet, widths: dict[float, str], book: Book) -> Iterator[str]:
    yield f'<table:table table:name={quoteattr(sheet.name)} table:style-name="page">'
    yield "".join(f'<table:table-column table:style-name="{widths[column.width]}"/>' for column in sheet.columns)
    if not book.plain:
        yield _row([_text(sheet.title, "title")])
        yield from (_row([_text(line, "line")]) for line in sheet.lines)
        if sheet.back is not None:
            yield _row([_cell(sheet.back, book)])
    yield f"<table:table-header-rows>{_row(_heads(sheet.columns, book))}</table:table-header-rows>"
    for row in sheet.rows:
        yield _row(_cell(cell, book) for cell in row)
    if not book.plain and sheet.notes:
        yield _row(["<table:table-cell/>"])
        yield from (_row([_text(note, "line")]) for note in sheet.notes)
    yield "</table:table>"


def _row(cells: Iterable[str]) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def _heads(columns: Iterable[SheetColumn], book: Book) -> Iterator[str]:
    return (_text(column.head, "text" if book.plain else "head") for column in columns)


def _text(text: str, style: str, link: str = "") -> str:
    told = escape(text)
    if link:
        target = quoteattr("#'" + link.replace("'", "''") + "'.A1")
        told = f'<text:a xlink:type="simple" xlink:href={target}>{told}</text:a>'
    return f'<table:table-cell table:style-name="{style}" office:value-type="string"><text:p>{told}</text:p></table:table-cell>'


def _cell(cell: Written, book: Book) -> str:
    value = cell.value
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        return _text(value, cell.style, cell.link)
    style = "" if book.plain else f' table:style-name="{cell.style}"'
    return (
        f'<table:table-cell{style} office:value-type="float" office:value="{value!r}">'
        f"<text:p>{_shown(cell, book)}</text:p></table:table-cell>"
    )


def _shown(cell: Written, book: Book) -> str:
    """A number as its style shows it."""
    value = cell.value
    assert isinstance(value, (int, float))
    if book.plain:
        return repr(value)
    if cell.style == "nil":
        return NIL
    if cell.style == "centre":
        return repr(value)
    return f"{value:,.0f}" if cell.style in ("count", "reference") else half_up(float(value), book.decimals)


def _styles(book: Book) -> str:
    land, code = ("JP", "ja") if book.lang == "ja" else ("GB", "en")
    size = 'style:font-size-asian="10pt" style:font-size-complex="10pt" fo:font-size="10pt"'
    font = f'style:font-name="body" style:font-name-asian="body" {size}'
    speech = f'fo:language="{code}" fo:country="{land}" style:language-asian="{code}" style:country-asian="{land}"'
    return (
        f"{XML_HEAD}<office:document-styles {NAMESPACES}>"
        f'<office:font-face-decls><style:font-face style:name="body" svg:font-family="&apos;{FONT}&apos;"/>'
        '</office:font-face-decls><office:styles><style:default-style style:family="table-cell">'
        f"<style:text-properties {font} {speech}/></style:default-style>"
        '<style:style style:name="Default" style:family="table-cell"/></office:styles><office:automatic-styles>'
        '<style:page-layout style:name="lying"><style:page-layout-properties fo:page-width="29.7cm" '
        'fo:page-height="21cm" style:print-orientation="landscape" fo:margin="1.3cm" style:scale-to-X="1" '
        'style:scale-to-Y="0"/></style:page-layout></office:automatic-styles><office:master-styles>'
        '<style:master-page style:name="page" style:page-layout-name="lying"/></office:master-styles>'
        "</office:document-styles>"
    )


def _meta(book: Book) -> str:
    day = book.made.isoformat()
    return (
        f"{XML_HEAD}<office:document-meta {NAMESPACES}><office:meta><dc:title>{escape(book.title)}</dc:title>"
        f"<meta:initial-creator>{escape(book.author)}</meta:initial-creator><dc:creator>{escape(book.author)}"
        f"</dc:creator><dc:subject>{escape(book.subject)}</dc:subject><dc:language>{book.lang}</dc:language>"
        f"<meta:creation-date>{day}T00:00:00</meta:creation-date><dc:date>{day}T00:00:00</dc:date>"
        "</office:meta></office:document-meta>"
    )


def _manifest() -> str:
    files = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in (
            ("/", ODS_KIND),
            ("content.xml", "text/xml"),
            ("styles.xml", "text/xml"),
            ("meta.xml", "text/xml"),
        )
    )
    return (
        f'{XML_HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        f'manifest:version="1.3">{files}</manifest:manifest>'
    )
