"""The server side of the command: `python -m cockpit.app rack|robot|child|init --home DIR`.

The command line starts it by exec, so that gevent patches before anything else is imported and
nothing of the command line stays in memory.
"""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402 - after the patch

from cockpit.app.main import main  # noqa: E402 - after the patch

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
