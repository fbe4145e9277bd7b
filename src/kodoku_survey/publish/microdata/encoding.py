"""A frozen value as JSON and arrays, and back: only the package's own values, made by their own makers, nothing executed.

Pickle would run whatever a file says; here a file can only name frozen dataclasses and moves of the rooms below, numbers, text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kodoku_survey.arrays import AnyArray
from kodoku_survey.errors import FileError, OutputError

ROOMS = ("survey", "intake", "measures", "design", "weighting")
PLAIN_TYPES = (bool, int, float, str, type(None))


class Encoder:
    """Values as JSON trees; arrays are kept aside, by number."""

    def __init__(self) -> None:
        self.arrays: list[AnyArray] = []

    def encoded(self, value: Any, where: str) -> Any:
        """A JSON tree of a value. Raises OutputError, naming where it stands, for what no file can hold."""
        if isinstance(value, PLAIN_TYPES):
            return value if not isinstance(value, float) or np.isfinite(value) else {"float": repr(value)}
        if isinstance(value, np.generic):
            return self.encoded(value.item(), where)
        for kind, write in self._writers():
            if isinstance(value, kind):
                return write(value, where)
        if is_dataclass(value) and not isinstance(value, type) and _of_rooms(type(value)):
            return {"value": _named(type(value)), "fields": self._fields(value, where)}
        raise OutputError("publish.cannot_save", where, value=type(value).__name__)

    def _writers(self) -> list[tuple[Any, Callable[[Any, str], Any]]]:
        return [
            (np.ndarray, self._array),
            (pd.DataFrame, self._frame),
            (tuple, lambda value, where: {"tuple": [self.encoded(one, where) for one in value]}),
            (list, lambda value, where: {"list": [self.encoded(one, where) for one in value]}),
            ((dict, MappingProxyType), self._map),
            (frozenset, lambda value, where: {"set": [self.encoded(one, where) for one in sorted(value)]}),
            (Path, lambda value, _: {"path": value.as_posix()}),
            (dt.datetime, lambda value, _: {"datetime": value.isoformat()}),
            (dt.date, lambda value, _: {"date": value.isoformat()}),
            (Fraction, lambda value, _: {"fraction": str(value)}),
            (partial, self._move),
        ]

    def _fields(self, value: Any, where: str) -> dict[str, Any]:
        return {
            one.name: self.encoded(getattr(value, one.name), f"{where}.{one.name}") for one in fields(value) if one.init
        }

    def _map(self, value: Mapping[Any, Any], where: str) -> Any:
        pairs = [[self.encoded(key, where), self.encoded(held, f"{where}[{key}]")] for key, held in value.items()]
        return {"map": pairs}

    def _array(self, value: AnyArray, where: str) -> Any:
        if value.dtype == object:
            return {"objects": [self.encoded(one, where) for one in value.tolist()]}
        self.arrays.append(np.ascontiguousarray(value))
        return {"array": len(self.arrays) - 1}

    def _frame(self, value: pd.DataFrame, where: str) -> Any:
        index = None if isinstance(value.index, pd.RangeIndex) else self._array(value.index.to_numpy(), where)
        columns = [
            [self.encoded(name, where), self._column(value.iloc[:, k], f"{where} [{name}]")]
            for k, name in enumerate(value.columns)
        ]
        return {"frame": columns, "index": index, "rows": len(value)}

    def _column(self, column: pd.Series, where: str) -> Any:
        dtype = column.dtype
        if isinstance(dtype, pd.CategoricalDtype):
            categories = self._array(dtype.categories.to_numpy(dtype=object), where)
            return {
                "codes": self._array(column.cat.codes.to_numpy(), where),
                "of": categories,
                "ordered": bool(dtype.ordered),
            }
        if isinstance(dtype, np.dtype) and dtype.kind in "biufM":
            return self._array(column.to_numpy(), where)
        if pd.api.types.is_extension_array_dtype(dtype) and pd.api.types.is_numeric_dtype(dtype):
            values = self._array(column.to_numpy(dtype=dtype.numpy_dtype, na_value=0), where)
            return {"masked": values, "missing": self._array(column.isna().to_numpy(), where), "dtype": str(dtype)}
        missing = column.isna().to_numpy()
        held = [None if gone else one for one, gone in zip(column.tolist(), missing, strict=True)]
        return {"text": [self.encoded(one, where) for one in held], "dtype": "str" if str(dtype) == "str" else "object"}

    def _move(self, value: partial[Any], where: str) -> Any:
        if value.args or not _is_move(value.func):
            raise OutputError("publish.cannot_save", where, value="move")
        return {"move": _named(value.func), "with": self._map(value.keywords, where)}


class Decoder:
    """Values from JSON trees and arrays."""

    def __init__(self, arrays: Sequence[AnyArray], file: str) -> None:
        self.arrays, self.file = arrays, file

    def decoded(self, tree: Any) -> Any:
        """The value of a tree. Raises FileError for a tree that is none of ours."""
        if isinstance(tree, PLAIN_TYPES):
            return tree
        if not isinstance(tree, dict) or not tree:
            raise self._fault()
        kind = next(iter(tree))
        if kind in ("tuple", "list", "set"):
            held = [self.decoded(one) for one in tree[kind]]
            return held if kind == "list" else tuple(held) if kind == "tuple" else frozenset(held)
        read = {
            "float": lambda: float(tree["float"]), "map": self._map, "array": self._array, "objects": self._objects,
            "frame": self._frame, "path": lambda: Path(tree["path"]),
            "fraction": lambda: Fraction(tree["fraction"]), "date": lambda: dt.date.fromisoformat(tree["date"]),
            "datetime": lambda: dt.datetime.fromisoformat(tree["datetime"]), "value": self._value, "move": self._move,
        }.get(kind)  # fmt: skip
        if read is None:
            raise self._fault()
        return read(tree) if kind in ("map", "array", "objects", "frame", "value", "move") else read()  # type: ignore[operator]

    def _fault(self) -> FileError:
        return FileError("publish.not_a_sample", self.file)

    def _map(self, tree: Any) -> dict[Any, Any]:
        return {self.decoded(key): self.decoded(held) for key, held in tree["map"]}

    def _array(self, tree: Any) -> AnyArray:
        return self.arrays[tree["array"]]

    def _objects(self, tree: Any) -> AnyArray:
        held = np.empty(len(tree["objects"]), dtype=object)
        held[:] = [self.decoded(one) for one in tree["objects"]]
        return held

    def _frame(self, tree: Any) -> pd.DataFrame:
        names = [self.decoded(name) for name, _ in tree["frame"]]
        columns = [self._column(column) for _, column in tree["frame"]]
        index = pd.RangeIndex(tree["rows"]) if tree["index"] is None else pd.Index(self.decoded(tree["index"]))
        if not columns:
            return pd.DataFrame(index=index)
        made = pd.concat([pd.Series(column, index=index) for column in columns], axis=1)
        made.columns = pd.Index(names)
        return made

    def _column(self, tree: Any) -> Any:
        if "codes" in tree:
            categories = pd.Index(list(self.decoded(tree["of"])))
            return pd.Categorical.from_codes(self._array(tree["codes"]), categories=categories, ordered=tree["ordered"])
        if "masked" in tree:
            held = pd.array(self._array(tree["masked"]), dtype=tree["dtype"])
            held[self._array(tree["missing"])] = pd.NA
            return held
        if "text" in tree:
            return pd.array([self.decoded(one) for one in tree["text"]], dtype=tree["dtype"])
        return self._array(tree).copy()

    def _value(self, tree: Any) -> Any:
        kind = self._found(tree["value"])
        if not (isinstance(kind, type) and is_dataclass(kind) and _of_rooms(kind)):
            raise self._fault()
        known = {one.name for one in fields(kind) if one.init}
        if not set(tree["fields"]) <= known:
            raise self._fault()
        return kind(**{name: self.decoded(held) for name, held in tree["fields"].items()})

    def _move(self, tree: Any) -> Any:
        function = self._found(tree["move"])
        if not _is_move(function):
            raise self._fault()
        return partial(function, **self._map(tree["with"]))

    def _found(self, name: str) -> Any:
        """What a name like "design.stages:Stage" stands for."""
        matched = re.fullmatch(rf"((?:{'|'.join(ROOMS)})(?:\.[a-z_]+)*):([A-Za-z_]+)", name)
        if matched is None:
            raise self._fault()
        try:
            found = getattr(import_module(f"kodoku_survey.{matched[1]}"), matched[2], None)
        except ImportError as fault:
            raise self._fault() from fault
        if getattr(found, "__module__", "") != f"kodoku_survey.{matched[1]}":
            raise self._fault()
        return found


def _named(one: Any) -> str:
    return f"{one.__module__.removeprefix('kodoku_survey.')}:{one.__qualname__}"


def _of_rooms(kind: type) -> bool:
    return kind.__module__.removeprefix("kodoku_survey.").split(".")[0] in ROOMS


def _is_move(function: Any) -> bool:
    return getattr(function, "is_move", False) is True
