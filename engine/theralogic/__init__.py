"""theralogic: reasons about how therapies work, and shows every step."""
