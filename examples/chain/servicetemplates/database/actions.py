"""A database inside a network."""


def install(service):
    where = service.parent.hrd.get("range")
    service.log(f"database of {service.hrd.get('size')} GB in {where}")


def uninstall(service):
    service.log("database is gone")
