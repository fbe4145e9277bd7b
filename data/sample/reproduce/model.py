"""model.toml: how a folder's sample data are made. Everything else is read from the folder itself.

seed = 20241201
[register]
size = 20000                        # persons selected
take = 40                           # persons a PSU; absent: one stage
area = "prefecture"                 # register variable spread as its margin says
parents = { region = [[1], [2, 3]] }                # register variable: area codes of each of its codes
split = { city_size = [0.3, 0.7] }                  # register variable: shares of its codes
strata = ["region", "city_size"]
sex = "frame_sex"
age = "frame_age"
margin = "q2:age_class"             # sex by age class, from margins.csv
ages = [[16, 19], [20, 29]]         # of each class
[response]
rate = 0.547
effects = { age = 0.35, sex = 0.1, lonely = -0.1 }
web = 0.24                          # share answering the second file of returns
web_effects = { age = -0.9 }
[dirt]
off_route = 0.004                   # shares of cells or rows, see fieldwork.py
[[factor]]                          # a trait of each person, standard normal, in some questions' answers
name = "lonely"
before = "q25"                      # fitted just before this question …
target = "q28"                      # … so that the codes of this one …
codes = [3, 4, 5]
by = ["age_class", "q3"]            # … meet the published crosses of targets.csv by these
[[answer]]
variable = "q8"
order = [6, 7, 1, 2]                # codes from the low to the high end of their latent scale; default: code order
on = { age = 0.9, lonely = 0.3 }    # loadings on factors, on sex and age (standardised) or on earlier questions
copy = "frame_sex"                  # taken from the register, before blanks
bands = [[1, 1], [2, 2], [5, 8]]    # a number drawn within the class it was given; classes: `classes`
classes = "household_size"          # the class variable whose published shares a number follows

A survey with published figures (see published.py) is made stage by stage instead, so that they all hold:

[joint]                             # the two questions nearly every figure is broken down by (joint.py)
axes = ["q28", "ucla_class"]
orders = [[1, 2, 3, 4, 5, 99], [1, 2, 3, 4, 99]]
correlation = 0.7                   # of the seed
blocks = ["q3", "q4"]               # questions whose figures by both axes the joint table must leave possible
[[stage]]
give = ["q5", "q5_1"]               # variables given together, in the order of the file; bounds on earlier ones are kept
codes = { age_class = [1, 2] }      # admissible codes, where not those of the variable
agree = "ucla_class"                # items that agree with the class of their score, given before
part = "status"                     # of a multiple answer: how it was answered, or its "options"; default both
first = [1]                         # options given before the others
within = "q15"                      # a multiple answer whose unticked options cannot be ticked
contains = "q30_1"                  # a multiple answer whose ticked options are ticked here too
sums = ["contact_class"]            # classes of a sum of the items, met by exchanging items (contact.py)
strength = [0.6, 0.6]               # correlation of each item with the factor "outgoing" before that
[[rule]]
where = { age_class = [1], q3 = [2, 3, 4] }
weight = 0                          # never; below 1 rare, above 1 frequent
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

from kodoku_survey.survey.reading import Place, entries, read_toml, record


@dataclass(frozen=True)
class Register:
    size: int
    area: str
    strata: tuple[str, ...]
    sex: str
    age: str
    margin: str
    ages: tuple[tuple[int, ...], ...]
    take: int = 0
    parents: Mapping[str, tuple[tuple[int, ...], ...]] = field(default_factory=dict)
    split: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Response:
    rate: float
    web: float
    attributes_only: int = 0
    outcomes: Mapping[str, float] = field(default_factory=dict)
    effects: Mapping[str, float] = field(default_factory=dict)
    web_effects: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Dirt:
    """Shares: of cells (off_route … unreadable), of rows (twice … wrong_frame).

    loses : "answers" where slips may make an answer 無回答; "nothing" where cleaning undoes every slip exactly, because slips
    that make 無回答 fall on cells that were 無回答 already (their shares are then of these cells).
    """

    loses: Literal["answers", "nothing"] = "answers"

    off_route: float = 0.0
    double_answer: float = 0.0
    exclusive_conflict: float = 0.0
    not_a_code: float = 0.0
    full_width: float = 0.0
    unreadable: float = 0.0
    twice: float = 0.0
    both_modes: float = 0.0
    late: float = 0.0
    blank_form: float = 0.0
    attributes_only: float = 0.0
    unknown_id: float = 0.0
    partial: float = 0.0
    completed: float = 0.0
    wrong_frame: float = 0.0


@dataclass(frozen=True)
class Factor:
    name: str
    before: str = ""
    target: str = ""
    codes: tuple[int, ...] = ()
    by: tuple[str, ...] = ()
    on: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    variable: str
    order: tuple[int, ...] = ()
    on: Mapping[str, float] = field(default_factory=dict)
    copy: str = ""
    classes: str = ""
    bands: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Joint:
    """Two questions whose joint table is found first, and the questions it must leave feasible (joint.py)."""

    axes: tuple[str, ...] = ()
    orders: tuple[tuple[int, ...], ...] = ()
    correlation: float = 0.0
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage:
    """Variables given together (stages.py); of a multiple answer, its options (multiple.py); with `sums`, contact.py."""

    give: tuple[str, ...]
    codes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    part: str = ""
    agree: str = ""
    first: tuple[int, ...] = ()
    within: str = ""
    contains: str = ""
    sums: tuple[str, ...] = ()
    strength: tuple[float, ...] = ()


@dataclass(frozen=True)
class Rarity:
    """A combination of answers and the weight it gets; 0 is impossible."""

    where: Mapping[str, tuple[int, ...]]
    weight: float


@dataclass(frozen=True, eq=False)
class Model:
    """How to make the sample data; `targets` holds variable, code, by, group, percent, source."""

    seed: int
    register: Register
    response: Response
    dirt: Dirt
    factors: tuple[Factor, ...]
    answers: Mapping[str, Answer]
    targets: pd.DataFrame
    joint: Joint = Joint()
    stages: tuple[Stage, ...] = ()
    rules: tuple[Rarity, ...] = ()


def read_model(folder: Path) -> Model:
    """The model of a folder. Raises SurveyFaults."""
    place = Place("model.toml")
    table = read_toml(folder / "model.toml", place, required=True)
    seed = table.get("seed", 0)
    register = record(Register, table.get("register", {}), place.at("[register]"))
    response = record(Response, table.get("response", {}), place.at("[response]"))
    dirt = record(Dirt, table.get("dirt", {}), place.at("[dirt]"))
    factors = [record(Factor, entry, place.at("[factor]")) for entry in entries(table.get("factor", []), place)]
    answers = [record(Answer, entry, place.at("[answer]")) for entry in entries(table.get("answer", []), place)]
    joint = record(Joint, table.get("joint", {}), place.at("[joint]"))
    stages = [record(Stage, entry, place.at("[stage]")) for entry in entries(table.get("stage", []), place)]
    rules = [record(Rarity, entry, place.at("[rule]")) for entry in entries(table.get("rule", []), place)]
    place.finish()
    assert joint is not None
    assert register is not None
    assert response is not None
    assert dirt is not None
    path = folder / "targets.csv"
    targets = pd.read_csv(path, dtype={"variable": str, "by": str}) if path.is_file() else pd.DataFrame({"by": []})
    return Model(
        seed,
        register,
        response,
        dirt,
        tuple(factor for factor in factors if factor is not None),
        {answer.variable: answer for answer in answers if answer is not None},
        targets.assign(by=targets["by"].fillna("")),
        joint,
        tuple(stage for stage in stages if stage is not None),
        tuple(rule for rule in rules if rule is not None),
    )
