ROW = {
    "name": "nodes",
    "domain": "nodes",
    "remote": "file:///far",
    "branch": "main",
    "commit": "a" * 40,
    "templates": 3,
    "problems": ["templates/nodes/x/schema.hrd:1: wrong"],
    "path": "/home/templates/nodes",
}
RUNNING = {"repo": "templates/nodes", "what": "clone", "state": "running", "progress": ""}


def over(result):
    return RUNNING | {"state": "ok", "result": result, "error": "", "is_wrong": False}


def test_a_template_repository_is_added(server, run):
    server.on("POST /templates/nodes/clone", RUNNING)
    server.on("GET /templates/nodes/transfer", over(ROW))

    assert run("template", "add", "https://example.org/nodes.git").out.splitlines() == [
        "added nodes: 3 templates of domain nodes",
        "  templates/nodes/x/schema.hrd:1: wrong",
    ]


def test_template_repositories_are_listed(server, run):
    server.on("GET /templates", [ROW])

    assert run("template", "repos").out.splitlines()[1].split() == [
        "nodes",
        "nodes",
        "main",
        "aaaaaaaaaa",
        "3",
        "1",
        "file:///far",
    ]


def test_all_of_them_are_updated(server, run):
    server.on("GET /templates", [ROW]).on("POST /templates/nodes/pull", RUNNING)
    moved = {"before": "b" * 40, "after": "c" * 40, "commits": 2}
    server.on("GET /templates/nodes/transfer", over(moved))

    assert run("template", "update").out == "nodes: 2 commits, now at cccccccccc\n"


def test_one_is_removed(server, run):
    server.on("DELETE /templates/nodes", {"name": "nodes", "trash": "/home/trash/nodes"})

    assert run("template", "remove", "nodes").out == "nodes is in /home/trash/nodes now\n"
