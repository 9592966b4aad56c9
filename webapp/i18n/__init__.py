"""Languages: `formats` writes days and numbers, `sentences` says codes in words."""
