"""Tests of the screens, driven as a person drives them."""
