"""Why three items are not prorated: one answer deleted from complete rows, and what the person's mean makes of the rest."""

from __future__ import annotations

import numpy as np
import pandas as pd

import kodoku_survey as ks

ITEMS = ["u3_1", "u3_2", "u3_3"]


def test_prorating_three_items_moves_scores_and_shares_as_the_reference_says(shared):
    folder = shared / "golden" / "scales"
    complete = pd.read_csv(folder / "sim_survey.csv").dropna(subset=ITEMS)
    true = ks.score_items(complete, "ucla3_jp_gov", items=ITEMS)["score"].astype(float)
    for row in pd.read_csv(folder / "demo_proration.csv").itertuples():
        without = complete.assign(**{row.deleted: np.nan})
        made = ks.score_items(without, "ucla3_jp_gov", items=ITEMS, prorate=0.34)
        guess = made["score"].astype(float)
        found = [
            (guess - true).mean(),
            (true >= row.cut).mean(),
            (guess >= row.cut).mean(),
            ((guess >= row.cut) != (true >= row.cut)).mean(),
            (guess % 1 != 0).mean(),
            # The bounds guess nothing: of those they settle, everybody is settled rightly.
            ((made["low"] >= row.cut) | (made["high"] < row.cut)).mean(),
        ]
        wanted = [
            row.mean_bias,
            row.true_prev,
            row.prorated_prev,
            row.misclassified,
            row.noninteger,
            row.settled_by_bounds,
        ]
        np.testing.assert_allclose(found, wanted, atol=5e-5)
        assert (true[made["low"] >= row.cut] >= row.cut).all()
        assert (true[made["high"] < row.cut] < row.cut).all()
