import pytest

from cockpit.ays.check import check
from cockpit.ays.shared import Shared
from cockpit.errors import InputError

PROVIDED = {"j.sal", "j.sal.fs"}


@pytest.fixture
def repo(tmp_path):
    """Give a function that writes files of a repository and checks it."""

    def write(files, *, mark="cockpit\n"):
        (tmp_path / ".ays").write_text(mark)
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        found = check(
            tmp_path,
            secrets=["there"],
            missing=lambda dotted: "" if dotted in PROVIDED else dotted,
            is_found=lambda name: name == "os",
        )
        return [("error " if one.is_error else "") + one.text for one in found]

    return write


A = "servicetemplates/a"


def test_a_sound_repository_has_no_findings(repo):
    found = repo(
        {
            f"{A}/service.hrd": "events.alarm = act\n",
            f"{A}/schema.hrd": "size = type:int default:1\n",
            f"{A}/actions.py": "import os\n\n\ndef act(event):\n    j.sal.fs\n",
            "blueprints/1.yaml": "a__main:\n  size: 2\n",
        }
    )

    assert found == []


@pytest.mark.parametrize(
    ("file", "text", "wanted"),
    [
        (f"{A}/schema.hrd", "x = type:foo\n", "schema.hrd:1: unknown type foo"),
        (f"{A}/service.hrd", "\nevents.emai = act\n", "service.hrd:2: unknown event type emai"),
        (f"{A}/service.hrd", "a = $(b)\nb = $(a)\n", "service.hrd:1: "),
        (
            f"{A}/service.hrd",
            "events.eco = $(events.alarm)\nevents.alarm = $(events.eco)\n",
            "service.hrd:1: the variables run in a circle",
        ),
        (
            f"{A}/service.hrd",
            "events.alarm = atc\n",
            f"service.hrd:1: {A}/actions.py has no action atc",
        ),
        (
            f"{A}/service.hrd",
            "recurring.atc = 1m\n",
            f"service.hrd:1: {A}/actions.py has no action atc",
        ),
        (f"{A}/service.hrd", "events.alarm.where = (\n", "service.hrd:1: "),
        (f"{A}/actions.py", 'def act():\n    print "x"\n', "actions.py:2: Missing parentheses"),
        (f"{A}/actions.py", "import urllib2\n", "actions.py:1: import urllib2: there is no such"),
        (f"{A}/actions.py", "from . import x\n", "actions.py:1: import .x: there is no such file"),
        (f"{A}/actions.py", "from .. import x\n", "actions.py:1: import ..x: there is no such"),
        (f"{A}/actions.py", "\nj.tools.x\n", "actions.py:2: j.tools.x is not provided"),
        (f"{A}/actions.py", "def a(service):\n    service.b\n", "actions.py:2: service.b is not"),
        (f"{A}/actions.py", "x = service\n", "actions.py:1: service is not defined: the file"),
        (f"{A}/actions.py", "# coding: nothing\n", "actions.py:1: "),
        (f"{A}/actions_mgmt.py", "", "actions_mgmt.py:1: not read"),
        ("actorTemplates/a/model.capnp", "", "actorTemplates/a/model.capnp:1: not read"),
        ("servicetemplates/_x/b/actions.py", "j.z\n", "servicetemplates/_x/b/actions.py:1: j.z"),
        ("blueprints/1.yaml", "a__main:\n - x\n", "blueprints/1.yaml:2: "),
        ("blueprints/1.yaml", "b__main:\n", "blueprints/1.yaml:1: unknown template b"),
        ("blueprints/1.yaml", "a__main:\n  onkall: x\n", "blueprints/1.yaml:2: unknown argument"),
    ],
)
def test_what_will_not_work_is_an_error_with_file_and_line(repo, file, text, wanted):
    files = {
        f"{A}/schema.hrd": "oncall = type:str\n",
        f"{A}/actions.py": "def act(event):\n    pass\n",
    }
    found = repo(files | {file: text})

    assert [one for one in found if wanted in one and one.startswith("error ")], found


def test_a_module_beside_is_imported_with_a_dot(repo):
    files = {f"{A}/actions.py": "from . import mail\nimport mail\n", f"{A}/mail.py": ""}

    assert repo(files) == [f"error {A}/actions.py:2: import mail: write `from . import mail`"]


