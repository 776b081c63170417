"""The command line of theralogic: the only place that prints and picks exit codes."""
