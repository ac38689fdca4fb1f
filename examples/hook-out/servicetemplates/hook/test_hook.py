"""`cockpit template test hook`: a real subscriber on this machine gets what it wants, signed."""

import base64
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

KEY = b"twenty-four octets or more"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
ALARM = {"service": "web!main", "method": "http", "msg": "down", "epoch": 1462275396}


class Subscriber(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.deliveries.append((self.headers, body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def subscriber():
    server = HTTPServer(("127.0.0.1", 0), Subscriber)
    server.status, server.deliveries = 204, []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def subscribe(robot, subscriber, more=""):
    url = f"http://127.0.0.1:{subscriber.server_port}/events"
    robot.blueprint(f"hook__test:\n  url: {url}\n  secret: {SECRET}\n{more}")


def test_an_alarm_is_delivered_and_signed(robot, subscriber):
    subscribe(robot, subscriber)
    why = robot.publish("alarm", **ALARM)
    ((headers, body),) = subscriber.deliveries
    message = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signature = base64.b64encode(hmac.digest(KEY, message, hashlib.sha256)).decode()

    assert headers["webhook-signature"] == f"v1,{signature}"
    told = json.loads(body)
    assert (told["type"], told["timestamp"]) == ("alarm", "2016-05-03T11:36:36+00:00")
    assert (told["data"]["id"], told["data"]["msg"]) == (why["event"]["id"], "down")


def test_what_a_subscriber_does_not_want_is_not_delivered(robot, subscriber):
    subscribe(robot, subscriber, "  wanted: alarm, generic\n  about: web!main\n")
    robot.publish("alarm", **ALARM | {"service": "web!other"})
    robot.publish("email", sender="ann@example.org", subject="hello")
    robot.publish("generic", tags=["hello"])

    assert [json.loads(body)["type"] for _, body in subscriber.deliveries] == ["generic"]


def test_a_subscriber_that_is_gone_gets_no_more(robot, subscriber):
    subscribe(robot, subscriber)
    subscriber.status = 410
    (job,) = robot.publish("alarm", **ALARM)["jobs"]
    again = robot.publish("alarm", **ALARM | {"epoch": 1462275397})

    assert (job["state"], again["jobs"], len(subscriber.deliveries)) == ("dead", [], 1)
    assert robot.service("hook!test")["states"] == {"deliver": "disabled"}
