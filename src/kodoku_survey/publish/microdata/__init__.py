"""Data of persons: prepared microdata in three formats, replicate weights, a sample in one file."""
