"""Pages: the report as PDF, the quality page."""
