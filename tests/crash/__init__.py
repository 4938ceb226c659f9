"""What is left of a node when the worker is killed, its calls fail or the power goes, at every
point of every kind of step. `python -m tests.crash --help`; docs/reliability.md has the figures."""
