"""Backups report by mail: OK is fine, FAILED and silence raise an alarm, and somebody is asked."""


def check(event, service):
    if event.subject.endswith("OK"):
        resolve(service, "the backup reports OK")
    else:
        alarm(service, "firing", event.subject)


def handle(event, service):
    # One question at a time: further alarms of the same trouble are only noted.
    if event.status != "firing" or service.hrd.get("asked_about", event.id) != event.id:
        return
    service.hrd.set("failing", True)
    service.hrd.set("asked_about", event.id)
    try:
        answer = service.ask(
            service.hrd.get("who"),
            f"{event.msg}. Retry?",
            ["Yes", "No"],
            timeout="1h",
            default="No",
        )
        service.log(f"Retry? {answer}")
        if answer == "Yes":
            service.run("retry")
    finally:
        service.hrd.delete("asked_about")


def retry(service):
    done = service.execute(service.hrd.get("command"), timeout="5m")
    service.log(done.out.strip())
    resolve(service, "the retry succeeded")


def resolve(service, why):
    if service.hrd.get_bool("failing"):
        service.hrd.set("failing", False)
        alarm(service, "resolved", why)
        service.tell(service.hrd.get("who"), f"backup of {service.hrd.get('host')}: {why}")


def alarm(service, status, msg):
    about = {"service": service.key, "method": "backup", "status": status, "msg": msg}
    service.publish({"type": "alarm", **about})
