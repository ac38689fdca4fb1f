"""A cockpit that speaks TLS, and goes on speaking it while its certificate is renewed."""

import http.client
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
