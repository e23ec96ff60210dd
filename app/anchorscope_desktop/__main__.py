"""Lets ``python -m anchorscope_desktop`` start the program."""

import sys

from anchorscope_desktop.command import main

sys.exit(main())
