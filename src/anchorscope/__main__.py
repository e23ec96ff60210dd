"""``python -m anchorscope``: the command line without the window."""

import sys

from anchorscope.cli import main

if __name__ == "__main__":
    sys.exit(main())
