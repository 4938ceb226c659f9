"""Words only: what reads, edits, escapes and redacts text. Knows no node."""
