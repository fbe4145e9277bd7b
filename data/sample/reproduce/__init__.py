"""The sample files as a seed makes them: respondents solved from the published figures, and the files a contractor would deliver.

They describe nobody. Not part of the package: `python data/sample/make.py` writes the files, README.md says how it works.
"""

from reproduce.sample import Synthesis, make_sample, synthesize

__all__ = ["Synthesis", "make_sample", "synthesize"]
