"""The pages of the site that are made from the code each time it is built: public names, keys, messages, commands, licences.

`docs/conf.py` calls `write`; nothing of it is committed, so that no page can say what the code does not.
"""

from __future__ import annotations

import inspect
import re
import sys
import tomllib
import types
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, fields, is_dataclass
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import kodoku_survey as ks

DOCS = Path(__file__).parent
ROOT = DOCS.parent
SOURCE = ROOT / "src" / "kodoku_survey"
sys.path[:0] = [str(ROOT / "tests" / "survey"), str(ROOT / "tests")]

PRELUDE = DOCS / "example_data.py"
# Chapters of the reference: in the order one uses the names.
CHAPTERS = {
    "フォルダと回収票": ("load_survey", "read_returns", "clean", "score", "item_nonresponse", "Survey", "Returns", "Responses",
                 "wave_matrix"),
    "尺度と指標": ("instrument", "score_items", "reliability", "item_bias", "invariance", "response_quality", "counting_index"),
    "標本とウエイト": ("Sample", "weighted", "domain", "replicates", "adjust_nonresponse", "calibrate", "poststratify", "trim",
                "weighting_report", "WeightingReport", "save_sample", "load_sample"),
    "推定": ("means", "totals", "proportions", "prevalence", "ratio", "quantiles", "variances", "covariances", "correlations",
           "contrast", "side_by_side", "pool", "degrees_of_freedom", "Estimate", "Pooled"),
    "検定と回帰": ("independence", "t_test", "rank_test", "regression", "Regression"),
    "クロス集計と比較": ("crosstab", "crosstabs", "cell_means", "cell_quantiles", "difference", "pairwise", "official",
                 "wave_difference", "screen", "CrossTab", "CrossTabs", "Screening"),
    "表と報告書": ("make_table", "make_report", "summary_table", "protect", "plot", "plot_style", "write_report",
              "write_prepared", "write_comparison", "Table", "Report", "SummaryTable"),
    "二つの調査": ("compare", "benchmark", "adjust_to_reference", "read_rates", "Measured", "Published", "Comparison",
              "Benchmark", "ReferenceAdjusted"),
    "誤りと言葉": ("SurveyError", "set_language"),
}  # fmt: skip
MADE = "> このページは、組み立てのたびに{what}から作られます。"


def write(into: Path) -> None:
    """Write every generated page to a folder."""
    into.mkdir(exist_ok=True)
    pages = {"api": api_page(), "keys": keys_page(), "messages": messages_page(), "commands": commands_page()}
    for name, text in (pages | {"licences": licences_page()}).items():
        path = into / f"{name}.md"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:  # an unchanged page is not read again
            path.write_text(text, encoding="utf-8")


def names_left() -> list[str]:
    """Public names that no chapter has."""
    told = {name for names in CHAPTERS.values() for name in names}
    return [name for name in ks.__all__ if name not in told and name != "__version__"]


def api_page() -> str:
    """Every public name by chapter: signature, docstring, example."""
    lines = ["# Python の名前", "", MADE.format(what="docstring"), "", "例は、次の準備の後に、そのまま動きます（CI が実行）。",
             "", "```python", PRELUDE.read_text(encoding="utf-8").rstrip(), "```", ""]  # fmt: skip
    chapters = dict(CHAPTERS) | ({"そのほか": tuple(names_left())} if names_left() else {})
    for chapter, names in chapters.items():
        lines += [f"## {chapter}", ""]
        for name in names:
            lines += _entry(name)
    return "\n".join(lines) + "\n"


def _entry(name: str) -> list[str]:
    value = getattr(ks, name)
    kind = "class-" if inspect.isclass(value) else ""
    lines = [f"(ks-{kind}{name.lower().replace('_', '-')})=", f"### ks.{name}", ""]
    if not inspect.isclass(value):
        lines += ["```python", f"ks.{name}{_signature(value)}", "```", ""]
    lines += docstring_as_markdown(inspect.getdoc(value) or "")
    for own, member in _members(value):
        text = inspect.getdoc(member) or ""
        shown = f"{own}{_signature(member)}" if callable(member) else own
        lines += [f"- `{shown}`：{_inline(text.splitlines()[0] if text else '')}"]
    return [*lines, ""]


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    """Public methods and properties a class has of its own, with their docstrings."""
    if not inspect.isclass(value) or issubclass(value, Exception):
        return
    for name, member in vars(value).items():
        held = member.__func__ if isinstance(member, staticmethod | classmethod) else member
        held = getattr(held, "func", held)  # of a cached property
        told = held.fget if isinstance(held, property) else held
        if not name.startswith("_") and inspect.isfunction(told) and inspect.getdoc(told):
            yield name, (told if inspect.isfunction(held) and not hasattr(member, "func") else property(told))


