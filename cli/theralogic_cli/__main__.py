"""``python -m theralogic_cli``."""

from theralogic_cli.main import main

main()
