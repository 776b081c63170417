"""Views of a result as plain strings: templates, no reasoning, no printing."""
