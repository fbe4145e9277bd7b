"""Write what scales.R reads: respondents of the national sample with the items of the scale and the isolation indicators.

.venv/bin/python tests/oracle/scales_export.py FOLDER && Rscript tests/oracle/scales.R FOLDER tests/oracle/scales.csv
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

import kodoku_survey as ks

ITEMS = ["q25", "q26", "q27", "q28", "q18", "q19", "q20"]


def main(folder: Path) -> None:
    survey = ks.load_survey(Path(__file__).parents[2] / "data" / "sample" / "national_2024")
    sample = ks.weighted(ks.score(ks.clean(ks.read_returns(survey))), basis="design")
    calibration, stage = sample.calibration, sample.stages[0]
    x = calibration.auxiliary.rows[calibration.auxiliary.index]
    answers = {
        name: np.where(sample.responses.answers[name] == 99, -1, sample.responses.answers[name]) for name in ITEMS
    }
    frame = pd.DataFrame(answers).assign(
        mode=np.where(sample.responses.mode == "オンライン", "web", "postal"),
        psu=stage.unit,
        stratum=stage.group[stage.unit],
        adjusted=calibration.base,
    )
    # The last column follows from the others: the margins share their total.
    columns = pd.DataFrame({f"x{i}": x[:, i] for i in range(x.shape[1] - 1)})
    pd.concat([frame, columns], axis=1).to_csv(folder / "respondents.csv", index=False, float_format="%.17g")
    np.savetxt(folder / "totals.csv", (x.T @ calibration.weight)[:-1], fmt="%.17g")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