def _signature(value: Any) -> str:
    """Parameters with their defaults, without types, which the docstring tells in words."""
    parameters = [p for p in inspect.signature(value).parameters.values() if p.name not in ("self", "cls", "progress")]
    return str(inspect.Signature([p.replace(annotation=p.empty) for p in parameters]))


def docstring_as_markdown(text: str) -> list[str]:
    """A docstring of the house as Markdown: `name : meaning` as lists, headings of numpydoc as bold, examples as they run."""
    lines: list[str] = []
    example: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.lstrip().startswith((">>>", "...")) or (example and line.strip()):
            example.append(line.strip() if line.lstrip().startswith((">>>", "...")) else line)
            continue
        if example:
            lines += ["", "```pycon", *example, "```", ""]
            example = []
        if re.fullmatch(r"\s*-{3,}\s*", line):
            lines[-1] = f"**{lines[-1].strip()}**\n"
            continue
        if lines and re.fullmatch(r"[A-Z]\w+(Error|Faults)", line.strip()):
            lines.append(f"- `{line.strip()}`：")
            continue
        defined = re.match(r"\s{0,4}([\w/, ]+) : (.*)", line)
        if defined and not line.startswith("Source"):
            names = "・".join(f"`{one.strip()}`" for one in defined[1].split(","))
            lines.append(f"- {names}：{_inline(defined[2])}")
        elif line.startswith("Source:"):
            lines += ["", f"**出典** {_inline(line.removeprefix('Source:').strip())}"]
        elif line.startswith("    ") and lines and lines[-1].startswith(("- ", "  ")):
            lines.append(f"  {_inline(line.strip())}")
        else:
            lines.append(_inline(line.strip()))
    return [*lines, ""]


def _inline(text: str) -> str:
    """Text in which only `code` is marked: what Markdown would read otherwise is escaped outside it."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([\\*_\[\]<>|{}$#])", r"\\\1", part) for part in parts)


def keys_page() -> str:
    """Every key of the four TOML files with its type, its choices or limits, and its default."""
    from every_key import FILES, spots

    lines = ["# フォルダのファイルのすべてのキー", "", MADE.format(what="読み取りのためのデータクラス"),
             "意味と例は [folder](../folder.md) に。ここは、型・選べる値・範囲・既定値の一覧です。", ""]  # fmt: skip
    for file in FILES:
        lines += [f"## {file}", "", "| キー | 型・値 | 範囲など | 既定 |", "|---|---|---|---|"]
        for spot in spots():
            if spot.file == file:
                way = ".".join(part for part in spot.way if part not in ("[]", "{}"))
                lines.append(f"| `{way}` | {_cell(_type_told(spot.hint))} | {_cell(_limits_told(spot.hint))} | "
                             f"{_cell(_default_told(spot.owner, spot.key))} |")  # fmt: skip
        lines.append("")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|") or "　"


def _type_told(hint: Any) -> str:
    """A type in words of TOML."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _type_told(arguments[0])
    if origin is Literal:
        return "、".join(f"`{one}`" if str(one).strip() else "（なし）" if one == "" else "タブ" for one in arguments)
    if origin is tuple:
        return f"［{_type_told(arguments[0])}］"
    if origin is types.UnionType or str(origin) == "typing.Union":
        return " か ".join(dict.fromkeys(_type_told(one) for one in arguments if one is not type(None)))
    if origin is not None:
        return "表"
    known = {"str": "文字", "int": "整数", "float": "数", "bool": "真偽", "date": "日付", "Any": "値"}
    return known.get(getattr(hint, "__name__", str(hint)), "表")


