"""What people read: PDF, Excel, CSV, charts, quality page, manifest, microdata, terminal."""

from kodoku_survey.publish import plots as plots  # registers what results are drawn by
from kodoku_survey.publish import results as results  # registers what they are written by
from kodoku_survey.publish.microdata.sample_file import load_sample, save_sample
from kodoku_survey.publish.output import plot, write_prepared, write_report
from kodoku_survey.publish.plots import plot_style
from kodoku_survey.publish.release.comparison_files import write_comparison

__all__ = ["load_sample", "plot", "plot_style", "save_sample", "write_comparison", "write_prepared", "write_report"]
