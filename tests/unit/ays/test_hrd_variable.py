import pytest

from cockpit.ays import hrd
from cockpit.errors import InputError


def read(text):
    return hrd.parse(text, source="service.hrd")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a = $(b)/x\nb = /srv", "/srv/x"),
        ("a = $(B.C)\nb.c = 1", "1"),
        ("a = $(b)\nb = $(c)$(c)\nc = x", "xx"),
        ("a = $(b), y\nb = x", ["x", "y"]),
        ("a =\n k:$(b),\n l:[$(b)],\nb = x", {"k": "x", "l": ["x"]}),
        ("a = '$(b)'\nb = 'one, two'", "one, two"),
        ("a = $(b)\nb = http://h:80/p", "http://h:80/p"),
    ],
)
def test_a_variable_stands_for_the_value_of_its_key(text, value):
    assert read(text).get("a") == value


@pytest.mark.parametrize("text", ["$(no)", "$(a-b)", "$()", "$(b", "$b", "$(secret:x)"])
def test_vector_24_what_is_not_known_stays_as_it_is_written(text):
    assert read(f"a = '{text}'\nb = x").get("a") == text


def test_the_text_behind_a_dict_is_expanded_as_well():
    assert read("a = http://$(b)/p\nb = host").get_str("a") == "http://host/p"


def test_a_value_that_is_broken_is_not_put_in():
    assert read("a = $(b)\nb = k:v, x").get("a") == "$(b)"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = $(a)", "service.hrd:1: .*: a (service.hrd:1) → a (service.hrd:1)"),
        (
            "a = x\nb = $(c)\nc = $(d)\nd = $(b)",
            "b (service.hrd:2) → c (service.hrd:3) → d (service.hrd:4) → b (service.hrd:2)",
        ),
    ],
)
def test_a_circle_is_told_with_each_step(text, told):
    key = "b" if "b =" in text else "a"
    with pytest.raises(InputError) as caught:
        read(text).get(key)

    assert told.rpartition(": ")[2] in str(caught.value)
    assert read(text).raw(key).startswith("$(")


def test_variables_that_multiply_are_stopped():
    lines = [f"k{n} = " + f"$(k{n + 1})" * 10 for n in range(30)]
    made = read("\n".join([*lines, "k30 = x"]))

    with pytest.raises(InputError, match="1 MiB"):
        made.get("k0")


def test_a_chain_that_does_not_end_is_stopped():
    made = read("\n".join(f"k{n} = $(k{n + 1})" for n in range(5000)))

    with pytest.raises(InputError, match="over 100 variables"):
        made.get("k0")


def test_what_a_program_stored_reads_no_other_key():
    made = read("password = secret")
    made.set("subject", "$(password)")

    assert made.get("subject") == "$(password)"
    assert hrd.Hrd.of({"password": "s", "subject": "$(password)"}).get("subject") == "$(password)"


def test_what_a_program_stored_is_put_in_where_a_file_names_it():
    made = read("path = $(root)/x")
    made.set("root", "/srv")

    assert made.get("path") == "/srv/x"
