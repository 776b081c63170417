"""From a case to settled worlds: who acts on whom, what each change proposes, and what settles. Two engines."""
