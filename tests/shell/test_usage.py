"""What is wrong with a command line is told in the user's words, whatever version of typer says it in English."""

from __future__ import annotations

import sys

import pytest

from kodoku_survey.cli.demonstrating import app
from kodoku_survey.cli.usage import usage_told

WRONG = {
    "an argument left out": (["tab", "folder"], "QUESTION がありません"),
    "a value of no list": (["tab", "f", "q", "--basis", "desing"], "もしかして「design」"),
    "a number too small": (
        ["synthesize", "f", "-o", "x", "--seed", "-4"],
        "--seed の値「-4」は使えません。0 以上の整数",
    ),
    "text for a number": (["screen", "f", "--top", "many"], "--top の値「many」は使えません。数を"),
    "a fraction for a whole number": (["demo", "--size", "1.5"], "--size の値「1.5」は使えません。数を"),
    "no such option": (["tab", "f", "q", "--statistik", "mean"], "もしかして「--statistic」"),
    "no such command": (["chek"], "もしかして「check」"),
    "no command": (["--lang", "ja"], "コマンドがありません"),
    "one argument too many": (["tab", "a", "b", "c"], "余分な引数があります：c"),
    "an option without its value": (["report", "f", "-o"], "-o には値が必要です"),
    "a value for a switch": (["check", "f", "--json=3"], "--json は値をとりません"),
    "an option that must be given": (["prepare", "f"], "--out がありません"),
}


@pytest.mark.parametrize(("line", "told"), WRONG.values(), ids=WRONG)
def test_a_usage_error_is_told_in_japanese(line, told, monkeypatch):
    monkeypatch.setenv("KODOKU_LANG", "ja")
    monkeypatch.setattr(sys, "argv", ["kodoku", *line])
    with pytest.raises(Exception) as fault:  # noqa: PT011 — typer's own kinds, which differ by version
        app(line, standalone_mode=False)
    said = usage_told(fault.value)
    assert told in said
    english = ("Usage", "Error", "Missing", "Invalid", "No such", "Try ", "requires", "OPTIONS", "Value error")
    assert [word for word in english if word in said] == []


@pytest.mark.parametrize("command", [[], ["tab"], ["report"], ["screen"], ["doctor"]])
def test_a_help_page_is_in_japanese_throughout(command, monkeypatch, capsys):
    monkeypatch.setenv("KODOKU_LANG", "ja")
    app([*command, "--help"], standalone_mode=False)
    page = capsys.readouterr().out
    assert page.startswith("使い方: ")
    assert [
        word
        for word in ("Usage", "Options:", "Arguments:", "Show ", "[required]", "[default", "Commands:")
        if word in page
    ] == []


def test_a_command_is_told_whole_in_the_list(monkeypatch, capsys):
    monkeypatch.setenv("KODOKU_LANG", "ja")
    app(["--help"], standalone_mode=False)
    assert "..." not in capsys.readouterr().out.replace("[引数]...", "")
