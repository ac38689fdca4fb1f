"""What `cockpit start` says once it is ready."""

from cockpit.app.home import Home
from cockpit.app.setup import Prepared
from cockpit.robot import Catalog


def banner(home: Home, catalog: Catalog, addresses: dict[str, str], prepared: Prepared) -> str:
    """Return the lines: doors, who listens to what, what leaves, and what to try next."""
    lines = [
        f"Cockpit is ready; its home is {home.path}",
        "",
        f"  mail comes in at     {addresses['smtp']}  (SMTP)",
        f"  REST answers at      {addresses['scheme']}://{addresses['http']}, try it at /docs",
        "  no mail leaves this machine: what goes out is held, see `./cockpit outbox list`",
        "",
        *_listeners(catalog),
        *[f"  problem: {problem}" for problem in catalog.problems()],
        *[f"  warning: {warning}" for warning in prepared.warnings],
    ]
    if prepared.token:
        lines += ["", f"  admin token (shown once): {prepared.token}"]
    return "\n".join([*lines, "", '  try next:  ./cockpit try mail --subject "disk full"', ""])


def _listeners(catalog: Catalog) -> list[str]:
    rows = [
        f"  {row.repo}: {row.key} on {type_}: {', '.join(actions)}"
        for row in catalog.services()
        for type_, actions in row.subscriptions.items()
    ]
    return (
        ["  who listens to what:", *[f"  {row}" for row in rows]]
        if rows
        else ["  no service listens to anything yet"]
    )
