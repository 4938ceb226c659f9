"""Ways to reach a machine, live, recorded as a tree or not: one door, Host."""
