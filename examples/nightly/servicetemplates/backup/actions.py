"""Backups report by mail: OK is fine, FAILED and silence raise an alarm, and somebody is asked."""


def check(event, service):
    if event.subject.endswith("OK"):
        resolve(service, "the backup reports OK")
    else:
        alarm(service, "firing", event.subject)


def handle(event, service):
    about, failing = service.hrd.get("asked_about", ""), service.hrd.get_bool("failing")
    # One question at a time: further alarms of the same trouble are only noted, and so is one that
    # was asked about and has recovered.
    if event.status != "firing" or (about and failing != (about == event.id)):
        return
    service.hrd.set("failing", True)
    service.hrd.set("asked_about", event.id)
    answer = service.ask(
        service.hrd.get("who"), f"{event.msg}. Retry?", ["Yes", "No"], timeout="1h", default="No"
    )
    if service.hrd.get("asked_about", "") != event.id or not service.hrd.get_bool("failing"):
        service.log(f"{answer} comes too late: it has recovered")
        return
    service.log(f"Retry? {answer}")
    service.hrd.delete("asked_about")
    if answer == "Yes":
        service.run("retry")


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
