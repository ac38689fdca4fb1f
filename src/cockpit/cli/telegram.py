"""`telegram …`: the bot of a cockpit: set it up, look at it, and at what it could not send."""

import sys
from pathlib import Path

import typer

from cockpit.cli.client import segment
from cockpit.cli.terminal import Terminal, moment
from cockpit.errors import InputError

_COLUMNS = {
    "id": "ID",
    "put": "PUT",
    "chat": "CHAT",
    "state": "STATE",
    "tries": "TRIES",
    "said": "SAYS",
    "error": "ERROR",
}
_SHOWN = 60
_IDS = typer.Argument(..., metavar="ID…", help="As `telegram messages` shows them.")
_HOW = (
    "A bot is made in Telegram: write /newbot to @BotFather, choose two names,"
    " and it gives a token."
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="The Telegram bot: status, setup, messages, retry, drop.", rich_markup_mode=None
    )
    group.callback(invoke_without_command=True)(_default)
    for command in (status, setup, messages, retry, drop):
        group.command()(command)
    app.add_typer(group, name="telegram")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        status(ctx)


def status(ctx: typer.Context) -> None:
    """Tell how the bot is."""
    terminal: Terminal = ctx.obj
    found = terminal.client().get("/telegram")
    terminal.answer(found, "\n".join(_lines(terminal, found)))


def setup(
    ctx: typer.Context,
    *,
    token_file: Path | None = typer.Option(
        None, "--token-file", metavar="FILE", help="Holds the token; else it is asked for."
    ),
    admin: str = typer.Option("admin", "--admin", metavar="NAME", help="Who the link lets in."),
) -> None:
    """Take a bot into service, and print the one-time link that makes its first user the admin.

    The token is asked for, or read from standard input. Get one from @BotFather in Telegram.
    """
    terminal: Terminal = ctx.obj
    token = _token(token_file)
    made = terminal.client().post("/telegram/setup", token=token, admin=admin)
    text = (
        f"@{made['bot']} is at work. Open this link in Telegram, once, to be {made['name']}, an"
        f" admin:\n\n    {made['link']}\n\nIt is over at {moment(made['expires'])}. `cockpit people"
        " link NAME` makes one for somebody else."
    )
    terminal.answer(made, text)


def messages(
    ctx: typer.Context,
    *,
    state: str = typer.Option("", "--state", help="Only those that are queued, sent or dead."),
    limit: int = typer.Option(50, "--limit", min=1, max=1000, help="How many at most."),
) -> None:
    """List messages to chats, newest first."""
    terminal: Terminal = ctx.obj
    rows = terminal.client().get("/telegram/messages", state=state, limit=limit)
    if not terminal.json:
        for row in rows:
            row["put"] = moment(row["epoch"])
            row["said"] = " ".join(row["text"].split())[:_SHOWN]
    terminal.table(rows, _COLUMNS)


def retry(ctx: typer.Context, ids: list[str] = _IDS) -> None:
    """Try messages again that were given up."""
    _move(ctx, ids, "retry", "is tried again")


def drop(ctx: typer.Context, ids: list[str] = _IDS) -> None:
    """Forget messages that were given up."""
    _move(ctx, ids, "drop", "is dropped")


def _move(ctx: typer.Context, ids: list[str], verb: str, told: str) -> None:
    terminal: Terminal = ctx.obj
    for one in ids:
        terminal.client().post(f"/telegram/messages/{segment(one)}/{verb}")
    terminal.answer({verb: ids}, "\n".join(f"{one} {told}" for one in ids))


def _token(file: Path | None) -> str:
    if file is not None:
        try:
            token = file.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"--token-file: {file} cannot be read: {error}") from error
    elif sys.stdin.isatty():
        typer.echo(_HOW, err=True)
        token = typer.prompt("Token", hide_input=True, err=True).strip()
    else:
        token = sys.stdin.read().strip()
    if not token:
        raise InputError(f"there is no token. {_HOW}")
    return token


def _lines(terminal: Terminal, found: dict[str, object]) -> list[str]:
    if not found["is_on"]:
        return ["there is no bot: `cockpit telegram setup` takes one into service"]
    name = f"@{found['username']}" if found["username"] else "a bot that Telegram did not name yet"
    how = "asks for updates" if found["mode"] == "poll" else "is sent updates"
    lines = [terminal.bold(name), f"  {how}, knows {found['people']} people"]
    age = found["last_poll_age"]
    if found["mode"] == "poll":
        last = f"{age:.0f} s ago" if isinstance(age, int | float) and age >= 0 else "never"
        lines.append(f"  last asked with success {last}")
    lines.append(
        f"  messages: {found['queued']} wait, {found['sent']} sent, {found['dead']} given up"
    )
    if found["error"]:
        lines.append(f"  trouble: {found['error']}")
    return lines
