"""Write the data files of the sample folders: `.venv/bin/python data/sample/make.py [FOLDER ...]`. One seed, the same bytes."""

import sys
from pathlib import Path

from kodoku_survey.survey.folder import load_survey
from reproduce import make_sample

HERE = Path(__file__).parent

for folder in [Path(name) for name in sys.argv[1:]] or [HERE / "national_2024", HERE / "prefecture_2025"]:
    for path, content in make_sample(load_survey(folder)).items():
        (folder / path).write_bytes(content)
        print(folder.name, path, f"{len(content):,}")
