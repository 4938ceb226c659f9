"""How things are told: lines of parts with an ink, painted by reports and screens."""
