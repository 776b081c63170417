"""The records that everything works on, and the words and numbers they use. Imports nothing else of the package."""
