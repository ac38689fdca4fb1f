"""Starts again what a monitor found broken."""


def heal(event, service):
    if event.origin is None:
        service.log(f"{event.service} is no service here")
        return
    service.log(f"{event.service}: {event.msg}")
    event.origin.run("restart")
