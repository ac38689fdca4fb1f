"""`python -m cockpit.cli`."""

import sys

from cockpit.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
