"""Plain trees of many projects and ages, by templates of our own."""
