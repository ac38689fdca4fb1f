import dataclasses

import pytest


def test_rooms_cannot_be_changed_by_a_resource(rooms):
    with pytest.raises(dataclasses.FrozenInstanceError):
        rooms.log = None


@pytest.mark.parametrize("path", ["/services", "/runs", "/jobs", "/schedule"])
def test_a_list_of_a_repository_that_is_not_there_is_not_found(client, path):
    found = client.simulate_get(path, query_string="repo=dsk")

    assert found.status_code == 404
    assert "no repository dsk; known: desk" in found.json["detail"]
