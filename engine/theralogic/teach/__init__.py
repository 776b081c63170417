"""Teaching drug mechanisms: every view here reads a result; nothing reasons on its own."""
