"""Gates before activation: what a plan would write, tried before the first change."""
