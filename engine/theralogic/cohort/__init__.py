"""Many hypothetical patients at once, with the answers the reference engine would give each of them."""
