"""Typesetting: a template set by typst in a process of its own, row heads marked, pages filled."""
