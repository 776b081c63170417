"""``python -m theralogic`` is the command line, where it is installed with the library."""

from theralogic_cli.main import main

main()