def _limits_told(hint: Any) -> str:
    marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    words = {"Filled": "空でない", "Distinct": "重複しない", "Ascending": "小さい順", "Named": "変数の名前", "Zone": "時間帯の名",
             "Encoding": "文字コードの名"}  # fmt: skip
    told = [f"`{mark}`" if type(mark).__name__ == "Within" else words.get(type(mark).__name__, "") for mark in marks]
    told += [f"{mark.group} のどれか一つ" for mark in marks if type(mark).__name__ == "Either"]
    return "、".join(one for one in told if one)


def _default_told(owner: Any, key: str) -> str:
    """The default of a key; 必須 where it must be given."""
    for one in fields(owner) if is_dataclass(owner) else ():
        marks = get_args(one.type)[1:] if get_origin(one.type) is Annotated else ()
        if key not in (one.name, *(getattr(mark, "name", "") for mark in marks)):
            continue
        if one.default is not MISSING:
            return (
                "なし"
                if one.default in (None, "", ())
                else f"`{one.default}`"
                if not is_dataclass(one.default)
                else "表"
            )
        return "表" if one.default_factory is not MISSING else "必須"
    return ""


def messages_page() -> str:
    """Every message by room, in both languages, with the exit code of its kind."""
    lines = ["# すべてのメッセージ", "", MADE.format(what="各室の messages.toml"),
             "`{value}` などには、ファイルの中の場所や値が入ります。回答者の回答が入ることはありません。", ""]  # fmt: skip
    for path in sorted(SOURCE.glob("*/messages.toml")):
        room = path.parent.name
        lines += [f"## {room}", ""]
        for key, told in tomllib.loads(path.read_text(encoding="utf-8")).items():
            ja, en = (re.sub(r"([\\*_<>|$#\[\]])", r"\\\1", told[one]) for one in ("ja", "en"))
            lines += [f"`{room}.{key}`", f": {ja}", f": {en}", ""]
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Every command with its help page, in Japanese."""
    import typer

    from kodoku_survey.cli.demonstrating import app

    group = typer.main.get_command(app)
    lines = ["# コマンド", "", MADE.format(what="コマンド自身の `--help`"), ""]
    with group.make_context("kodoku", [], resilient_parsing=True) as ctx:
        for name in group.list_commands(ctx):  # type: ignore[attr-defined]
            command = group.get_command(ctx, name)  # type: ignore[attr-defined]
            own = command.make_context(f"kodoku {name}", [], resilient_parsing=True)
            lines += [f"## kodoku {name}", "", "```text", command.get_help(own).strip(), "```", ""]
    return "\n".join(lines) + "\n"


def licences_page() -> str:
    """What is installed with the package, each with its licence as the tests of dependencies read it."""
    from test_dependencies import licences, lock

    lines = ["# 依存パッケージのライセンス", "", MADE.format(what=" requirements.lock と、入っているパッケージの記載"),
             "どれも、その条文を添えるほかに求めるもののないライセンスです（ほかは `tests/test_dependencies.py` が止めます）。",
             "", "| パッケージ | 版 | ライセンス | 説明 |", "|---|---|---|---|"]  # fmt: skip
    for name, pins in sorted(lock().items()):
        try:
            told, summary = " AND ".join(sorted(licences(name))), metadata.metadata(name).get("Summary", "")
        except metadata.PackageNotFoundError:
            told, summary = "（この環境には入っていない）", ""
        version = ", ".join(dict.fromkeys(str(pin.specifier).removeprefix("==") for pin, _ in pins))
        lines.append(f"| {name} | {version} | {told} | {_inline(summary or '')} |")
    return "\n".join(lines) + "\n"


def links_out(text: str, page: Path, known: Sequence[str]) -> tuple[str, list[str]]:
    """Links that leave docs/ as plain text with the place in the repository, and those that lead nowhere.

    known : places that are made when the site is built.
    """
    broken: list[str] = []

    def told(found: re.Match[str]) -> str:
        label, target = found[1], found[2]
        if re.match(r"[a-z]+:|#", target):
            return found[0]
        place = (page.parent / target.partition("#")[0]).resolve()
        if place.is_relative_to(DOCS) and (place.is_file() or place.relative_to(DOCS).as_posix() in known):
            return found[0]
        if not place.exists():
            broken.append(target)
        shown = place.relative_to(ROOT).as_posix() if place.is_relative_to(ROOT) else target
        return f"{label}（`{shown}`）" if label.strip("`") != shown else f"`{shown}`"

    return re.sub(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)", told, text), broken
