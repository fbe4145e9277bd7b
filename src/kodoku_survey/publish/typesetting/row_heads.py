"""Row heads of tables as TH with Scope Row, which the typesetter cannot say; and the file written small."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf


def with_row_heads(content: bytes) -> bytes:
    """The same document, the first cell of every line of a table a head of its line; the same bytes for the same document."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        root = pdf.Root.get("/StructTreeRoot")
        if root is not None:
            for line in _lines(root):
                _mark(line)
        pdf.save(
            written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True
        )
    return written.getvalue()


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K")
    if kids is None:
        return []
    found = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    return [kid for kid in found if isinstance(kid, pikepdf.Dictionary)]


def _lines(root: Any) -> Iterator[Any]:
    """The lines of every table, at any depth."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.get("/S") == pikepdf.Name.TR:
            yield element
        waiting += _kids(element)


def _mark(line: Any) -> None:
    """The first cell of a line of figures becomes its head; a line of heads is one already."""
    cells = _kids(line)
    if len(cells) < 2 or cells[0].get("/S") != pikepdf.Name.TD:
        return
    scope = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
    before = cells[0].get("/A")
    cells[0].S = pikepdf.Name.TH
    cells[0].A = (
        scope
        if before is None
        else pikepdf.Array([*(before if isinstance(before, pikepdf.Array) else [before]), scope])
    )
