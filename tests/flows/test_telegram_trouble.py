"""The bot while the world is in trouble: cuts, conflicts, kills, repeats; and orders by other ways."""

import json
import os
import signal
from collections.abc import Callable

import pytest
import urllib3

from bot_api import TOKEN, BotApi, User
from flows.product import Product, until

ANN = User(42, "Ann")
PEOPLE = "[people.ann]\ntelegram_id = 42\nrole = 'admin'\n"


@pytest.fixture
def api(bot_api: BotApi) -> BotApi:
    bot_api.know(ANN.id)
    return bot_api


@pytest.fixture
def desk(api: BotApi, cockpit: Callable[..., Product]) -> Product:
    product = cockpit(telegram_api_url=api.url, telegram_token=TOKEN)
    product.home.mkdir(parents=True)
    (product.home / "cockpit.toml").write_text(PEOPLE)
    return product.start("helpdesk")


def says(api: BotApi, text: str, *, timeout: float = 20) -> str:
    return api.wait(
        lambda: next((one for one in api.said(ANN.id) if text in one), ""), timeout=timeout
    )


def age(desk: Product) -> float | None:
    door = desk.http("GET", "/health/ready").json()["doors"].get("telegram")
    return door["last_receive_age_s"] if door else None


def test_a_network_that_is_gone_comes_back_by_itself_and_nothing_is_lost(
    desk: Product, api: BotApi
):
    until(lambda: age(desk) is not None)
    api.cut()
    event = {"type": "telegram", "io": "output", "action": "message"}
    for text in ("one", "two"):
        desk.ask(
            "event", "publish", "-", stdin=json.dumps(event | {"args": {"msg": text, "to": "ann"}})
        )
    api.say("/status", user=ANN)
    until(lambda: "cannot be reached" in desk.ask("telegram")["error"])
    assert desk.http("GET", "/health/ready").status == 200
    assert desk.ask("telegram")["queued"] == 2
    api.mend()

    says(api, "cockpit ")
    api.wait(lambda: [one for one in api.said(ANN.id) if one in ("one", "two")] == ["one", "two"])
    until(lambda: desk.ask("telegram")["error"] == "")


@pytest.mark.usefixtures("desk")
def test_a_conflict_and_a_busy_telegram_are_waited_for(api: BotApi):
    api.fail("getUpdates", 409, "terminated by other getUpdates request", times=2)
    api.fail("sendMessage", 429, retry_after=1)
    api.say("/status", user=ANN)

    says(api, "cockpit ")
    assert api.counts["sendMessage"] == 2


def test_a_kill_in_the_middle_answers_everything_once(desk: Product, api: BotApi):
    numbers = [api.say(f"/repo create repo{n}", user=ANN) for n in range(5)]
    api.wait(lambda: api.counts["sendMessage"] >= 1)
    desk.kill()
    for number in numbers:
        api.redeliver(number)
    desk.start()

    api.wait(lambda: sum("repo4" in one for one in api.said(ANN.id)) == 1, timeout=60)
    desk.settled(desk.ask("event", "list", "--type", "telegram")[0]["id"])
    repos = desk.ask("repo", "list")
    assert [one["repo"] for one in repos] == ["helpdesk", *(f"repo{n}" for n in range(5))]
    answers = [one for one in api.said(ANN.id) if one.startswith(("Repository", "There is a"))]
    # The one that was under way when the kill came may be said twice: it is sent at least once.
    assert len(set(answers)) == 5
    assert len(answers) <= 6


def test_ten_thousand_updates_at_once_are_each_stored_once_over_a_kill(desk: Product, api: BotApi):
    api.flood(10_000, user=ANN)
    api.wait(lambda: api.counts["getUpdates"] > 20)
    desk.kill()
    desk.start()
    api.say("/status", user=ANN)

    # It is answered in its turn, after all that came before it.
    says(api, "cockpit ", timeout=90)
    assert desk.ask("status")["counts"]["events"]["telegram"] == 10_001


