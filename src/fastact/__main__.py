"""``python -m fastact``: the command line, see `fastact._cli`."""

import sys

from fastact._cli.main import main

if __name__ == "__main__":
    sys.exit(main())
