"""`try mail`: a real mail to ourselves, and the trail as it unfolds."""

import smtplib
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formatdate

import typer

from cockpit.cli.client import door
from cockpit.cli.following import follow
from cockpit.cli.terminal import Terminal
from cockpit.errors import InputError, OpsError

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
    octets = _octets(sender, to, subject, body)
    client = terminal.client()
    # A cockpit elsewhere says itself where its doors are; this home's door would be another's.
    address = (
        client.get("/status")["doors"]["smtp"]["address"]
        if terminal.url
        else door(terminal.home, "smtp")
    )
    follow(terminal, client, _send(address, sender, to, octets))


def _octets(sender: str, to: str, subject: str, body: str) -> bytes:
    """Return the mail as it goes through the door: RFC 5322, or RFC 6532 when addresses need it.

    Raises:
        InputError: What was given cannot stand in a mail.
    """
    message = EmailMessage(policy=SMTP if (sender + to).isascii() else SMTPUTF8)
    try:
        message["From"], message["To"], message["Subject"] = sender, to, subject
        message["Date"] = formatdate()
        message.set_content(body)
        return message.as_bytes()
    except ValueError as error:
        raise InputError(f"try mail: no mail can be made of this: {error}") from error


def _send(address: str, sender: str, to: str, octets: bytes) -> str:
    """Send a mail and return the id of its event, which the door's reply ends with."""
    host, _, port = address.rpartition(":")
    options = ["BODY=8BITMIME"]
    try:
        with smtplib.SMTP(host.strip("[]"), int(port), timeout=30) as session:
            session.ehlo()
            if not (sender + to).isascii():
                session.command_encoding = "utf-8"
                options.append("SMTPUTF8")  # RFC 6531 §3.4
            _expect_ok(session.mail(sender, options))
            _expect_ok(session.rcpt(to))
            return _expect_ok(session.data(octets)).split()[-1]
    except (OSError, smtplib.SMTPException) as error:
        raise OpsError(f"the SMTP door at {address} failed: {error}") from error
    except ValueError as error:
        raise InputError(f"try mail: {error}") from error


def _expect_ok(reply: tuple[int, bytes]) -> str:
    code, octets = reply
    text = octets.decode("utf-8", "replace")
    if code != _OK:
        raise OpsError(f"the SMTP door says {code} {text}")
    return text