def test_what_cannot_be_sent_is_seen_and_tried_again(desk: Product, api: BotApi):
    api.block(ANN.id)
    api.say("/status", user=ANN)
    (dead,) = until(lambda: desk.ask("telegram", "messages", "--state", "dead"))
    assert dead["error"] == "Forbidden: bot was blocked by the user"
    api.unblock(ANN.id)
    desk.ask("telegram", "retry", dead["id"])

    says(api, "cockpit ")
    assert desk.ask("telegram")["dead"] == 0


@pytest.mark.parametrize("way", ["redis", "rest"])
def test_who_may_publish_may_order_what_a_chat_may(desk: Product, way: str):
    def order(what: str, meta: dict[str, str] | None = None, /, **args: str) -> None:
        event = {"type": "telegram", "io": "input", "action": what, "args": args}
        text = json.dumps(event | ({"meta": meta} if meta else {}))
        if way == "rest":
            desk.ask("event", "publish", "-", stdin=text)
        else:
            with desk.redis() as redis:
                until(lambda: redis.publish("ckpt.telegram", text), what="somebody who hears it")

    order("repo.create", name="env du-conv2")
    until(lambda: [one["repo"] for one in desk.ask("repo", "list")] == ["env-du-conv2", "helpdesk"])
    content = "helpdesk__second:\n"
    order("bp.create", {"repo": "helpdesk"}, name="2_more.yaml", content=content)
    until(lambda: "helpdesk!second" in str(desk.ask("service", "list")))
    order("service.execute", name="helpdesk!second", action="monitor")
    until(lambda: [job["state"] for job in desk.ask("job", "list")] == ["ok"])


@pytest.mark.usefixtures("desk")
def test_the_link_of_a_file_opens_for_whoever_has_it(api: BotApi):
    api.document("report.pdf", b"%PDF-1.7", user=ANN)
    told = says(api, "report.pdf is kept")
    answer = urllib3.request("GET", told.rpartition(" ")[2], retries=False)

    assert (answer.status, answer.data) == (200, b"%PDF-1.7")


def test_an_event_that_lacks_its_arguments_is_refused(desk: Product):
    event = {"type": "telegram", "io": "input", "action": "service.execute", "args": {}}
    answer = desk.http("POST", "/events", json=event)

    assert answer.status == 422
    assert "args.name: missing" in answer.data.decode()


def test_a_plain_text_reaches_services_that_subscribe(desk: Product, api: BotApi):
    template = desk.home / "repos" / "helpdesk" / "servicetemplates" / "helpdesk"
    lines = "events.telegram = hear\nevents.telegram.where = event.action == 'message'\n"
    (template / "service.hrd").write_text(lines)
    (template / "actions.py").write_text("def hear(event):\n    return event.args['text']\n")
    until(lambda: "hear" in str(desk.ask("service", "show", "helpdesk!main")["subscriptions"]))
    api.say("the printer is on fire", user=ANN)

    (job,) = until(lambda: desk.ask("job", "list"))
    until(lambda: desk.ask("job", "show", job["id"])["result"] == "the printer is on fire")


def test_by_webhook_updates_come_with_their_secret(api: BotApi, cockpit: Callable[..., Product]):
    desk = cockpit(telegram_api_url=api.url, telegram_token=TOKEN)
    desk.home.mkdir(parents=True)
    (desk.home / "cockpit.toml").write_text(PEOPLE)
    desk.start("helpdesk")
    hook = f"http://{desk.addresses()['http']}/webhooks/telegram"
    (desk.home / "cockpit.toml").write_text(f"[telegram]\nwebhook = '{hook}'\n{PEOPLE}")
    os.kill(int((desk.home / "run" / "rack.pid").read_text()), signal.SIGHUP)
    api.wait(lambda: api.webhook.get("url") == hook)
    api.say("/status", user=ANN)

    says(api, "cockpit ")
    assert desk.ask("telegram")["mode"] == "webhook"
