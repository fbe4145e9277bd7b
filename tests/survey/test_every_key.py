"""Every key of the four files of definitions refuses a wrong type, a value out of its domain and a misspelt name.

The keys, their types and their limits are those of the dataclasses (every_key.py): a new key is tested when it is written.
"""

from __future__ import annotations

import copy
import datetime as dt
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import pytest
from every_key import FILES, Spot, kinds_of, spots

from kodoku_survey.errors import SurveyError
from kodoku_survey.survey.folder import load_survey
from kodoku_survey.survey.reading.limits import Ascending, Distinct, Encoding, Filled, Named, Pattern, Within, Zone

WHOLE = Path(__file__).parent / "whole"
TABLES = {name: tomllib.loads((WHOLE / name).read_text(encoding="utf-8")) for name in FILES}
SPOTS = spots()
NOTHING = dt.time(7, 32)  # a time of day: no key takes one
CONDITION = {"a": [1]}


def toml(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return '"' + "".join(c if ord(c) >= 32 else f"\\u{ord(c):04x}" for c in escaped) + '"'
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml(key)} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml, value)) + "]"
    return str(value)


def told(folder: Path, file: str, table: dict[str, Any]) -> SurveyError:
    """The fault of a folder with one file changed."""
    for name in FILES:
        content = "\n".join(
            f"{toml(key)} = {toml(item)}" for key, item in (table if name == file else TABLES[name]).items()
        )
        (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(SurveyError) as caught:
        load_survey(folder)
    return caught.value


def changed(spot: Spot, change: Callable[[dict[str, Any], str], None]) -> dict[str, Any]:
    """The file with one key changed, in a record that can hold it (written for it where the folder has none)."""
    table = copy.deepcopy(TABLES[spot.file])
    holders: list[Any] = [table]
    for part in spot.way[:-1]:
        inner: list[Any] = []
        for held in holders:
            if part == "[]":
                inner += held if isinstance(held, list) else []
            elif part == "{}":
                inner += _conditions(held)
            elif part.startswith("kind="):
                inner += [held] if held["kind"] == part.removeprefix("kind=") else []
            elif isinstance(held, dict) and part in held:
                inner.append(held[part])
        holders = inner
    usable = [held for held in holders if isinstance(held, dict)]
    given = [held for held in usable if spot.key in held]
    assert usable, f"the folder tests/survey/whole uses no {spot}"
    change((given or usable)[0], spot.key)
    return table


def _conditions(held: Any) -> list[Any]:
    """The clauses of a condition; a list of codes is written as a table, so that it may hold other keys."""
    clauses = []
    for table in held if isinstance(held, list) else [held]:
        for name, clause in table.items():
            if not isinstance(clause, dict):
                table[name] = {"answered": "yes"}
            clauses.append(table[name])
    return clauses


def wrong_values(hint: Any) -> Iterator[Any]:
    """Values of the right kind beyond each limit of a type, and of the types within it."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        for limit in arguments[1:]:
            yield from _beyond(limit, kinds_of(arguments[0]))
        yield from wrong_values(arguments[0])
    elif origin is Literal:
        yield next(choice for choice in arguments if choice)[:-1] + "x"
    elif origin is tuple:
        size = 1 if arguments[-1] is Ellipsis else len(arguments)
        yield from ([value] * size for value in wrong_values(arguments[0]))
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        yield from ({value: "a"} for value in wrong_values(arguments[0]))
        yield from ({"a": value} for value in wrong_values(arguments[1]))
    elif origin is not None:
        yield from (value for argument in arguments for value in wrong_values(argument))
    elif hint in ENDS:
        yield ENDS[hint]


ENDS = {int: 2**31, float: float("nan"), str: "\x00"}


def _beyond(limit: Any, kinds: list[Any]) -> Iterator[Any]:
    """Values a limit refuses, of the kinds of value it is put on."""
    number = int if int in kinds else float
    match limit:
        case Within():
            ends = [(limit.least, -1), (limit.most, 1), (limit.above, 0), (limit.below, 0)]
            for end in [number(end + step) for end, step in ends if end is not None]:
                yield [end, end + 1] if float not in kinds and int not in kinds else end
        case Filled():
            yield [] if tuple in kinds else " "
        case Ascending():
            yield [3, 2]
        case Pattern():
            for text in ("{nmae}", "{name:99999999999}", "{name"):
                yield {"a": text} if Mapping in kinds else text
        case Named():
            yield "two words"
        case Encoding():
            yield "utf8000"
        case Zone():
            yield "Asia/Nowhere"
        case Distinct():
            yield [1, 1] if "int" in kinds else [["a"], ["a"]] if "tuple" in kinds else ["a", "a"]


def _set(value: Any) -> Callable[[dict[str, Any], str], None]:
    return lambda held, key: held.__setitem__(key, value)


@pytest.mark.parametrize("spot", SPOTS, ids=str)
def test_a_key_refuses_a_wrong_type(spot, tmp_path):
    fault = told(tmp_path, spot.file, changed(spot, _set(NOTHING)))
    assert fault.exit_code == 4
    assert spot.file in fault.text("en")


@pytest.mark.parametrize("spot", SPOTS, ids=str)
def test_a_misspelt_key_is_refused_with_the_one_that_is_meant(spot, tmp_path):
    wrong = spot.key + "x"
    fault = told(tmp_path, spot.file, changed(spot, _set_misspelt))
    assert fault.exit_code == 4
    said = fault.text("en")
    assert f"'{wrong}'" in said
    assert f"Did you mean '{spot.key}'?" in said or len(spot.key) == 1, said


def _set_misspelt(held: dict[str, Any], key: str) -> None:
    held[key + "x"] = held.pop(key, "x")


BEYOND = list({f"{s} {toml(value)}": (s, value) for s in SPOTS for value in wrong_values(s.hint)}.values())


@pytest.mark.parametrize(("spot", "value"), BEYOND, ids=[f"{spot} {toml(value)}" for spot, value in BEYOND])
def test_a_value_beyond_its_domain_is_refused_with_file_key_and_remedy(spot, value, tmp_path):
    fault = told(tmp_path, spot.file, changed(spot, _set(value)))
    assert fault.exit_code == 4
    said = fault.text("en")
    assert spot.file in said
    assert spot.key in said


def test_the_folder_of_every_key_is_itself_without_a_fault():
    assert load_survey(WHOLE).settings.identity.name == "all keys"
