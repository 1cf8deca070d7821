"""YAML text → a tree of values that know their place, and what its slips mean."""
