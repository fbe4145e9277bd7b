"""Charts: drawn from tables, written as SVG and PNG."""
