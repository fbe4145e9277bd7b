"""What people read: PDF, Excel, CSV, charts, quality page, manifest, microdata, terminal."""

from kodoku_survey.publish.output import plot, publish, write_prepared

__all__ = ["plot", "publish", "write_prepared"]
