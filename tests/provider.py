"""An identity provider over loopback: OAuth's authorization code with PKCE, strict as real ones."""

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT, SECRET = "cockpit", "s3cret/&+"
ORGANISATION = "ops"


class Provider:
    """Lets everybody in as `ann`.

    Attributes:
        claims: What its tokens say, over what they usually do.
        token: A token to give instead.
        answer: Status and body of the token endpoint to give instead.
        key: PEM of the public key.
        asked: The paths that it was asked for.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.claims: dict[str, Any] = {}
        self.token = ""
        self.answer: tuple[int, bytes] | None = None
        self.asked: list[str] = []
        self._key = ECKey.generate_key("P-384")
        self.key: bytes = self._key.as_pem(private=False)
        self._codes: dict[str, Mapping[str, str]] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        if context:
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        scheme = "https" if context else "http"
        self.url = f"{scheme}://localhost:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def let_in(self, url: str) -> str:
        """Do what a person does at the address: say yes. Returns where it sends the browser."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.url}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def _exchange(self, authorization: str, told: Mapping[str, str]) -> tuple[int, bytes]:
        if self.answer:
            return self.answer
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).partition(b":")
        if (name, secret) != (CLIENT.encode(), urlencode({"": SECRET})[1:].encode()):
            return 401, b'{"error": "invalid_client"}'
        asked = self._codes.pop(told["code"], None)
        digest = hashlib.sha256(told["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_right = asked and asked["redirect_uri"] == told["redirect_uri"]
        if not asked or not is_right or asked["code_challenge"] != challenge:
            return 400, b'{"error": "invalid_grant"}'
        given = {"access_token": self.token or self.sign(), "token_type": "Bearer"}
        return 200, json.dumps(given).encode()

    def sign(self) -> str:
        """Return a token of a member."""
        claims = {
            "iss": "itsyouonline",
            "aud": ORGANISATION,
            "exp": int(time.time()) + 3600,
            "username": "ann",
            "scope": [f"user:memberof:{ORGANISATION}"],
        }
        return jwt.encode({"alg": "ES384"}, claims | self.claims, self._key, algorithms=["ES384"])

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                provider.asked.append(self.path)
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                told = dict(parse_qsl(body))
                status, octets = provider._exchange(self.headers["Authorization"], told)
                self.send_response(status)
                if status == 307:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(octets)))
                self.end_headers()
                self.wfile.write(octets)

            def log_message(self, *_: Any) -> None:
                return

        return Handler
