"""Whether a file of figures is machine-readable by the rules of official statistics, 2026 and 2020: any file, rule by rule."""

from kodoku_survey.lint.files_checked import LintReport, lint_files

__all__ = ["LintReport", "lint_files"]
