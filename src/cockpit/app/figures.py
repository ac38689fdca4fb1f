"""Figures in the words of Prometheus: a name, what it means, and its values by labels. Pure."""

from collections.abc import Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

_Rows = Mapping[tuple[str, ...], float]


def gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    """Return what goes up and down, without labels."""
    return GaugeMetricFamily(name, text, value=value)


def gauges(name: str, text: str, labels: tuple[str, ...], rows: _Rows) -> GaugeMetricFamily:
    """Return what goes up and down, for each of several labels."""
    found = GaugeMetricFamily(name, text, labels=labels)
    for values, value in rows.items():
        found.add_metric(values, value)
    return found


def counter(name: str, text: str, value: float) -> CounterMetricFamily:
    """Return what only grows, without labels; it is shown as `<name>_total`."""
    return CounterMetricFamily(name, text, value=value)


def counters(name: str, text: str, labels: tuple[str, ...], rows: _Rows) -> CounterMetricFamily:
    """Return what only grows, for each of several labels."""
    found = CounterMetricFamily(name, text, labels=labels)
    for values, value in rows.items():
        found.add_metric(values, value)
    return found
