from ipaddress import ip_network

from cockpit.app.settings import Robot, Settings


def test_texts_with_units_give_their_value():
    settings = Settings()

    assert settings.redis.maxmemory_bytes == 512 * 1024**2
    assert (settings.log.keep_s, settings.log.limit_bytes) == (30 * 86400, 2 * 1024**3)
    assert (settings.outbox.keep_s, settings.audit.keep_s) == (30 * 86400, 365 * 86400)
    assert settings.logs.limit_bytes == 10 * 1024**2
    assert (settings.robot.timeout_s, settings.robot.stall_s) == (600, 20)
    assert settings.robot.retry_delays_s == (5, 30, 120, 600, 3600)
    assert settings.robot.memory_bytes == 1024**3


def test_nothing_but_the_public_internet_may_be_posted_to_by_default():
    assert Settings().robot.private_networks == ()


def test_networks_that_may_be_posted_to():
    robot = Robot(post_private=("10.0.0.0/8", "::1"))

    assert robot.private_networks == (ip_network("10.0.0.0/8"), ip_network("::1/128"))
