from typing import Literal

import msgspec
import openapi_spec_validator
import pytest

from cockpit.rest.openapi import Part, Route, document
from cockpit.rest.operation import ANY_BYTES, Operation
from cockpit.rest.payload import Body
from cockpit.rest.query import Page


class Order(Body, frozen=True):
    """What to make.

    Attributes:
        name: What it is called,
            in one word.
    """

    name: str
    size: int = 0


class Made(msgspec.Struct):
    """What was made."""

    id: str
    orders: list[Order] = []


PARTS = {"thing": Part(description="A thing.", pattern="[a-z]+", example="box")}


def described(method="post", address="/things/{thing}", *, parts=PARTS, **told):
    made = Operation(summary="Do", description="It does.", **told)
    route = Route(id="things_do", tag="Things", address=address, method=method, operation=made)
    found = document([route], version="1", tags={"Things": "All."}, parts=parts)
    openapi_spec_validator.validate(found)
    return found


def shown(method="post", address="/things/{thing}", **told):
    return described(method, address, **told)["paths"][address][method]


def parts_of(**examples):
    return {name: Part(description=name, example=example) for name, example in examples.items()}


def test_fields_are_described_by_the_docstring_of_their_struct():
    schema = described(body=Order, returns=Made)["components"]["schemas"]["Order"]

    assert schema["description"] == "What to make."
    assert schema["properties"]["name"]["description"] == "What it is called, in one word."
    assert "description" not in schema["properties"]["size"]
    assert (schema["required"], schema["additionalProperties"]) == (["name"], False)


def test_a_part_of_the_address_is_a_parameter():
    (part,) = shown("get")["parameters"]

    assert (part["name"], part["in"], part["required"]) == ("thing", "path", True)
    assert part["schema"] == {"type": "string", "minLength": 1, "pattern": "^(?:[a-z]+)$"}
    assert part["example"] == "box"


def test_a_part_that_nobody_describes_is_found():
    with pytest.raises(KeyError):
        described(address="/{other}")


def test_query_and_header_are_parameters():
    found = shown("get", "/things", query=Page, sent={"If-Match": "The tag."})["parameters"]

    assert [(one["name"], one["in"], one["required"]) for one in found] == [
        ("limit", "query", False),
        ("If-Match", "header", False),
    ]
    assert found[0]["schema"]["default"] == 50
    assert found[0]["description"] == "How many at most."


@pytest.mark.parametrize(
    ("told", "statuses"),
    [
        ({}, "200 400 401 403 429 503"),
        ({"body": Order, "status": 201}, "201 400 401 403 413 415 422 429 503"),
        ({"errors": (404,), "query": Page}, "200 400 401 403 404 422 429 503"),
    ],
)
def test_every_status_that_may_come_is_told(told, statuses):
    assert sorted(shown("put", **told)["responses"]) == statuses.split()


def test_a_change_by_post_takes_a_key():
    found = shown("post", "/things")
    (key,) = found["parameters"]

    assert (key["name"], key["in"], key["schema"]["pattern"]) == (
        "Idempotency-Key",
        "header",
        "^[ -~]{1,255}$",
    )
    assert {"409", "422"} <= set(found["responses"])
    assert "Idempotency-Replayed" in found["responses"]["200"]["headers"]
    assert shown("post", "/events/simulate")["parameters"] == []


def test_an_operation_may_have_several_good_answers():
    found = shown("get", returns=Made, also=(202,))["responses"]

    assert found["202"] == found["200"]


def test_what_answers_without_a_token_says_so():
    found = shown("get", "/health/live")

    assert found["security"] == []
    assert sorted(found["responses"]) == ["200", "400", "429", "503"]


def test_the_scope_is_told():
    assert "Scope: `operate`." in shown()["description"]
    assert "Scope: `read`." in shown("get")["description"]


def test_a_body_is_required_when_a_field_of_it_is():
    body = shown(body=Order, examples={"box": {"name": "box"}})["requestBody"]

    assert body["required"] is True
    content = body["content"]["application/json"]
    assert content["schema"] == {"$ref": "#/components/schemas/Order"}
    assert content["examples"] == {"box": {"value": {"name": "box"}}}


def test_a_body_that_the_responder_reads_has_its_own_types():
    takes = {"application/json": Order, "application/yaml": {"type": "string"}}

    assert list(shown(takes=takes)["requestBody"]["content"]) == list(takes)


@pytest.mark.parametrize(
    ("media", "required"), [("application/octet-stream", False), ("application/json", True)]
)
def test_a_body_of_plain_bytes_may_have_none(media, required):
    assert shown(takes={media: ANY_BYTES})["requestBody"]["required"] is required


def test_an_answer_has_its_type_and_fields():
    found = shown(returns=list[Made], headers={"ETag": "The tag."})["responses"]["200"]

    assert found["content"]["application/json"]["schema"]["items"] == {
        "$ref": "#/components/schemas/Made"
    }
    assert found["headers"]["ETag"]["description"] == "The tag."


def test_what_is_no_method_of_the_description_is_left_out():
    assert described("options", "/things")["paths"] == {}


def test_other_statuses_of_success_have_the_same_answer():
    answers = shown(returns=Made, status=200, also=(201,))["responses"]

    assert answers["201"] == answers["200"]


def test_a_parameter_is_described_by_the_docstring_of_its_struct():
    class Filter(msgspec.Struct, frozen=True):
        """Which to list.

        Attributes:
            state: Only those
                in this state.
        """

        state: str = ""

    (state,) = shown("get", "/things", query=Filter)["parameters"]

    assert state["description"] == "Only those in this state."


def test_a_part_is_told_by_what_stands_before_it_where_that_is_known():
    parts = PARTS | {"boxes/thing": Part(description="A box.")}
    (box,) = shown("get", "/boxes/{thing}", parts=parts)["parameters"]
    (thing,) = shown("get", "/things/{thing}", parts=parts)["parameters"]

    assert (box["description"], thing["description"]) == ("A box.", "A thing.")


def test_where_only_some_answer_without_a_token_it_is_a_choice():
    parts = parts_of(ab="ab", cd="cd", digest="0" * 64)
    parts["space"] = Part(description="A space.", example="mail", other="files")
    found = shown("get", "/stor/{space}/{ab}/{cd}/{digest}", parts=parts)

    assert found["security"] == [{}, {"bearer": []}]
    assert "Scope: `read`." in found["description"]
    assert "401" in found["responses"]


def test_words_to_choose_from_are_text():
    class Filter(msgspec.Struct, frozen=True):
        side: Literal["left", "right"] = "left"

    (side,) = shown("get", "/things", query=Filter)["parameters"]

    assert side["schema"] == {"type": "string", "enum": ["left", "right"], "default": "left"}


def test_a_refusal_shows_what_it_looks_like():
    (content,) = shown()["responses"]["403"]["content"].values()

    assert content["example"]["type"] == "urn:cockpit:problem:forbidden"
