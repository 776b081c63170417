"""One command that measures everything side by side; see README.md."""
