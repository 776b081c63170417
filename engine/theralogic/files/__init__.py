"""Everything that touches files: YAML in, models out. The only room that knows the shape of the disk."""
