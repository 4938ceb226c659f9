"""How it looks: the Textual app. Reads values, computes nothing."""
