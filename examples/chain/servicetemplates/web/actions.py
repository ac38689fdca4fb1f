"""A web server that keeps its data in a database."""


def install(service):
    (database,) = service.producers["database"]
    service.log(f"web server on port {service.hrd.get('port')}, data in {database.key}")


def uninstall(service):
    service.log("web server is gone")
