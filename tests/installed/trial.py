"""The release as its users get it: wheel and sdist built, installed into clean environments, and tried.

    python tests/installed/trial.py            every Python ≥ 3.11 found, newest and lowest packages: minutes, and a registry
    python tests/installed/trial.py --quick    this Python, the packages installed here, no registry: seconds, as CI runs it

A Python that is not on the machine, or a version that has no package for it, is skipped with a word. Leaves with 1 on a fault.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# What a wheel without would be a wheel that fails at its user's: data files, not code.
NEEDED = (
    "cli/sentences.toml", "survey/messages.toml", "survey/instruments.toml", "survey/template/survey.toml", "tables/words.toml",
    "publish/pages/report.typ", "publish/pages/templates/report.html", "lint/rules.toml", "py.typed",
)  # fmt: skip
SMOKE = "import kodoku_survey as ks; [getattr(ks, name) for name in ks.__all__]; print(ks.__version__)"


def project() -> dict[str, object]:
    """pyproject.toml's own table."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def run(*command: object, cwd: Path | None = None) -> str:
    """Output of a command; its words are the fault where it fails."""
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")} | {
        "PYTHONIOENCODING": "utf-8"
    }
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command[:4]))} …\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
    return done.stdout


def build(into: Path, *, isolated: bool) -> tuple[Path, Path]:
    """The sdist, and the wheel made from it rather than from the working folder. Raises RuntimeError."""
    run(sys.executable, "-m", "build", "--outdir", into, *(() if isolated else ("--no-isolation",)), ROOT)
    (wheel,), (sdist,) = into.glob("*.whl"), into.glob("*.tar.gz")
    return wheel, sdist


def contents(wheel: Path, sdist: Path) -> list[str]:
    """What is wrong with the two archives; nothing where they are whole and say one version."""
    version = re.search(r'__version__ = "([^"]+)"', (ROOT / "src/kodoku_survey/version.py").read_text())[1]  # type: ignore[index]
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        about = archive.read(next(name for name in names if name.endswith("METADATA"))).decode()
    faults = [f"the wheel lacks {name}" for name in NEEDED if f"kodoku_survey/{name}" not in names]
    strays = [name for name in names if not name.startswith(("kodoku_survey/", "kodoku_survey-"))]
    faults += [f"the wheel has {name}" for name in strays[:3]]
    faults += [] if f"\nVersion: {version}\n" in about else [f"the wheel does not say version {version}"]
    with tarfile.open(sdist) as archive:
        inside = archive.getnames()
    wanted = (
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "docs/conf.py",
        "tests/conftest.py",
        "src/kodoku_survey/__init__.py",
    )
    return faults + [
        f"the sdist lacks {name}" for name in wanted if not any(one.endswith(f"/{name}") for one in inside)
    ]


def lowest() -> list[str]:
    """Every dependency at the least version the project names."""
    found = []
    for text in project()["dependencies"]:  # type: ignore[attr-defined]
        name, least = re.match(r"([A-Za-z0-9._-]+)>=([0-9.]+)", text).groups()  # type: ignore[union-attr]
        found.append(f"{name}=={least}.*" if least.count(".") < 2 else f"{name}=={least}")
    return found


def environment(place: Path, python: str | Path, wheel: Path, extra: Sequence[str], *, quick: bool) -> Path:
    """A clean environment with the wheel in it: its Python. quick : the packages of this environment are lent to it."""
    run(python, "-m", "venv", "--without-pip" if quick else "--upgrade-deps", place)
    own = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    if quick:
        site = Path(run(own, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
        lent = [path for path in map(Path, sys.path) if path.name == "site-packages"]
        # Behind the environment's own, and without the files that put a working folder on the path.
        (site / "lent.pth").write_text("\n".join(map(str, lent)) + "\n", encoding="utf-8")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site)
        return own
    run(own, "-m", "pip", "install", "--quiet", wheel, *extra)
    return own


def tried(python: Path, place: Path) -> str:
    """Every public name loaded, doctor and a demonstration, from an empty folder. Raises RuntimeError."""
    place.mkdir()
    version = run(python, "-c", SMOKE, cwd=place).strip()
    home = run(python, "-c", "import kodoku_survey; print(kodoku_survey.__file__)", cwd=place)
    if str(ROOT / "src") in home:
        raise RuntimeError(f"the working folder was tried, not the wheel: {home}")
    program = "from kodoku_survey.cli import main; main()"
    run(python, "-c", program, "doctor", "--quiet", cwd=place)
    run(python, "-c", program, "demo", "--no-browser", "--size", "120", "--quiet", cwd=place)
    if not (place / "kodoku_demo" / "report" / "report.pdf").read_bytes().startswith(b"%PDF"):
        raise RuntimeError("the demonstration made no report.pdf")
    return version


def pythons() -> Iterator[tuple[str, str | None]]:
    """Each version with a program that runs, None where there is none: this one, those on the path, those installed beside it."""
    for version in PYTHONS:
        beside = sorted(Path(sys.base_prefix).parent.glob(f"{version}*/bin/python{version}"), reverse=True)
        named = [shutil.which(f"python{version}"), *map(str, beside)]
        here = f"{sys.version_info.major}.{sys.version_info.minor}" == version
        yield version, sys.executable if here else next((one for one in named if one and _runs(one, version)), None)


def _runs(program: str, version: str) -> bool:
    """Whether it is such a Python: a manager of versions may put a name on the path that is none."""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return told.returncode == 0 and told.stdout.startswith(f"Python {version}")


def every(wheel: Path, place: Path) -> list[str]:
    """Each Python found with the newest packages and with the lowest. Faults."""
    faults = []
    for version, program in pythons():
        if program is None:
            print(f"Python {version}: not on this machine, skipped")
            continue
        for name, extra in (("newest", ()), ("lowest", lowest())):
            try:
                own = environment(place / f"{version}-{name}", program, wheel, extra, quick=False)
            except RuntimeError as fault:
                told = str(fault)
                if name == "lowest" and re.search(
                    r"No matching distribution|Failed to build|metadata-generation", told
                ):
                    print(f"Python {version}, lowest packages: some have none for it, skipped")
                    continue
                faults.append(f"Python {version}, {name}: {told}")
                continue
            try:
                print(
                    f"Python {version}, {name} packages: kodoku_survey {tried(own, place / f'{version}-{name}-tried')}"
                )
            except RuntimeError as fault:
                faults.append(f"Python {version}, {name}: {fault}")
    return faults


def main() -> int:
    """Build, look into the archives, install and try. The number of faults, at most 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        wheel, sdist = build(place / "dist", isolated=not quick)
        faults = contents(wheel, sdist)
        if quick and not faults:
            own = environment(place / "quick", sys.executable, wheel, (), quick=True)
            print(f"{wheel.name}: {tried(own, place / 'tried')}")
        elif not faults:
            faults += every(wheel, place)
    for fault in faults:
        print(fault, file=sys.stderr)
    return min(len(faults), 1)


if __name__ == "__main__":
    sys.exit(main())
