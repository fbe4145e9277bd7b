"""Tables of other libraries (polars, pyarrow, …) as DataFrames, by the Arrow C stream they offer: no library of theirs is needed.

Source: Apache Arrow, C data interface, C stream interface and PyCapsule interface (format strings, layouts of buffers).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray, BoolArray
from kodoku_survey.errors import DesignError

_ORDERED = 1  # flag of a dictionary whose values are in order
_NUMBERS: dict[str, Any] = {
    "c": np.int8, "C": np.uint8, "s": np.int16, "S": np.uint16, "i": np.int32, "I": np.uint32, "l": np.int64, "L": np.uint64,
    "e": np.float16, "f": np.float32, "g": np.float64,
}  # fmt: skip
_TIMES = {"s": "s", "m": "ms", "u": "us", "n": "ns"}  # after "ts"
_SHORT = 12  # letters a string view holds itself


class _Schema(ctypes.Structure):
    """struct ArrowSchema."""


class _Array(ctypes.Structure):
    """struct ArrowArray."""


class _Stream(ctypes.Structure):
    """struct ArrowArrayStream."""


_Schema._fields_ = [
    ("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", ctypes.c_void_p), ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64), ("children", ctypes.POINTER(ctypes.POINTER(_Schema))),
    ("dictionary", ctypes.POINTER(_Schema)), ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))),
    ("private_data", ctypes.c_void_p),
]  # fmt: skip
_Array._fields_ = [
    ("length", ctypes.c_int64), ("null_count", ctypes.c_int64), ("offset", ctypes.c_int64), ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64), ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))), ("dictionary", ctypes.POINTER(_Array)),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))), ("private_data", ctypes.c_void_p),
]  # fmt: skip
_Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Schema))),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Array))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(_Stream))),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Stream))), ("private_data", ctypes.c_void_p),
]  # fmt: skip


class _Part(NamedTuple):
    """Values and validity of one column of one batch, and the values of its dictionary, in order."""

    values: AnyArray
    valid: BoolArray
    keys: tuple[Any, ...] = ()


def frame_of_stream(table: Any) -> pd.DataFrame:
    """The DataFrame of a table that has `__arrow_c_stream__`; every value is copied.

    Numbers, truth values, text, dates, times and categories (in their order, where it has one); a missing value is missing.
    Raises DesignError for a column of another type, by its name.
    """
    capsule = table.__arrow_c_stream__()
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    stream = _Stream.from_address(pointer(capsule, b"arrow_array_stream"))
    schema = _Schema()
    _done(stream, stream.get_schema(ctypes.byref(stream), ctypes.byref(schema)))
    try:
        fields = [schema.children[k].contents for k in range(schema.n_children)]
        chunks: list[list[_Part]] = [[] for _ in fields]
        for batch in _batches(stream):
            for k, field in enumerate(fields):
                chunks[k].append(_column(field, batch.children[k].contents, batch.offset, batch.length))
        names = [_name(field) for field in fields]
        columns = [_series(field, held) for field, held in zip(fields, chunks, strict=True)]
    finally:
        schema.release(ctypes.byref(schema))
    made = pd.concat(columns, axis=1, ignore_index=True) if columns else pd.DataFrame()
    made.columns = pd.Index(names)
    return made


def _batches(stream: _Stream) -> Iterator[_Array]:
    while True:
        batch = _Array()
        _done(stream, stream.get_next(ctypes.byref(stream), ctypes.byref(batch)))
        if not batch.release:
            return
        try:
            yield batch
        finally:
            batch.release(ctypes.byref(batch))


def _done(stream: _Stream, code: int) -> None:
    if code:
        told = stream.get_last_error(ctypes.byref(stream)) or b""
        raise DesignError("design.unread_table", reason=told.decode("utf-8", "replace") or str(code))


def _name(field: _Schema) -> str:
    return (field.name or b"").decode("utf-8")


def _column(field: _Schema, array: _Array, start: int, length: int) -> _Part:
    """One column of one batch; of a dictionary its values, not its codes."""
    start = start + array.offset
    valid = (
        _bits(array.buffers[0], start, length) if array.n_buffers and array.buffers[0] else np.ones(length, dtype=bool)
    )
    values = _values(field, array, start, length)
    if field.dictionary:
        inner = field.dictionary.contents
        held = _column(inner, array.dictionary.contents, 0, array.dictionary.contents.length)
        codes = np.where(valid, values, 0).astype(np.intp)
        if not len(held.values):
            return _Part(np.full(length, None, dtype=object), np.zeros(length, dtype=bool))
        return _Part(held.values[codes], valid & held.valid[codes], tuple(held.values.tolist()))
    return _Part(values, valid)


def _values(field: _Schema, array: _Array, start: int, length: int) -> AnyArray:
    kind = field.format.decode("ascii")
    if kind == "n":
        return np.full(length, np.nan)
    if kind in _NUMBERS:
        return _numbers(array.buffers[1], _NUMBERS[kind], start, length)
    if kind == "b":
        return _bits(array.buffers[1], start, length)
    if kind in ("u", "U"):
        return _texts(array, start, length, np.int32 if kind == "u" else np.int64)
    if kind == "vu":
        return _views(array, start, length)
    if kind == "tdD":
        return _numbers(array.buffers[1], np.int32, start, length).astype("datetime64[D]").astype("datetime64[s]")
    if kind == "tdm":
        return _numbers(array.buffers[1], np.int64, start, length).astype("datetime64[ms]")
    if kind[:2] == "ts" and kind[2] in _TIMES:
        return _numbers(array.buffers[1], np.int64, start, length).astype(f"datetime64[{_TIMES[kind[2]]}]")
    raise DesignError("design.unread_column", _name(field), value=kind)


def _numbers(address: int | None, kind: Any, start: int, length: int) -> AnyArray:
    if not length or not address:
        return np.zeros(length, dtype=kind)
    size = np.dtype(kind).itemsize
    held = (ctypes.c_char * (length * size)).from_address(address + start * size)
    return np.frombuffer(held, dtype=kind, count=length).copy()


def _bits(address: int | None, start: int, length: int) -> BoolArray:
    first = start // 8
    held = _numbers(address, np.uint8, first, -(-(start + length) // 8) - first)
    return np.unpackbits(held, bitorder="little")[start - 8 * first :][:length].astype(bool)


def _texts(array: _Array, start: int, length: int, kind: Any) -> AnyArray:
    ends = _numbers(array.buffers[1], kind, start, length + 1) if array.buffers[1] else np.zeros(length + 1, dtype=kind)
    held = _numbers(array.buffers[2], np.uint8, int(ends[0]), int(ends[-1] - ends[0])).tobytes()
    own = (ends - ends[0]).tolist()
    return np.array([held[a:b].decode("utf-8") for a, b in pairwise(own)], dtype=object)


def _views(array: _Array, start: int, length: int) -> AnyArray:
    """Strings of 16 bytes each: their length, then themselves where short, else where they stand in one of several buffers."""
    views = _numbers(array.buffers[1], np.uint8, 16 * start, 16 * length).reshape(-1, 16)
    sizes = views[:, :4].copy().view(np.int32).ravel()
    places = views[:, 8:].copy().view(np.int32)
    found = []
    for view, size, (buffer, offset) in zip(views, sizes.tolist(), places.tolist(), strict=True):
        if size <= _SHORT:
            text = view[4 : 4 + max(size, 0)].tobytes()
        else:
            text = _numbers(array.buffers[2 + buffer], np.uint8, offset, size).tobytes()
        found.append(text.decode("utf-8", "replace"))
    return np.array(found, dtype=object)


def _series(field: _Schema, chunks: list[_Part]) -> pd.Series:
    if not chunks:
        return pd.Series([], dtype=object)
    values = np.concatenate([part.values for part in chunks])
    valid = np.concatenate([part.valid for part in chunks])
    if field.dictionary:
        return _categories(values, valid, [key for part in chunks for key in part.keys], bool(field.flags & _ORDERED))
    if values.dtype == object:
        return pd.Series([v if ok else None for v, ok in zip(values, valid, strict=True)], dtype=object)
    if values.dtype.kind == "M":
        return pd.Series(np.where(valid, values, np.datetime64("NaT")))
    if valid.all():
        return pd.Series(values)
    if values.dtype.kind == "f":
        return pd.Series(np.where(valid, values, np.nan))
    nullable = "boolean" if values.dtype == bool else "UInt64" if values.dtype.kind == "u" else "Int64"
    return pd.Series(pd.array(values, dtype=nullable)).mask(~valid)


def _categories(values: AnyArray, valid: BoolArray, keys: list[Any], ordered: bool) -> pd.Series:
    """Categories in the order of their dictionaries; of those without an order only the ones somebody has."""
    used = set(values[valid].tolist())
    known = [key for key in dict.fromkeys(keys) if ordered or key in used]
    return pd.Series(
        pd.Categorical(
            [v if ok else None for v, ok in zip(values, valid, strict=True)], categories=known, ordered=ordered
        )
    )
