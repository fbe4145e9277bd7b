"""Estimates with their error."""
