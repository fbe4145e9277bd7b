"""What people read: PDF, Excel, CSV, charts, quality page, manifest, microdata, terminal."""

from kodoku_survey.publish.compared import write_comparison
from kodoku_survey.publish.output import plot, write_prepared, write_report

__all__ = ["plot", "write_comparison", "write_prepared", "write_report"]
