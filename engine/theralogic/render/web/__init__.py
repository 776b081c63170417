"""Whole pages and their pieces: what a result says, as HTML that reads well without scripts and in print."""
