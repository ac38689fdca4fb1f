"""A shop: watched by `monitor`, started by `restart`, ended by `uninstall`."""

import contextlib
import os
import signal
import sys
import urllib.request
from pathlib import Path

SHOP = Path(__file__).with_name("shop.py")


def monitor(service):
    port = service.hrd.get("port")
    if not port:
        raise RuntimeError("the shop was never started")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
        return page.read().decode()


def restart(service):
    uninstall(service)
    started = service.execute([sys.executable, str(SHOP)])
    pid, port = started.out.split()
    service.hrd.set("pid", int(pid))
    service.hrd.set("port", int(port))
    service.log(f"the shop is process {pid}, at port {port}")


def uninstall(service):
    if pid := service.hrd.get("pid"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        service.hrd.set("pid", 0)
