"""A request goes up a chain of people until somebody takes it; the sender hears who that is.

oncall (the calendar's first, and after half of the time the backup) → support → managers
"""


def handle(event, service):
    owner = ask_around(event, service)
    service.log(f"{owner or 'nobody'} takes it")
    service.hrd.set("owner", owner)
    if event.sender:
        service.mail(to=event.sender, subject=f"Re: {event.subject}", body=reply(owner, service))


def ask_around(event, service):
    """Return who takes it; "" when the chain is at its end."""
    for who in service.hrd.get_list("chain"):
        answer = service.ask(
            who,
            f"{event.sender or 'Somebody'}: {event.subject}. Do you take it?",
            ["I take it"],
            timeout=service.hrd.get("wait"),
            default="",
        )
        if answer:
            return service.answered_by or who
        service.log(f"{who}: no answer")
    return ""


def reply(owner, service):
    if not owner:
        return "Nobody can take it now. We will write to you as soon as somebody does."
    contact = service.person(owner).mail
    return f"{owner} takes care of it" + (f": {contact}" if contact else ".")
