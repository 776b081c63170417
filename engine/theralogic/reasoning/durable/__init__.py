"""The engine on durable-rules: facts, production rules, and the one module that touches the library."""
