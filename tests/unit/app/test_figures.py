from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.registry import Collector

from cockpit.app.figures import counter, counters, gauge, gauges


class All(Collector):
    def collect(self):
        yield gauge("a_bytes", "A.", True)
        yield gauges("b", "B.", ("x", "y"), {("1", "2"): 3})
        yield counter("c", "C.", 4)
        yield counters("d", "D.", ("x",), {("q",): 5, ("r",): 6})


def test_figures_are_what_prometheus_reads():
    registry = CollectorRegistry()
    registry.register(All())
    lines = generate_latest(registry).decode().splitlines()

    assert [line for line in lines if not line.startswith("#")] == [
        "a_bytes 1.0",
        'b{x="1",y="2"} 3.0',
        "c_total 4.0",
        'd_total{x="q"} 5.0',
        'd_total{x="r"} 6.0',
    ]
