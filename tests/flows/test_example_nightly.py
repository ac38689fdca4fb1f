"""The example `nightly`: failure, question, kill, answer, recovery; silence, recovery, failure."""

from collections.abc import Callable

import pytest

from flows.product import Product, until


@pytest.fixture
def nightly(cockpit: Callable[..., Product], processes: int) -> Product:
    return cockpit(robot_processes=processes).start(example="nightly")


def asked(nightly: Product, text: str) -> dict:
    """The question that waits for an answer and says this, once it is there."""

    def waiting() -> dict | None:
        found = nightly.ask("question", "list", "--state", "waiting")
        return next((one for one in found if one["text"] == f"{text}. Retry?"), None)

    return until(waiting, what=text)


def alarms(nightly: Product, method: str = "backup") -> list[str]:
    found = nightly.ask("event", "list", "--type", "alarm")
    return [f"{one['status']}: {one['msg']}" for one in reversed(found) if one["method"] == method]


def answered(nightly: Product, question: dict, answer: str) -> dict:
    """Answer, and return the job once it is done."""
    nightly.ask("question", "answer", question["id"], answer, "--by", "ann")

    def done() -> dict | None:
        job = nightly.ask("job", "show", question["job"])
        return job if job["state"] == "ok" else None

    return until(done, what=question["text"])


def test_failure_silence_question_answer_and_recovery_across_a_restart(nightly: Product):
    nightly.ask("people", "add", "ann", "--mail", "ann@example.org", "--group", "oncall")
    nightly.mail("backup db2: FAILED")
    nightly.mail("backup db1: FAILED")
    failure = asked(nightly, "backup db1: FAILED")
    assert (failure["who"], failure["options"]) == ("oncall", ["Yes", "No"])
    nightly.kill()
    nightly.start()

    assert asked(nightly, "backup db1: FAILED") == failure
    job = answered(nightly, failure, "yes")
    assert "backup of db1 ran again" in job["output"]
    assert alarms(nightly) == ["firing: backup db1: FAILED", "resolved: the retry succeeded"]

    config = nightly.home / "repos/nightly/servicetemplates/backup/service.hrd"
    config.write_text(config.read_text().replace("expects.email = 30s", "expects.email = 2s"))
    silence = asked(nightly, "no email for 2 s")
    config.write_text(config.read_text().replace("expects.email = 2s", "expects.email = 1h"))
    nightly.settled(nightly.mail("backup db1: OK"))
    until(lambda: alarms(nightly)[-1] == "resolved: the backup reports OK")
    until(lambda: alarms(nightly, "expects.email")[-1] == "resolved: email came")

    nightly.mail("backup db1: FAILED again")
    second = asked(nightly, "backup db1: FAILED again")
    assert "it has recovered" in answered(nightly, silence, "yes")["output"]
    assert alarms(nightly)[-1] == "firing: backup db1: FAILED again"
    answered(nightly, second, "yes")
    assert alarms(nightly)[-1] == "resolved: the retry succeeded"
