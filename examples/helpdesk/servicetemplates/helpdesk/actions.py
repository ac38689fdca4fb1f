"""A mail comes in: its sender gets a ticket number, and whoever is on call hears of it."""


def notify(event, service):
    ticket = service.hrd.get_int("tickets", 0) + 1
    service.hrd.set("tickets", ticket)
    service.log(f"ticket #{ticket} for {event.sender or 'an unknown sender'}")
    if event.sender:
        service.mail(
            to=event.sender,
            subject=f"Re: {event.subject} [ticket #{ticket}]",
            body=f"Your message has arrived and is ticket #{ticket}. We are on it.",
        )


def monitor(service):
    tickets, most = service.hrd.get_int("tickets", 0), service.hrd.get_int("most", 100)
    if tickets > most:
        raise RuntimeError(f"{tickets} tickets, and {most} are many")


def escalate(event, service):
    oncall = service.hrd.get("oncall")
    service.tell(oncall, f"{event.sender or 'Someone'} writes: {event.subject}")
    owner = service.ask(oncall, f"{event.subject}: who takes it?", timeout="15m", default="nobody")
    service.log(f"{owner} takes it")
