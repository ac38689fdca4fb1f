"""The server side of the command: `python -m cockpit.app rack|robot|child|init --home DIR`.

The command line starts it by exec, so that gevent patches before anything else is imported and
nothing of the command line stays in memory.
"""

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402 - after the patch
import sys  # noqa: E402 - after the patch

from cockpit.app.main import main  # noqa: E402 - after the patch

if __name__ == "__main__":
    # PERF: what was imported stays for good, and what hundreds of greenlets hold lives a little
    # longer than the collector's defaults expect: much of a job's time went to looking again.
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    sys.exit(main(sys.argv[1:]))
