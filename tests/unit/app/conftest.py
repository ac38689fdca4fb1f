import socket

import pytest


@pytest.fixture
def silent(tmp_path):
    """The address of a Redis that takes connections and never answers."""
    path = tmp_path / "silent.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(8)
        yield f"unix://{path}"
