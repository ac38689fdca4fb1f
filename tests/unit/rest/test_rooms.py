import dataclasses

import pytest


def test_rooms_cannot_be_changed_by_a_resource(rooms):
    with pytest.raises(dataclasses.FrozenInstanceError):
        rooms.log = None
