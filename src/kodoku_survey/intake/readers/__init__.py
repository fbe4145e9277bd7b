"""Opening delivered files: every cell as text, marked where the file itself says what it is not."""
