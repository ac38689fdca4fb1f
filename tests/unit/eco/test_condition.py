import msgspec
import pytest

from cockpit.eco import Node
from cockpit.eco.condition import described
from cockpit.errors import OpsError
from JumpScale.error_condition import ErrorCondition

TOKEN = "AKIA" + "IOSFODNN7" + "EXAMPLE"


class Rude:
    def __str__(self):
        raise ValueError("no words")


def test_what_was_said_of_it_goes_before_what_the_exception_says():
    eco = described(
        ErrorCondition(
            OpsError("no space"),
            message="disk is full",
            msgpub="Come back later",
            category="disk",
            level=2,
            tags="node:7",
            extra={"used": "99%"},
        ),
        "robot.action",
        about={"job": "j1"},
        tags=["action:act"],
        node=Node(7, 12),
        app_name="desk",
        epoch=9,
    )

    assert (eco.error_msg, eco.error_pub) == ("disk is full", "Come back later")
    assert (eco.category, eco.eco_type) == ("disk", "OPERATIONS")
    assert eco.tags == "error:OpsError, level:WARNING, node:7, action:act"
    told = msgspec.json.decode(eco.extra)
    assert (told["job"], told["level"], told["extra"]) == ("j1", "WARNING", {"used": "99%"})
    assert (eco.gid, eco.nid, eco.app_name, eco.epoch) == (7, 12, "desk", 9)
    assert eco.func_name == "test_what_was_said_of_it_goes_before_what_the_exception_says"


def test_without_words_it_is_the_exception():
    eco = described(ErrorCondition(ValueError("no"), type="MONITORING"), "robot.action")

    assert (eco.error_msg, eco.category, eco.eco_type) == (
        "ValueError: no",
        "robot.action",
        "MONITORING",
    )


def test_secrets_are_masked_in_its_words_too():
    condition = ErrorCondition(ValueError("no"), message=f"key {TOKEN} of hunter2", msgpub=TOKEN)
    eco = described(condition, "x", conceal=lambda text: text.replace("hunter2", "***"))

    assert TOKEN not in eco.error_msg + eco.error_pub
    assert "hunter2" not in eco.error_msg


@pytest.mark.parametrize("name", ["errormessage", "errormessagePub", "category", "tags"])
@pytest.mark.parametrize("value", [Rude(), None, 7, b"\xff", "x" * 10**6])
def test_a_field_may_be_set_to_anything(name, value):
    condition = ErrorCondition(ValueError("no"))
    setattr(condition, name, value)

    assert len(msgspec.json.encode(described(condition, "x"))) < 100_000
