"""Published logical models (`.bnet`) as rules: what is Boolean there is a gate, a driver and a state of rest here.

A Boolean function is taken apart into all its prime implicants, since a function that is written as fewer ANDs than it
has keeps secrets: where one AND takes over from another, only the implicant that both share says that nothing changes.
"""

from theralogic.interchange.logical_model.read import Model, read_bnet, rest
from theralogic.interchange.logical_model.to_rules import files_of
from theralogic.interchange.logical_model.write import Imported, import_bnet

__all__ = ["Imported", "Model", "files_of", "import_bnet", "read_bnet", "rest"]
