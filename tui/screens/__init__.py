"""One screen per file, each beside its style sheet."""
