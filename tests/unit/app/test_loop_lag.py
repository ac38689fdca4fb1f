import time

import gevent

from cockpit.app.loop_lag import LoopLag


def test_what_holds_the_hub_is_noted():
    lag = LoopLag()
    lag.start()
    gevent.sleep(0)
    time.sleep(0)
    end = time.perf_counter() + 1.2
    while time.perf_counter() < end:
        pass
    with gevent.Timeout(20):
        while not (total := next(lag.collect()).samples[-1].value):
            gevent.sleep(0.05)
    lag.stop()

    assert total > 0.5
