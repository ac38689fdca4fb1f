import pytest
import structlog

from cockpit.app.home import Home
from cockpit.app.repositories import Repositories
from cockpit.bus import Log
from cockpit.robot import Catalog


@pytest.fixture
def repositories(pipe, tmp_path):
    home = Home(tmp_path)
    home.repos.mkdir()
    catalog = Catalog(pipe, home.repos)
    return Repositories(pipe, home, catalog, structlog.get_logger(), node="rack-x", log=Log(pipe))


def test_all_of_them_work_on_the_repositories_of_one_home(repositories, tmp_path):
    repositories.worktrees.create("desk")

    with repositories.blueprints.alone("desk") as folder:
        folder.create("1_desk.yaml", "node__a:\n")
    assert (tmp_path / "repos/desk/blueprints/1_desk.yaml").read_text() == "node__a:\n"
    assert repositories.template_repos.rows() == []


def test_a_mirror_that_stops_and_goes_on_is_logged(repositories):
    with structlog.testing.capture_logs() as logs:
        repositories._note_mirror("desk", "the disk is full")
        repositories._note_mirror("desk", "")

    assert [(one["event"], one["log_level"]) for one in logs] == [
        ("mirror_stopped", "error"),
        ("mirror_goes_on", "info"),
    ]
