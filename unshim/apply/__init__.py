"""Carries out a plan and undoes it, and nothing else. Standard library and unshim.model only,
so that it works when everything else on the node is broken."""
