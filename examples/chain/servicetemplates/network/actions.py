"""A network: where the other services live."""


def install(service):
    service.log(f"network {service.hrd.get('range')} is up")


def uninstall(service):
    service.log(f"network is down, {len(service.children)} services lived in it")
