"""A proxy before all web servers."""


def install(service):
    ports = [web.hrd.get("port") for web in service.producers["web"]]
    service.log(f"proxy to ports {ports}")


def uninstall(service):
    service.log("proxy is gone")
