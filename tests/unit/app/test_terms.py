import os

import gevent
import pytest

from cockpit.access.senders import Github, Webhooks
from cockpit.app.door_settings import Jwt
from cockpit.app.settings import Robot, Settings
from cockpit.app.terms import Terms, told

URL = "unix:///tmp/redis.sock"


@pytest.fixture
def ends():
    hears, says = os.pipe()
    yield hears, says
    os.close(hears)


def test_a_child_works_by_what_it_was_told_at_its_start(ends):
    hears, says = ends
    os.write(says, told(Settings(robot=Robot(retries=7)), URL))
    os.close(says)
    settings = Terms(hears).settings()

    assert (settings.robot.retries, settings.redis.url) == (7, URL)
    assert not os.get_inheritable(hears)


def test_the_last_of_what_is_told_holds_however_it_comes(ends):
    hears, says = ends
    os.write(says, told(Settings(), URL))
    terms = Terms(hears)
    heard = []
    following = gevent.spawn(terms.follow, heard.append)
    line = told(Settings(robot=Robot(retries=1)), URL) + told(Settings(robot=Robot(retries=2)), URL)
    for piece in (line[:10], line[10:]):
        os.write(says, piece)
        gevent.sleep(0)
    os.close(says)
    following.join(timeout=20)

    assert terms.settings().robot.retries == 2
    assert heard[-1] == terms.settings()


def test_who_may_come_in_is_no_business_of_a_child():
    settings = Settings(webhooks=Webhooks(github=Github(secret="s3cret")), jwt=Jwt(issuer="me"))
    line = told(settings, URL)

    assert b"s3cret" not in line
    assert b'"issuer":"me"' not in line
