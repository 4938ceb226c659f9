"""Pure judgement over a node: checks and fixes declared, diagnosed, told in a sentence."""
