"""Write what national.R reads: respondents of the sample with their adjusted weights and auxiliary matrix.

.venv/bin/python tests/oracle/export.py FOLDER && Rscript tests/oracle/national.R FOLDER tests/oracle/national.csv
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

import kodoku_survey as ks

QUESTIONS = ["q28", "ucla_class", "q16_1a", "q24", "contact_class", "participation"]
ATTRIBUTES = ["age_class", "sex_age", "cohabitant", "q11", "prefecture"]


def main(folder: Path) -> None:
    survey = ks.load_survey(Path(__file__).parents[2] / "data" / "sample" / "national_2024")
    responses = ks.score(ks.clean(ks.read_returns(survey)))
    sample = ks.weighted(responses, basis="design")
    calibration = sample.calibration
    x = calibration.auxiliary.rows[calibration.auxiliary.index]
    totals = x.T @ calibration.weight
    frame = pd.DataFrame({name: responses.answers[name] for name in (*QUESTIONS, *ATTRIBUTES)})
    stage = sample.stages[0]
    frame = frame.assign(
        psu=stage.unit, stratum=stage.group[stage.unit], adjusted=calibration.base, final=calibration.weight
    )
    # The last column follows from the others: the margins share their total.
    columns = {f"x{i}": x[:, i] for i in range(x.shape[1] - 1)}
    pd.concat([frame, pd.DataFrame(columns)], axis=1).to_csv(
        folder / "respondents.csv", index=False, float_format="%.17g"
    )
    np.savetxt(folder / "totals.csv", totals[:-1], fmt="%.17g")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
