"""The documentation in the product: the description of the API, and Swagger UI to try it.

Swagger UI comes from the package `offapi`, file by file: its own pages hold it whole, which
neither a browser can cache nor a policy against foreign scripts allow.
"""

import functools
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import falcon
import msgspec

from cockpit.errors import OpsError
from cockpit.rest.operation import operation

_FILES = {
    "swagger_bundle.js": "text/javascript",
    "swagger_preset.js": "text/javascript",
    "swagger_style.css": "text/css",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Cockpit: API</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/docs/swagger_style.css">
  <style>
    /* There are no links, and their column would lie outside a narrow window. */
    .swagger-ui .response-col_links { display: none }
    .swagger-ui .info { margin: 32px 0 }
    .swagger-ui .scheme-container { padding: 16px 0 }
    .swagger-ui .auth-container input { width: 100%; max-width: none }
  </style>
</head>
<body>
  <div id="swagger-ui"></div>
  <script src="/docs/swagger_bundle.js"></script>
  <script src="/docs/swagger_preset.js"></script>
  <script src="/docs/start.js"></script>
</body>
</html>
"""
_START = """window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  docExpansion: "list",
  filter: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
"""


class OpenAPI(msgspec.Struct, frozen=True, kw_only=True):
    """A description of an API; see https://spec.openapis.org/oas/v3.1.1 for what it holds."""

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]
    components: dict[str, Any]


class Docs:
    """This description, and the page that shows it.

    Args:
        describe: Gives the OpenAPI document; asked once, when somebody first wants it.
    """

    def __init__(self, describe: Callable[[], dict[str, Any]]) -> None:
        self._describe = functools.cache(lambda: msgspec.json.encode(describe()))

    @operation(returns=OpenAPI)
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Describe this API, as OpenAPI 3.1."""
        resp.content_type = falcon.MEDIA_JSON
        resp.data = self._describe()

    @operation(returns=str, media="text/html")
    def on_get_page(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Show this page."""
        _send(resp, "text/html", _PAGE.encode())

    @operation(returns=str, media="text/javascript", errors=(404,))
    def on_get_file(self, req: falcon.Request, resp: falcon.Response, file: str) -> None:
        """Give a file of Swagger UI."""
        if file == "start.js":
            _send(resp, "text/javascript", _START.encode())
        elif media := _FILES.get(file):
            _send(resp, media, (_folder() / file).read_bytes())
            resp.set_header("Cache-Control", "private, max-age=86400")
        else:
            raise falcon.HTTPNotFound


def _send(resp: falcon.Response, media: str, octets: bytes) -> None:
    resp.content_type = f"{media}; charset=utf-8"
    resp.set_header("Content-Security-Policy", _POLICY)
    resp.set_header("X-Content-Type-Options", "nosniff")
    resp.data = octets


@functools.cache
def _folder() -> Path:
    # Importing it would keep 17 MB of pages in memory that nobody asks for.
    found = importlib.util.find_spec("offapi")
    if found is None or not found.submodule_search_locations:
        raise OpsError("offapi: not installed, and it has the files of Swagger UI")
    return Path(found.submodule_search_locations[0])
