"""What Prometheus reads."""

import falcon
import prometheus_client
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.openmetrics import exposition as openmetrics

from cockpit.rest.operation import operation
from cockpit.rest.rooms import Rooms

TEXT = "text/plain"
OPENMETRICS = "application/openmetrics-text"


class Metrics:
    """Figures for Prometheus."""

    def __init__(self, rooms: Rooms) -> None:
        self._registry = rooms.registry

    @operation(returns=str, media=TEXT, other_media=(OPENMETRICS,))
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Show all figures of this cockpit as Prometheus reads them.

        In the text format 0.0.4, or as OpenMetrics 1.0 for those whose `Accept` prefers it.
        """
        if req.client_prefers((TEXT, OPENMETRICS)) == OPENMETRICS:
            resp.content_type = openmetrics.CONTENT_TYPE_LATEST
            resp.data = openmetrics.generate_latest(self._registry)  # type: ignore[no-untyped-call]
        else:
            resp.content_type = CONTENT_TYPE_PLAIN_0_0_4
            resp.data = prometheus_client.generate_latest(self._registry)
