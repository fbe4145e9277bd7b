"""What a statistical file declares of itself is taken: compressed files, missing values, labels longer than it holds."""

from __future__ import annotations

import pandas as pd
import pyreadstat
from small import folder, kinds, read

LONG = (
    "仕事や家事、育児、介護などで忙しく、人と会ったり話したりする時間が"
    "ほとんど取れないと感じていて、休みの日も疲れて外に出られない"
)
BOOK = f"""
nonanswer = 99
[[variable]]
name = "q"
kind = "single"
label = "理由"
codes = [{{ code = 1, label = "{LONG}" }}, {{ code = 2, label = "ない" }}]
[[variable]]
name = "age"
kind = "number"
label = "年齢"
minimum = 16
maximum = 115
"""
PEOPLE = pd.DataFrame({"id": ["1", "2", "3", "4"], "q": [1.0, 2.0, 9.0, 2.0], "age": [20.0, 30.0, 40.0, 50.0]})


def test_a_zsav_reads_as_a_sav_with_its_user_missing_values(tmp_path):
    for name, compress in (("a.sav", False), ("a.zsav", True)):
        place = tmp_path / name.replace(".", "_")
        place.mkdir()
        labels = {"q": {1.0: "はい", 2.0: "ない", 9.0: "無回答"}}
        pyreadstat.write_sav(
            PEOPLE, place / name, compress=compress, variable_value_labels=labels, missing_ranges={"q": [9.0]}
        )
        book = BOOK.replace(LONG, "はい")
        made = read(folder(place, f'path = "{name}"\nid = "id"\nanswers = "codes"', {}, codebook=book))
        assert made.answers["q"].tolist() == [1, 2, 99, 2]
        assert kinds(made) == {}


def test_a_value_label_cut_by_the_format_is_still_its_option(tmp_path):
    cut = LONG.encode()[:120].decode(errors="ignore")
    assert len(LONG.encode()) > 120 > 0 < len(cut) < len(LONG)
    text = "id,q,age\n" + "".join(f"{n},{cut if n < 3 else 'ない'},30\n" for n in range(1, 5))
    made = read(folder(tmp_path, 'answers = "labels"', {"a.csv": text}, codebook=BOOK))
    assert made.answers["q"].tolist() == [1, 1, 2, 2]
