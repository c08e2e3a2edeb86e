"""`python -m conductatlas.local forget VAR`: delete the data of the embedded servers, wherever it lies."""

import sys
from pathlib import Path

from conductatlas import local

if len(sys.argv) != 3 or sys.argv[1] != "forget":
    sys.exit(f"usage: {__doc__}")
try:
    local.forget(Path(sys.argv[2]))
except local.LocalServersError as failure:
    sys.exit(f"conductatlas: {failure}")
