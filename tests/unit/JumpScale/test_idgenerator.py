import uuid

import pytest

from JumpScale import j

ids = j.data.idgenerator


def test_a_guid_is_a_uuid_and_another_each_time():
    one, other = ids.generateGUID(), ids.generateGUID()

    assert str(uuid.UUID(one)) == one
    assert one != other


def test_a_random_number_may_be_either_end():
    drawn = {ids.generateRandomInt(3, 5) for _ in range(300)}

    assert drawn == {3, 4, 5}
    assert ids.generateRandomInt(7, 7) == 7


def test_numbers_that_go_backwards_are_refused():
    with pytest.raises(ValueError, match="positive"):
        ids.generateRandomInt(5, 3)


def test_an_id_has_as_many_characters_as_asked_for():
    drawn = ids.generateXCharID(500)

    assert len(drawn) == 500
    assert drawn.isalnum()
    assert drawn == drawn.lower()
    assert ids.generateXCharID(0) == ""


def test_a_password_is_of_the_characters_given():
    assert set(ids.generatePasswd(200, "ab")) == {"a", "b"}
    assert ids.generatePasswd(64).isalnum()


def test_the_id_of_a_schema_has_64_bits_and_the_highest_is_set():
    drawn = int(ids.generateCapnpID(), 16)

    assert drawn.bit_length() == 64
