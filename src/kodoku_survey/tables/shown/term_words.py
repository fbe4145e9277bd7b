"""Terms of a model in the words of the questionnaire: q2[T.女性] as 性別：女性."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kodoku_survey.design import Sample
from kodoku_survey.tables.words import Said

# A factor of a term as patsy names it: sex, C(sex, Treatment("女性")) or Q("sex"), and the answer a column of it stands for.
_NAME = r"""(?:C\(\s*(\w+)\s*(?:,(?:[^()]|\([^()]*\))*)?\)|Q\(["'](\w+)["']\)|(\w+))"""
_FACTOR = re.compile(rf"(?:^|(?<=:)){_NAME}(?:\[(?:[TS]\.)?(.+?)\])?(?=:|$)")


def terms_in_words(terms: Sequence[str], sample: Sample, said: Said) -> list[str]:
    """Each term with its questions by their labels, where the sample has a codebook that knows them; others as they are."""
    if sample.responses is None:
        return list(terms)
    variables = sample.responses.variables

    def told(found: re.Match[str]) -> str:
        name = found[1] or found[2] or found[3]
        if name not in variables:
            return found[0]
        label = variables[name].label
        return said["shown_of"].format(name=label, answer=found[4]) if found[4] else label

    return [_FACTOR.sub(told, term) for term in terms]
