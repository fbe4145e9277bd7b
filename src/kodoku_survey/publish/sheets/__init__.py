"""Sheets: the workbook for people, the data files for machines."""
