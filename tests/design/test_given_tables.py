"""A sample is made from whatever table an analyst has, and from columns by name or as they are."""

from __future__ import annotations

import ctypes
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import kodoku_survey as ks
from kodoku_survey.design.given import arrow_tables as arrow
from kodoku_survey.errors import DesignError

FRAME = pd.DataFrame({"w": [1.0, 2.0, 3.0, 4.0], "g": list("aabb"), "y": [1.0, 2.0, 4.0, 8.0], "p": [1, 2, 1, 2]})
SAMPLE = ks.Sample.from_frame(FRAME, weight="w", stratum="g", psu="p")
WANTED = ks.means(SAMPLE, "y")


def same(sample: ks.Sample) -> None:
    found = ks.means(sample, "y")
    np.testing.assert_array_equal([found.value, found.se], [WANTED.value, WANTED.se])


def test_columns_are_given_by_name_or_as_they_are():
    same(ks.Sample.from_frame(FRAME, weight=FRAME["w"], stratum=FRAME["g"], psu=FRAME["p"]))
    same(
        ks.Sample.from_frame(
            FRAME.drop(columns=["w", "g", "p"]), weight=FRAME["w"], stratum=FRAME["g"], psu=[FRAME["p"]]
        )
    )
    same(ks.Sample.from_frame(FRAME, weight=FRAME["w"].to_numpy(), stratum="g", psu="p"))
    same(
        ks.Sample.from_frame(FRAME, weight=FRAME["w"].sample(frac=1, random_state=1), stratum="g", psu="p")
    )  # by its index
    other = FRAME["w"] * 1.0 + [0, 0, 0, 4]
    made = ks.Sample.from_frame(FRAME, weight=other)
    assert made.weight.tolist() == [1, 2, 3, 8]
    assert made.frame["w"].tolist() == [1, 2, 3, 4]  # a column of the frame stays what it was
    replicates = pd.DataFrame({"r1": [2.0, 0, 3, 4], "r2": [0, 4.0, 3, 4]})
    one, two = (
        ks.Sample.from_frame(f, weight="w", replicate_weights=r, replicate_method="jk1")
        for f, r in ((FRAME, replicates), (FRAME.join(replicates), ["r1", "r2"]))
    )
    np.testing.assert_array_equal(ks.means(one, "y").se, ks.means(two, "y").se)


