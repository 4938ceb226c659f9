"""Tests, in folders that mirror the rooms of the code."""

from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
"""The checkout."""

NODES = TOP / "tests" / "nodes"
"""Recorded nodes, a folder each."""
