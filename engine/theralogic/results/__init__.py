"""From settled worlds to the result: answers, reasons, contrasts between arms, and questions put to a result."""
