"""One's own profile from a spreadsheet: template, reading with every fault by row and column, what
would change. The columns are those of `load_providers`, checked by the same row."""
