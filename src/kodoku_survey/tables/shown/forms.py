"""A printed result as HTML, Markdown and LaTeX, and as one screen of text: the same for every kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from kodoku_survey.errors import Language
from kodoku_survey.media import Result, made_by, makes
from kodoku_survey.tables.shown.printed import Printed, spoken
from kodoku_survey.tables.shown.screen import on_screen
from kodoku_survey.tables.summary_text import latex
from kodoku_survey.tables.words import Said, words

_RIGHT = ' style="text-align:right"'


def printed_of(result: object, level: float = 0.95, language: Language | None = None) -> Printed:
    """What is printed of any result."""
    made: Printed = made_by(result, "printed")(level, language)
    return made


@makes("Result", "to_text")
def to_text(result: Result) -> str:
    """One screen of a result."""
    return on_screen(printed_of(result), words(spoken()))


def _written(form: Callable[[Printed, Said], str]) -> Callable[[Result, float, Language | None], str]:
    def write(result: Result, level: float = 0.95, language: Language | None = None) -> str:
        return form(printed_of(result, level, language), words(spoken(asked=language)))

    return write


def html_of(printed: Printed, said: Said) -> str:
    """A table with caption and heads of rows and columns, notes, and further tables folded."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in printed.heads)
    lines = "".join(f"<tr>{_html_row(row, printed.stubs)}</tr>" for row in printed.rows)
    table = (
        f"<table><caption>{escape(printed.title)}</caption><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
        if printed.heads
        else f"<p>{escape(printed.title)}</p>"
    )
    notes = "".join(f"<p>{escape(note)}</p>" for note in _notes(printed, said))
    folded = "".join(
        f"<details><summary>{escape(one.title)}</summary>{html_of(one, said)}</details>" for one in printed.folded
    )
    above = "".join(f"<p>{escape(line)}</p>" for line in printed.above)
    return above + table + notes + folded


def _html_row(row: Sequence[str], stubs: int) -> str:
    heads = "".join(f'<th scope="row">{escape(text)}</th>' for text in row[:stubs])
    return heads + "".join(f"<td{_RIGHT if _numeric(text) else ''}>{escape(text)}</td>" for text in row[stubs:])


def _numeric(text: str) -> bool:
    return not text or text[0] in "-−+<∞‐0123456789…x"


def _notes(printed: Printed, said: Said) -> tuple[str, ...]:
    more = (said["shown_more"].format(count=f"{printed.more:,}"),) if printed.more else ()
    return (*printed.notes, *more)


def markdown_of(printed: Printed, said: Said) -> str:
    """A pipe table, its notes below; what is folded is left out, but of an account, which is nothing else."""
    if not printed.heads:
        return "\n\n".join(
            [f"**{printed.title}**", *(f"{one.title}\n\n{markdown_of(one, said)}" for one in printed.folded)]
        )
    rule = ["---" if k < printed.stubs else "--:" for k in range(len(printed.heads))]
    lines = [_pipes(line) for line in (printed.heads, rule, *printed.rows)]
    above = [f"{line}\n" for line in printed.above]
    return "\n".join([*above, *lines, *(f"\n{note}" for note in _notes(printed, said))])


def _pipes(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", "<br>") for cell in cells) + " |"


def latex_of(printed: Printed, said: Said) -> str:
    """A tabular with the rules of booktabs, everything escaped; of an account one for each part."""
    if not printed.heads:
        return "\n\n".join([f"% {printed.title}", *(latex_of(one, said) for one in printed.folded)])

    def row(cells: Sequence[str]) -> str:
        return " & ".join(map(latex, cells)) + r" \\"

    columns = "l" * printed.stubs + "r" * (len(printed.heads) - printed.stubs)
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", row(printed.heads), r"\midrule"]
    lines += [*(row(one) for one in printed.rows), r"\bottomrule", r"\end{tabular}"]
    notes = [rf"\par\footnotesize {latex(note)}" for note in _notes(printed, said)]
    above = [rf"{latex(line)}\par" for line in printed.above]
    return "\n".join([f"% {printed.title}", *above, *lines, *notes])


for _name, _form in (("to_html", html_of), ("to_markdown", markdown_of), ("to_latex", latex_of)):
    makes("Result", _name)(_written(_form))
