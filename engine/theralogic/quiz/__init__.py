"""Exercises made from derivations, each with one answer that can be defended, and the grading of a class."""
