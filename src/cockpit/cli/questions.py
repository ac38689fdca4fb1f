"""`question …`: what actions ask people."""

import typer

from cockpit.cli.client import segment
from cockpit.cli.terminal import Terminal

_COLUMNS = {
    "id": "ID",
    "asked": "ASKED",
    "who": "WHO",
    "to": "PEOPLE",
    "service": "SERVICE",
    "text": "QUESTION",
    "options": "ANSWERS",
    "state": "STATE",
    "answer": "ANSWER",
}


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="Questions to people: list, show, answer.", rich_markup_mode=None)
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    for command in (show, answer):
        group.command()(command)
    app.add_typer(group, name="question")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        listing(ctx, state="", limit=50)


def listing(
    ctx: typer.Context,
    state: str = typer.Option("", "--state", help="Only these: waiting, answered, over."),
    limit: int = typer.Option(50, "--limit", min=1, max=1000, help="How many at most."),
) -> None:
    """List questions, newest first."""
    terminal: Terminal = ctx.obj
    terminal.table(terminal.client().get("/questions", state=state, limit=limit), _COLUMNS)


def show(ctx: typer.Context, question: str = typer.Argument(..., metavar="ID")) -> None:
    """Show one question."""
    terminal: Terminal = ctx.obj
    found = terminal.client().get(f"/questions/{segment(question)}")
    lines = [f"{terminal.bold(found['text'])}  {found['state']}"]
    lines += [f"  {n}. {option}" for n, option in enumerate(found["options"], 1)]
    if found["answer"]:
        lines.append(f"  {found['by'] or 'somebody'} answered: {found['answer']}")
    people = ", ".join(found["to"]) or "nobody can be reached yet: see `cockpit message list`"
    lines.append(f"  asked of {found['who']} ({people})")
    lines.append(f"  by {found['service']} of {found['repo']}, job {found['job']}")
    terminal.answer(found, "\n".join(lines))


def answer(
    ctx: typer.Context,
    question: str = typer.Argument(..., metavar="ID"),
    text: str = typer.Argument(..., metavar="ANSWER", help="An option, its number, or any text."),
    by: str = typer.Option("", "--by", metavar="NAME", help="Whose answer it is."),
) -> None:
    """Answer a question; the first answer counts, and the action goes on."""
    terminal: Terminal = ctx.obj
    found = terminal.client().post(f"/questions/{segment(question)}/answer", answer=text, by=by)
    terminal.answer(found, f"{found['service']} goes on with {found['answer']}")
