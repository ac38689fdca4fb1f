"""An alarm comes in: count it under the service that it is about."""


def count(event, service):
    key = f"alarms.{event.service}"
    service.hrd.set(key, service.hrd.get_int(key, 0) + 1)
