from cockpit.rest.histogram import Histogram


def test_each_bucket_counts_what_is_not_larger_than_its_edge():
    found = Histogram((1, 2.5))
    for value in (0, 1, 1.1, 2.5, 99):
        found.observe(value)

    assert found.buckets() == [("1.0", 2), ("2.5", 4), ("+Inf", 5)]
    assert found.total == 103.6


def test_a_fresh_one_is_empty():
    assert Histogram((1,)).buckets() == [("1.0", 0), ("+Inf", 0)]
