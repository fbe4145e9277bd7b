"""What a sample is made of, as an analyst has it: tables of any library, columns by name or as they are."""