class Offered:
    """A table that offers nothing but the interchange protocol."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame

    def __dataframe__(self, **options: object) -> object:
        return self.frame.__dataframe__()


@pytest.mark.filterwarnings("ignore")  # of the protocol's own age
def test_a_table_of_another_library_and_columns_by_name_are_taken():
    same(ks.Sample.from_frame(Offered(FRAME), weight="w", stratum="g", psu="p"))
    same(ks.Sample.from_frame(FRAME.to_dict("list"), weight="w", stratum="g", psu="p"))


class Streamed:
    """A table that offers an Arrow stream of two batches, written by hand as the specification has it."""

    def __init__(self) -> None:
        self.kept: list[object] = []
        self.batches = [self.batch(0), self.batch(1)]

    def buffer(self, data: bytes) -> int:
        held = ctypes.create_string_buffer(data, max(len(data), 1))
        self.kept.append(held)
        return ctypes.addressof(held)

    def array(self, length, buffers, children=(), dictionary=None, offset=0):
        addresses = (ctypes.c_void_p * len(buffers))(*buffers)
        below = (ctypes.POINTER(arrow._Array) * max(len(children), 1))(*map(ctypes.pointer, children))
        release = arrow._Array._fields_[8][1](lambda _: None)
        made = arrow._Array(length, -1, offset, len(buffers), len(children), addresses, below,
                            ctypes.pointer(dictionary) if dictionary else None, release)  # fmt: skip
        self.kept += [addresses, below, release, made]
        return made

    def schema(self, form: bytes, name=b"", children=(), dictionary=None, flags=2):
        below = (ctypes.POINTER(arrow._Schema) * max(len(children), 1))(*map(ctypes.pointer, children))
        release = arrow._Schema._fields_[7][1](lambda _: None)
        made = arrow._Schema(form, name, None, flags, len(children), below,
                             ctypes.pointer(dictionary) if dictionary else None, release)  # fmt: skip
        self.kept += [below, release, made]
        return made

    def texts(self, words: list[str]):
        ends = np.cumsum([0, *(len(w.encode()) for w in words)]).astype(np.int32).tobytes()
        return self.array(len(words), [None, self.buffer(ends), self.buffer("".join(words).encode())])

    def batch(self, number: int):
        numbers = np.array([9.0, 1.5, 2.5, 3.5]) + 10 * number  # the first is before the offset
        valid = self.buffer(bytes([0b1011]))  # the third of four is missing
        columns = [
            self.array(3, [valid, self.buffer(numbers.tobytes())], offset=1),
            self.array(3, [None, self.buffer(bytes([0b010]))]),
            self.texts(["a", "日本", ""]),
            self.array(3, [None, self.buffer(bytes([1, 0, 1]))], dictionary=self.texts(["low", "high", "never"])),
            self.array(3, [None, self.buffer(np.array([0, 1, 19000], dtype=np.int32).tobytes())]),
            self.array(3, [self.buffer(bytes([0b101])), self.buffer(np.array([7, 8, 9], dtype=np.int64).tobytes())]),
        ]
        return self.array(3, [None], columns)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        names = [
            (b"g", b"number"),
            (b"b", b"truth"),
            (b"u", b"text"),
            (b"c", b"kind"),
            (b"tdD", b"day"),
            (b"l", b"count"),
        ]
        kinds = [self.schema(f, n, dictionary=self.schema(b"u") if n == b"kind" else None, flags=1 if n == b"kind" else 2)
                 for f, n in names]  # fmt: skip
        whole, left = self.schema(b"+s", children=kinds), list(self.batches)

        def schema_of(_, out):
            ctypes.memmove(out, ctypes.addressof(whole), ctypes.sizeof(whole))
            return 0

        def next_of(_, out):
            if left:
                batch = left.pop(0)
                ctypes.memmove(out, ctypes.addressof(batch), ctypes.sizeof(batch))
            return 0

        kinds_of = [field[1] for field in arrow._Stream._fields_]
        calls = kinds_of[0](schema_of), kinds_of[1](next_of), kinds_of[2](lambda _: None), kinds_of[3](lambda _: None)
        stream = arrow._Stream(*calls, None)
        self.kept += [stream, *calls]
        make = ctypes.pythonapi.PyCapsule_New
        make.restype, make.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        return make(ctypes.addressof(stream), b"arrow_array_stream", None)


def test_an_arrow_stream_is_read_without_a_library_of_arrow():
    frame = arrow.frame_of_stream(Streamed())
    assert frame["number"].fillna(-1).tolist() == [1.5, -1, 3.5, 11.5, -1, 13.5]
    assert frame["truth"].tolist() == [False, True, False] * 2
    assert frame["text"].tolist() == ["a", "日本", ""] * 2
    assert frame["kind"].cat.categories.tolist() == ["low", "high", "never"]
    assert frame["kind"].cat.ordered
    assert frame["kind"].tolist() == ["high", "low", "high"] * 2
    assert frame["day"].dt.strftime("%Y-%m-%d").tolist() == ["1970-01-01", "1970-01-02", "2022-01-08"] * 2
    assert frame["count"].tolist() == [7, pd.NA, 9] * 2
    sample = ks.Sample.from_frame(Streamed(), weight=np.ones(6))
    assert ks.means(sample, "number").value[0] == pytest.approx(np.nanmean([1.5, np.nan, 3.5, 11.5, np.nan, 13.5]))
    assert ks.crosstab(sample, "kind").answers == ("low", "high", "never")


@pytest.mark.parametrize("library", ["polars", "pyarrow"])
def test_tables_of_polars_and_pyarrow_where_they_are_installed(library):
    module = pytest.importorskip(library)
    table = module.DataFrame(FRAME.to_dict("list")) if library == "polars" else module.table(FRAME.to_dict("list"))
    same(ks.Sample.from_frame(table, weight="w", stratum="g", psu="p"))


def test_truth_order_and_missing_values_of_every_type_are_what_they_say():
    frame = pd.DataFrame(
        {
            "flag": pd.array([True, False, None, True], dtype="boolean"),
            "plain": [True, False, False, True],
            "step": pd.Categorical(["mid", "low", None, "mid"], categories=["low", "mid", "high"], ordered=True),
            "kind": pd.Categorical(["x", "y", "x", None]),
            "count": pd.array([1, 2, None, 4], dtype="Int64"),
            "held": pd.Series([1, 2, pd.NA, 4], dtype=object),
            "none": [1.5, None, 2.5, None],
            "exact": [Decimal("0.5"), None, Decimal("1.5"), Decimal("2")],
            "w": 1.0,
        }
    )
    sample = ks.Sample.from_frame(frame, weight="w")
    for name, value in {
        "flag": 2 / 3,
        "plain": 0.5,
        "count": 7 / 3,
        "held": 7 / 3,
        "none": 2.0,
        "exact": 4 / 3,
    }.items():
        assert ks.means(sample, name).value[0] == pytest.approx(value), name
    assert ks.proportions(sample, "flag").value.tolist() == pytest.approx([1 / 3, 2 / 3])
    steps = ks.crosstab(sample, "step")
    assert (steps.answers, steps.scale) == (("low", "mid", "high"), ("low", "mid", "high"))
    assert steps.value[0].tolist() == pytest.approx([1 / 3, 2 / 3, 0])
    assert ks.crosstab(sample, "kind").scale == ()


def test_a_base_is_a_query_or_a_mask_and_text_is_never_taken_for_everybody():
    whole = ks.crosstab(SAMPLE, "g", base="y > 1")
    np.testing.assert_array_equal(whole.n, ks.crosstab(SAMPLE, "g", base=(FRAME["y"] > 1).to_numpy()).n)
    assert whole.n[0] == 3
    assert ks.cell_means(SAMPLE, "y", base="g == 'a'").value[0, 0] == pytest.approx(5 / 3)
    assert ks.cell_quantiles(SAMPLE, "y", base="g == 'a'").n[0] == 2
    with pytest.raises(DesignError):
        ks.crosstab(SAMPLE, "g", base="yy > 1")
