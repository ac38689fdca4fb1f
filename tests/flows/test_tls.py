"""A cockpit that speaks TLS, and goes on speaking it while its certificate is renewed."""

import http.client
import os
import signal
import ssl
from collections.abc import Callable

from certificates import write
from flows.product import Product, until


def secret(desk: Product) -> http.client.HTTPSConnection:
    """Connect as who trusts the certificate that is in the files now."""
    host, _, port = desk.addresses()["http"].rpartition(":")
    trust = ssl.create_default_context(cafile=desk.home.parent / "cert.pem")
    trust.check_hostname = False
    return http.client.HTTPSConnection(host, int(port), context=trust, timeout=30)


def alive(connection: http.client.HTTPSConnection) -> bool:
    connection.request("GET", "/health/live")
    with connection.getresponse() as answer:
        return answer.read() == b'{"ok":true}'


def is_trusted(desk: Product) -> bool:
    connection = secret(desk)
    try:
        return alive(connection)
    except ssl.SSLCertVerificationError:
        return False
    finally:
        connection.close()


def test_a_certificate_is_all_it_takes_and_is_renewed_while_connections_live(
    cockpit: Callable[..., Product],
):
    desk = cockpit(http_certificate="../cert.pem", http_key="../key.pem")
    folder = desk.home.parent
    write(folder)
    desk.start()

    assert f"https://{desk.addresses()['http']}" in desk.said
    assert desk.ask("status")["doors"]["http"]["address"] == desk.addresses()["http"]

    kept = secret(desk)

    assert alive(kept)

    write(folder, "two")
    until(lambda: is_trusted(desk), what="the new certificate")

    assert alive(kept)
    kept.close()

    (folder / "cert.pem").rename(folder / "good.pem")
    (folder / "cert.pem").write_text("broken")
    until(lambda: desk.run("status").returncode == 0 and "cert.pem" in desk.errors())
    (folder / "good.pem").rename(folder / "cert.pem")

    assert is_trusted(desk)
    # It was trouble, told in the log; no bug of ours.
    assert desk.ask("event", "list", "--type", "eco") == []


def test_a_proxy_tells_who_asks_as_long_as_it_is_trusted(cockpit: Callable[..., Product]):
    desk = cockpit()
    desk.home.mkdir()
    settings = desk.home / "cockpit.toml"
    settings.write_text('[http]\ntrusted_proxies = ["127.0.0.0/8"]\n')
    desk.start()

    def where(**headers: str) -> str:
        """Ask for something that stands in the audit log, and return from where it came."""
        connection = http.client.HTTPConnection(desk.addresses()["http"], timeout=30)
        token = (desk.home / "run" / "token").read_text()
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST", "/events", headers={"Authorization": f"Bearer {token}"} | given)
        connection.getresponse().read()
        connection.close()
        return desk.ask("audit")[0]["where"]

    assert where(Forwarded="for=192.0.2.7") == "192.0.2.7"
    assert where(X_Forwarded_For="192.0.2.9, 192.0.2.8") == "192.0.2.8"

    settings.write_text("")
    os.kill(int((desk.home / "run" / "rack.pid").read_text()), signal.SIGHUP)
    until(lambda: desk.ask("status")["settings"]["changed"] == ["http.trusted_proxies"])
    assert where(Forwarded="for=192.0.2.7") == "127.0.0.1"