def test_an_action_that_cannot_be_called_is_told_where_it_stands(repo):
    files = {
        f"{A}/service.hrd": "events.alarm = act\nrecurring.late = 1m\n",
        f"{A}/actions.py": "def act(a, b):\n    helper(1, 2)\n\ndef helper(a, b):\n    pass\n"
        "\nasync def late():\n    pass\n",
    }

    assert repo(files) == [
        f"error {A}/actions.py:1: act asks for b: actions take event, service and job",
        f"error {A}/actions.py:7: late is async: nothing awaits it",
    ]


def test_a_variable_in_an_action_of_80_is_a_warning(repo):
    text = "class Actions:\n    @action()\n    def act(self, service):\n        return '$(addr)'\n"

    assert repo({f"{A}/actions.py": text}) == [
        f"{A}/actions.py:4: $(addr) is not replaced in an action: service.hrd.get(…) has the value"
    ]


def test_what_looks_wrong_is_a_warning(repo):
    found = repo({f"{A}/service.hrd": "stray words\n", f"{A}/actions.py": ""})

    assert len(found) == 1
    assert found[0].startswith(f"{A}/service.hrd:1: ")


def test_an_order_for_a_service_that_no_blueprint_makes_is_a_warning(repo):
    orders = "eventfilters:\n  - {action: act, actor: a, service: two}\n"
    found = repo(
        {
            f"{A}/actions.py": "def act(event): pass\n",
            "blueprints/1.yaml": f"a__main:\n  sise: 1\n{orders}",
        }
    )

    assert "blueprints/1.yaml:4: no blueprint makes a service two of a template a" in found
    assert not any("there is no service" in one for one in found)


def test_an_order_for_a_template_that_is_not_there_is_an_error(repo):
    orders = "actions:\n  - {action: act, actor: b}\n"
    files = {f"{A}/actions.py": "def act(): pass\n", "blueprints/1.yaml": f"a__main:\n{orders}"}

    assert repo(files) == ["error blueprints/1.yaml:3: there is no service of a template b"]


def test_each_thing_is_told_once(repo):
    found = repo(
        {
            f"{A}/service.hrd": "events.emai = act\n",
            f"{A}/actions.py": "def broken(:\n",
            "blueprints/1.yaml": "a__main:\n",
        }
    )

    assert [one.partition(": ")[0] for one in found] == [
        f"error {A}/actions.py:1",
        f"error {A}/service.hrd:1",
    ]


def test_a_template_that_does_not_load_is_looked_at_all_the_same(repo):
    found = repo(
        {
            f"{A}/schema.hrd": "x = type:foo\n",
            f"{A}/actions.py": "j.tools\n",
            f"{A}/service.hrd": "a = $(b)\nb = $(a)\n",
        }
    )

    assert {one.partition(":")[0].rpartition("/")[2] for one in found} == {
        "schema.hrd",
        "actions.py",
        "service.hrd",
    }


def test_disabled_blueprints_are_left_out(repo):
    assert repo({"blueprints/_1.yaml": "{"}) == []


def test_blueprints_may_need_services_of_each_other(repo):
    files = {
        "servicetemplates/app/schema.hrd": "key = type:str consume:key:1:1\n",
        "servicetemplates/key/schema.hrd": "",
        "blueprints/1.yaml": "app__a:\n  key: k\n",
        "blueprints/2.yaml": "key__k:\n",
    }

    assert repo(files) == []


def test_a_broken_blueprint_does_not_make_others_look_wrong(repo):
    files = {
        "servicetemplates/app/schema.hrd": "key = type:str consume:key:1:1\n",
        "servicetemplates/key/schema.hrd": "",
        "blueprints/1.yaml": "app__a:\n  key: k\n",
        "blueprints/2.yaml": "key__k: {\n",
    }
    found = repo(files)

    assert [one.partition(":")[0] for one in found] == ["error blueprints/2.yaml"]


@pytest.mark.parametrize(("mark", "count"), [("", 1), ("cockpit\n", 0)])
def test_in_a_repository_of_8_0_nothing_named_means_all_of_a_role(repo, mark, count):
    files = {
        "servicetemplates/app/schema.hrd": "key = type:str consume:key:1:1\n",
        "servicetemplates/key/schema.hrd": "",
        "blueprints/1.yaml": "key__k:\nkey__l:\napp__a:\n",
    }

    assert len(repo(files, mark=mark)) == count


def test_what_is_no_repository_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"no \.ays"):
        check(tmp_path, missing=lambda _: "")


@pytest.mark.parametrize("more", ["", "y = type:strr\n"])
def test_a_field_that_stands_twice_is_told_once_whatever_else_is_wrong(repo, more):
    found = repo({f"{A}/schema.hrd": f"x = type:str\nx = type:int\n{more}"})

    assert found[0] == f"{A}/schema.hrd:2: x replaces the one of line 1"
    assert [one.partition(" ")[0] for one in found[1:]] == (["error"] if more else [])


