"""The example `nightly`: failure, question, a kill, the answer, recovery; then silence."""

from collections.abc import Callable

import pytest

from flows.product import Product, until


@pytest.fixture
def nightly(cockpit: Callable[..., Product], processes: int) -> Product:
    return cockpit(robot_processes=processes).start(example="nightly")


def asked(nightly: Product) -> dict | None:
    questions = nightly.ask("question", "list", "--state", "waiting")
    assert len(questions) <= 1, "one question at a time"
    return questions[0] if questions else None


def alarms(nightly: Product) -> list[str]:
    found = nightly.ask("event", "list", "--type", "alarm")
    return [f"{one['status']}: {one['msg']}" for one in reversed(found)]


def test_a_failed_backup_is_asked_about_and_run_again_across_a_kill(nightly: Product):
    nightly.mail("backup db2: FAILED")
    nightly.mail("backup db1: FAILED")
    question = until(lambda: asked(nightly))
    assert (question["who"], question["options"]) == ("oncall", ["Yes", "No"])
    assert question["text"] == "backup db1: FAILED. Retry?"
    nightly.kill()
    nightly.start()

    assert asked(nightly)["id"] == question["id"]
    nightly.ask("question", "answer", question["id"], "yes", "--by", "ann")
    until(lambda: "resolved: the retry succeeded" in alarms(nightly))
    assert alarms(nightly)[0] == "firing: backup db1: FAILED"
    job = nightly.ask("job", "show", question["job"])
    assert "backup of db1 ran again" in job["output"]


def test_silence_is_asked_about_and_a_good_mail_recovers(nightly: Product):
    config = nightly.home / "repos/nightly/servicetemplates/backup/service.hrd"
    config.write_text(config.read_text().replace("expects.email = 30s", "expects.email = 2s"))
    question = until(lambda: asked(nightly))
    assert question["text"] == "no email for 2 s. Retry?"

    nightly.settled(nightly.mail("backup db1: OK"))
    assert "resolved: the backup reports OK" in alarms(nightly)
    nightly.ask("question", "answer", question["id"], "no")
    until(lambda: nightly.ask("job", "show", question["job"])["state"] == "ok")
