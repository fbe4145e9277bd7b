"""What may be printed: tables as named parts, marks, precision flags, sentences."""