def test_an_input_that_nobody_calls_is_an_error(repo):
    files = {
        "servicetemplates/a/actions.py": "def install(job): pass\n\ndef input(job): pass\n",
        "servicetemplates/b/actions.py": "class Actions:\n    def input(self, service): pass\n",
    }

    assert [one.partition("is not called")[0] for one in repo(files)] == [
        "error servicetemplates/a/actions.py:3: not supported: input ",
        "error servicetemplates/b/actions.py:2: not supported: input ",
    ]


def test_what_is_odd_about_secrets_is_a_warning(repo):
    found = repo(
        {
            f"{A}/schema.hrd": "pw = type:password\nurl = type:str\nsame = type:str\n",
            "blueprints/1.yaml": (
                "a__main:\n  pw: x\n  url: $(secret:nosuch)\n  same: $(secret:there)\n"
            ),
        }
    )

    assert [one.partition(": ")[0] for one in found] == [
        "blueprints/1.yaml:2",
        "blueprints/1.yaml:3",
    ]
    assert "pw is a password in clear" in found[0]
    assert "there is no secret nosuch" in found[1]


def test_what_links_out_of_the_repository_is_not_read(repo, tmp_path):
    secret = tmp_path.parent / f"{tmp_path.name}-outside"
    secret.write_text("a = $(b)\nb = $(a)\n")
    for place in (f"{A}/service.hrd", f"{A}/actions.py", "blueprints/sh.yaml"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).symlink_to(secret)

    assert repo({}) == [
        f"error {place}:1: a link that leads out of the repository is not followed"
        for place in ("blueprints/sh.yaml", f"{A}/actions.py", f"{A}/service.hrd")
    ]


def test_an_inherited_line_is_told_where_it_stands(repo):
    files = {
        "servicetemplates/node/service.hrd": "events.alarm = act\nevents.emai = act\n",
        "servicetemplates/node/actions.py": "def act(event): pass\n",
        "servicetemplates/node.big/schema.hrd": "",
    }

    assert [one.partition(" (")[0] for one in repo(files)] == [
        (
            "error servicetemplates/node/service.hrd:1: "
            "servicetemplates/node.big/actions.py has no action act"
        ),
        "error servicetemplates/node/service.hrd:2: unknown event type emai",
    ]


def test_standard_actions_need_not_be_written(repo):
    files = {
        f"{A}/service.hrd": "recurring.monitor = 5m\nevents.alarm = check_up\n",
        "blueprints/1.yaml": "a__b:\nactions:\n  - action: install, cleanup\n",
    }

    assert repo(files) == []


def test_a_blueprint_that_orders_what_no_template_does_is_an_error(repo):
    files = {
        f"{A}/actions.py": "def probe(event): pass\n",
        "blueprints/1.yaml": "a__b:\nactions:\n  - action: prob\n",
    }

    why = f"{A}/actions.py has no action prob (did you mean probe?)"
    assert repo(files) == [f"error blueprints/1.yaml:3: {why}"]


def test_a_role_that_no_template_plays_is_told(repo):
    files = {f"{A}/schema.hrd": "x = type:str consume:ghost auto\n"}
    why = f"{A}/schema.hrd:1: no template plays the role ghost (there is: a)"

    assert repo(files) == [why]
    assert repo(files | {"blueprints/1.yaml": "a__b:\n"}) == [why]


def test_templates_of_others_count_and_are_not_checked(repo, tmp_path):
    repo({})
    root = tmp_path.parent / f"{tmp_path.name}-templates"
    for place, text in {
        "one/node.kvm/service.hrd": "events.emai = act\n",
        "one/bad/schema.hrd": "x\n",
        "one/twice/schema.hrd": "",
        "two/twice/schema.hrd": "",
    }.items():
        (root / place).parent.mkdir(parents=True)
        (root / place).write_text(text)
    shared = Shared(root).templates
    (tmp_path / "blueprints").mkdir()

    def found(text):
        (tmp_path / "blueprints/1.yaml").write_text(text)
        return [one.text for one in check(tmp_path, missing=str, shared=shared) if one.is_error]

    assert found("node.kvm__a:\n") == []
    assert "templates/one/bad/schema.hrd:1: 'x': write name = type:…" in found("bad__a:\n")
    assert any("none of them counts" in one for one in found("twice__a:\n"))
