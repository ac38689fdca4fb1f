"""`try mail`: a real mail to ourselves, and the trail as it unfolds."""

import smtplib
import time
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import Any

import typer

from cockpit.cli.client import Client, addresses
from cockpit.cli.terminal import Terminal
from cockpit.cli.trail import head, job_lines
from cockpit.errors import OpsError

_PATIENCE_S = 60.0
_OK = 250


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="Try a door with a real message.", rich_markup_mode=None)
    group.callback()(lambda: None)
    group.command()(mail)
    app.add_typer(group, name="try", no_args_is_help=True)


def mail(
    ctx: typer.Context,
    subject: str = typer.Option("disk full", "--subject", help="What it is about."),
    sender: str = typer.Option("ann@example.org", "--from", help="Who writes."),
    to: str = typer.Option("support@localhost", "--to", help="To whom."),
    body: str = typer.Option("The disk is full. Please help.", "--body", help="The text."),
) -> None:
    """Send a mail through the SMTP door and show what follows."""
    terminal: Terminal = ctx.obj
    address = addresses(terminal.home)["smtp"]
    event = _send(address, sender, to, _message(sender, to, subject, body))
    follow(terminal, terminal.client(), event)


def follow(terminal: Terminal, client: Client, event: str) -> None:
    """Print the trail of an event as it unfolds, until nothing moves any more (at most 60 s)."""
    deadline = time.monotonic() + _PATIENCE_S
    told: dict[str, tuple[str, int]] = {}
    is_first = True
    while True:
        why = client.get(f"/events/{event}/why", wait=0 if is_first else 1)
        if not terminal.json:
            _tell(terminal, why, told, is_first=is_first)
        is_first = False
        if why["settled"] or time.monotonic() > deadline:
            break
    if terminal.json:
        terminal.answer(why, "")
    elif why["note"]:
        print(f"  {why['note']}")


def _tell(
    terminal: Terminal, why: dict[str, Any], told: dict[str, tuple[str, int]], *, is_first: bool
) -> None:
    if is_first:
        print("\n".join(head(terminal, why)), flush=True)
    for job in why["jobs"]:
        now = (job["state"], job["attempts"])
        if job["state"] != "queued" and told.get(job["id"]) != now:
            told[job["id"]] = now
            print("\n".join(job_lines(terminal, job, why["made"])), flush=True)


def _message(sender: str, to: str, subject: str, body: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = formatdate()
    message.set_content(body)
    return message


def _send(address: str, sender: str, to: str, message: EmailMessage) -> str:
    """Send a mail and return the id of its event, which the door's reply ends with."""
    host, _, port = address.rpartition(":")
    try:
        with smtplib.SMTP(host.strip("[]"), int(port), timeout=30) as session:
            session.ehlo()
            for code, text in (session.mail(sender), session.rcpt(to)):
                if code != _OK:
                    raise OpsError(f"the SMTP door says {code} {text.decode()}")
            code, text = session.data(message.as_bytes())
    except (OSError, smtplib.SMTPException) as error:
        raise OpsError(f"the SMTP door at {address} failed: {error}") from error
    if code != _OK:
        raise OpsError(f"the SMTP door says {code} {text.decode()}")
    return text.decode().split()[-1]
