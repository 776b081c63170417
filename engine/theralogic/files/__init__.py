"""Everything that touches files: YAML in, models out. Only this folder knows how files lie on disk."""
