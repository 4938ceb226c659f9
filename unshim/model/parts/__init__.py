"""The nouns of a node's parts, one module per subject. Data only."""
