"""What goes through the HTTP door, counted: requests, deliveries of senders, wrong tokens.

Labels are bounded: a request counts under the template of its route, never under its path, and
under `none` when it reached no route, as without a valid token.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import falcon
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from cockpit.rest.histogram import Histogram

NO_ROUTE = "none"
BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_GIVING = ("POST", "PUT")
_OTHER = "other"
_RECEIVING = ("/events", "/webhooks/", "/api/")
_SOURCES = {
    "/webhooks/telegram": "telegram",
    "/api/v2/alerts": "prometheus",
    "/api/{project}/envelope/": "sentry",
    "/api/{project}/store/": "sentry",
}
_SENDERS = "/webhooks/{name}"
_RESULTS = {"2": "taken", "5": "later"}
_REASONS = {"401": "refused", "403": "refused", "404": "closed", "429": "later"}
_TOKENS = {"401": "refused", "429": "throttled"}


class Traffic(Collector):
    """Falcon middleware that counts; it must stand before all others, to see what they refuse.

    Args:
        senders: The sources of webhooks that there are.
        clock: Epoch seconds.

    Attributes:
        last_receive_epoch: When an event or a delivery was taken in last, in seconds; 0 is never.
    """

    def __init__(
        self, senders: frozenset[str] = frozenset(), *, clock: Callable[[], float] = time.time
    ) -> None:
        self._senders = senders
        self._clock = clock
        self._requests: Counter[tuple[str, str, str]] = Counter()
        self._durations: dict[tuple[str, str], Histogram] = {}
        self._deliveries: Counter[tuple[str, str]] = Counter()
        self._tokens: Counter[str] = Counter(dict.fromkeys(_TOKENS.values(), 0))
        self.last_receive_epoch = 0.0

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Note when a request came."""
        req.context.began = time.perf_counter()

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: object, req_succeeded: bool
    ) -> None:
        """Count a request when its answer begins."""
        took_s = time.perf_counter() - req.context.began
        method, route, status = req.method, req.uri_template, str(resp.status)[:3]
        if method not in _METHODS:
            method = _OTHER
        if route is None:
            route = NO_ROUTE
            if status in _TOKENS:
                self._tokens[_TOKENS[status]] += 1
        self._requests[method, route, status] += 1
        durations = self._durations.get((method, route))
        if durations is None:
            durations = self._durations[method, route] = Histogram(BOUNDS_S)
        durations.observe(took_s)
        if method in _GIVING and route.startswith(_RECEIVING):
            self._receive(req, route, status)

    def _receive(self, req: falcon.Request, route: str, status: str) -> None:
        source = _SOURCES.get(route) or _sender(req, route)
        if source:
            name = source if route in _SOURCES or source in self._senders else _OTHER
            result = _REASONS.get(status) or _RESULTS.get(status[0], "unreadable")
            self._deliveries[name, result] += 1
        if status[0] == "2" and (source or route == "/events"):
            self.last_receive_epoch = self._clock()

    def collect(self) -> Iterator[Any]:
        """Yield what was counted since the start."""
        requests = CounterMetricFamily(
            "cockpit_http_requests",
            "Requests answered, by method, route template and status.",
            labels=("method", "route", "status"),
        )
        for labels, count in self._requests.items():
            requests.add_metric(labels, count)
        yield requests
        durations = HistogramMetricFamily(
            "cockpit_http_request_duration_seconds",
            "Time from the head of a request to the begin of its answer.",
            labels=("method", "route"),
        )
        for where, times in self._durations.items():
            durations.add_metric(where, times.buckets(), times.total)
        yield durations
        deliveries = CounterMetricFamily(
            "cockpit_webhook_deliveries",
            "Deliveries of senders, by source and result: taken, refused (not proven), closed "
            "(no such source, or no secret), unreadable, later.",
            labels=("source", "result"),
        )
        for origin, count in self._deliveries.items():
            deliveries.add_metric(origin, count)
        yield deliveries
        tokens = CounterMetricFamily(
            "cockpit_token_failures",
            "Requests without a valid token: refused, or throttled after many.",
            labels=("result",),
        )
        for result, count in self._tokens.items():
            tokens.add_metric((result,), count)
        yield tokens


def _sender(req: falcon.Request, route: str) -> str:
    return req.path.removeprefix("/webhooks/") if route == _SENDERS else ""
