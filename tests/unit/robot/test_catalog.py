import gevent
import pytest

from builders import Bot, a_generic, a_repository, an_alarm
from cockpit import ays
from cockpit.bus import Pipe
from cockpit.errors import InputError
from cockpit.robot import Catalog, Executed, ServiceRow
from cockpit.robot.held import Held

SCHEMA = "oncall = type:str default:bob\ntickets = type:int default:0\n"


@pytest.fixture
def desk(bot):
    return bot(schema=SCHEMA)


def called(robot):
    return [match.action for match in robot.catalog.index().match(an_alarm()).matches]


def write(robot, file, text):
    (robot.root / "desk" / "servicetemplates" / "desk" / file).write_text(text)


def test_executing_creates_services_with_their_data(desk):
    assert desk.catalog.records() == [
        ays.ServiceRecord(
            "desk", "desk!main", "desk", "main", "desk", {"oncall": "bob", "tickets": 0}
        )
    ]
    assert desk.catalog.services() == [
        ServiceRow(
            repo="desk",
            key="desk!main",
            role="desk",
            instance="main",
            template="desk",
            parent="",
            producers={},
            consumers=[],
            subscriptions={"alarm": ["act"]},
            data={"oncall": "bob", "tickets": 0},
        )
    ]
    assert desk.catalog.services("other") == []


def test_executing_again_changes_nothing_and_raises_no_index_number(desk):
    version = desk.catalog.version()

    assert desk.catalog.execute("desk") == Executed("desk", [], [], ["desk!main"], [])
    assert desk.catalog.version() == version == 1


def test_what_actions_wrote_survives_and_what_the_blueprint_says_wins(desk):
    desk.pipe.call("HSET", "cockpit:data:desk/desk!main", "tickets", "5", "oncall", '"eve"')
    (desk.root / "desk/blueprints/1_main.yaml").write_text("desk__main:\n  oncall: ann\n")

    assert desk.catalog.execute("desk").updated == ["desk!main"]
    assert desk.catalog.services()[0].data == {"oncall": "ann", "tickets": 5}


def test_a_wrong_blueprint_changes_nothing_and_names_file_and_line(desk):
    path = desk.root / "desk/blueprints/1_main.yaml"
    path.write_text("desk__two:\n\ndesk__main:\n  onkall: ann\n")
    with pytest.raises(InputError, match=r"1_main\.yaml:4"):
        desk.catalog.execute("desk")

    assert [record.key for record in desk.catalog.records()] == ["desk!main"]


def test_an_unknown_repository_is_named_with_those_there_are(desk):
    with pytest.raises(InputError, match="no repository nowhere; known: desk"):
        desk.catalog.execute("nowhere")


def test_one_blueprint_of_several(desk):
    (desk.root / "desk/blueprints/2_more.yaml").write_text("desk__two:\n")

    assert desk.catalog.execute("desk", "2_more.yaml").created == ["desk!two"]


def test_a_saved_line_counts_once_files_are_looked_at_again(desk):
    desk.catalog.index()
    write(desk, "service.hrd", "events.alarm = other, act\n")

    assert called(desk) == ["act"]
    desk.now += 0.6
    assert called(desk) == ["other", "act"]


def test_a_repository_that_appears_or_goes_is_noticed(desk):
    a_repository(desk.root, {"new": {}}, name="another")
    desk.look()

    assert desk.catalog.repos() == ["another", "desk"]
    (desk.root / "another/.ays").unlink()
    (desk.root / "desk/.ays").unlink()
    desk.look()
    assert desk.catalog.repos() == []
    assert called(desk) == []


def test_services_that_another_process_made_count_when_it_is_time_to_look(desk):
    other = Bot(desk.pipe, desk.root)
    desk.catalog.index()
    (desk.root / "desk/blueprints/1_main.yaml").write_text("desk__main:\n\ndesk__two:\n")
    other.execute()
    desk.look()
    other.group.close()

    assert called(desk) == ["act", "act"]


def test_an_index_number_alone_makes_the_index_anew(desk):
    first = desk.catalog.index()
    desk.look()

    assert desk.catalog.index() is first
    desk.pipe.call("INCR", "cockpit:index")
    assert desk.catalog.index() is first
    desk.look()
    assert desk.catalog.index().version == 2


def test_what_is_missing_is_a_lookup_error(desk):
    with pytest.raises(LookupError, match="desk has no template none"):
        desk.catalog.template("desk", "none")
    with pytest.raises(LookupError, match="no service desk/desk!none any more"):
        desk.catalog.record("desk/desk!none")


def test_problems_name_repository_file_and_line(desk):
    write(desk, "schema.hrd", "oncall = type:nothing\n")
    desk.look()

    (problem,) = desk.catalog.problems()
    assert problem.startswith("desk: servicetemplates/desk/schema.hrd:1")
    assert called(desk) == []
    assert desk.catalog.services()[0].subscriptions == {}


def test_service_knows_who_it_needs_and_who_needs_it(tmp_path, pipe):
    templates = {
        "node": {"schema.hrd": ""},
        "app": {"schema.hrd": "node = parent:node"},
        "probe": {"schema.hrd": "app = consume:app:1"},
    }
    a_repository(tmp_path, templates)
    node, app, probe = (
        row
        for key in ("node!main", "app!main", "probe!main")
        for row in Bot(pipe, tmp_path).execute().catalog.services()
        if row.key == key
    )

    assert (node.parent, node.producers, node.consumers) == ("", {}, ["app!main"])
    assert (app.parent, app.consumers) == ("node!main", ["probe!main"])
    assert probe.producers == {"app": ["app!main"]}


def test_change_of_a_parent_alone_is_an_update(tmp_path, pipe):
    templates = {"node": {"schema.hrd": ""}, "app": {"schema.hrd": "node = parent:node optional"}}
    repo = a_repository(tmp_path, templates, "app__a:\n")
    bot = Bot(pipe, tmp_path).execute()
    (repo / "blueprints" / "2_more.yaml").write_text("node__n:\n")
    done = bot.catalog.execute("desk")

    assert (done.created, done.updated) == (["node!n"], ["app!a"])


def test_executing_tells_what_is_odd_about_secrets(tmp_path, pipe):
    files = {"desk": {"schema.hrd": "pw = type:password\nurl = type:str\n"}}
    a_repository(tmp_path / "repos", files, "desk__main:\n  pw: x\n  url: $(secret:nosuch)\n")
    clear, missing = Bot(pipe, tmp_path / "repos").catalog.execute("desk").warnings

    assert clear.startswith("1_main.yaml:2: pw is a password in clear")
    assert missing.startswith("1_main.yaml:3: url: there is no secret nosuch")


@pytest.mark.parametrize("is_all", [True, False])
def test_a_deleted_service_leaves_no_password(tmp_path, pipe, is_all):
    files = {"desk": {"schema.hrd": "pw = type:password\n"}}
    a_repository(tmp_path / "repos", files, "desk__main:\n  pw: s3cret\n")
    made = Bot(pipe, tmp_path / "repos").execute()
    assert len(made.secrets.names()) == 1

    made.catalog.clear("desk") if is_all else made.catalog.delete("desk", "desk!main")

    assert made.secrets.names() == []


def test_deleted_service_is_called_no_more(desk):
    desk.catalog.delete("desk", "desk!main")
    event = desk.publish(an_alarm())

    assert desk.trail.why(event).jobs == []


def test_a_held_repository_does_nothing_until_it_is_enabled(desk):
    held = Held(desk.root)
    held.add("desk")
    desk.look()

    assert (desk.catalog.repos(), called(desk)) == ([], [])
    with pytest.raises(InputError, match="desk is held"):
        desk.catalog.repository("desk")
    held.remove("desk")
    desk.catalog.look_again()
    assert called(desk) == ["act"]


ORDERS = """desk__main:
desk__two:
actions:
  - action: act
    service: two
    recurring: 5m
  - action: act
    service: main
eventfilters:
  - channel: webservice
    cmd: go
    service: two
    action: act
"""


def test_a_blueprint_orders_what_service_hrd_does_not_say(bot):
    robot = bot(hrd="recurring.act = 1h\n", blueprint=ORDERS)
    index = robot.catalog.index()
    event = a_generic(args={"cmd": "go"})

    assert [(term.service, term.period_ms) for term in index.terms] == [
        ("desk/desk!main", 3_600_000),
        ("desk/desk!two", 300_000),
    ]
    assert [match.service for match in index.match(event).matches] == ["desk!two"]
    assert index.match(a_generic(args={"cmd": "stop"})).matches == []
    assert robot.pipe.call("HGET", "cockpit:state:desk/desk!main", "act") == b"scheduled"
    assert robot.pipe.call("HGET", "cockpit:state:desk/desk!two", "act") is None


def test_orders_executed_again_change_nothing(bot):
    robot = bot(blueprint=ORDERS)
    robot.pipe.call("HSET", "cockpit:state:desk/desk!main", "act", "ok")

    assert robot.catalog.execute("desk").updated == []
    assert robot.pipe.call("HGET", "cockpit:state:desk/desk!main", "act") == b"ok"


def test_a_repository_of_ays_8_0_is_read_as_it_was_then(bot):
    robot = bot(schema="size = type:int\n")
    repo = robot.root / "desk"
    (repo / ".ays").write_text("")
    (repo / "blueprints" / "1_main.yaml").write_text("desk__main:\n  siz: 3\n  size: 2\n")
    robot.look()
    done = robot.catalog.execute("desk")

    assert done.updated == ["desk!main"]
    assert done.warnings == ["1_main.yaml:2: unknown argument siz (did you mean size?), ignored"]


def test_a_changed_password_has_the_service_installed_again(bot):
    robot = bot(schema="token = type:password\n", blueprint="desk__main:\n  token: one\n")
    robot.pipe.call("HSET", "cockpit:state:desk/desk!main", "install", "ok")
    assert robot.catalog.execute("desk").unchanged == ["desk!main"]
    (robot.root / "desk" / "blueprints" / "1_main.yaml").write_text("desk__main:\n  token: two\n")

    assert robot.catalog.execute("desk").updated == ["desk!main"]
    assert robot.pipe.call("HGET", "cockpit:state:desk/desk!main", "install") == b"changed"
    assert [robot.secrets.get(name) for name in robot.secrets.names()] == ["two"]


def test_people_who_execute_blueprints_at_once_all_count(bot, redis_url):
    robot = bot(schema="".join(f"f{n} = type:int\n" for n in range(8)))
    for n in range(8):
        text = f"desk__main:\n  f{n}: {n + 1}\n"
        (robot.root / "desk" / "blueprints" / f"{n + 2}.yaml").write_text(text)
    pipes = [Pipe(redis_url) for _ in range(8)]
    catalogs = [Catalog(pipe, robot.root) for pipe in pipes]
    greenlets = [
        gevent.spawn(catalog.execute, "desk", f"{n + 2}.yaml") for n, catalog in enumerate(catalogs)
    ]
    gevent.joinall(greenlets, timeout=20, raise_error=True)
    for pipe in pipes:
        pipe.close()

    (record,) = robot.catalog.records()
    assert record.data == {f"f{n}": n + 1 for n in range(8)}
    (row,) = robot.catalog.services()
    assert row.data == record.data


def test_a_template_that_was_added_a_moment_ago_is_there(pipe, tmp_path):
    a_repository(tmp_path / "repos", {"desk": {}})
    catalog = Catalog(pipe, tmp_path / "repos", clock=lambda: 0.0)
    catalog.repos()
    a_repository(tmp_path / "repos", {"new": {"schema.hrd": ""}})

    assert catalog.template("desk", "new").name == "new"


TEN_MISTAKES = """\
web__a:
  prt: 80
  port: 99999
web__b:
  port: eighty
  db: mian
db__main:
  size: x
we__c:
db__main:
nonsense:
bad__x:
ring__a:
  other: b
ring__b:
  other: a
"""


def test_a_blueprint_with_ten_mistakes_is_told_of_all_of_them(pipe, tmp_path):
    web = "port = type:int maxval:65535\ndb = type:str consume:db:0:1\n"
    ring = "other = type:str consume:ring:1:1\n"
    templates = {
        "web": {"schema.hrd": web},
        "db": {"schema.hrd": "size = type:int\n"},
        "bad": {"schema.hrd": "name = type:strng\n"},
        "ring": {"schema.hrd": ring},
    }
    a_repository(tmp_path / "repos", templates, TEN_MISTAKES)
    catalog = Catalog(pipe, tmp_path / "repos")

    with pytest.raises(InputError) as caught:
        catalog.execute("desk")

    assert [line.partition(" (")[0] for line in str(caught.value).split("\n")] == [
        "1_main.yaml:2: unknown argument prt",
        "1_main.yaml:3: port: 99999 is more than 65535",
        "1_main.yaml:5: port: 'eighty' is no int",
        "1_main.yaml:6: web!b: db: there is no service db!mian",
        "1_main.yaml:8: size: 'x' is no int",
        "1_main.yaml:9: unknown template we",
        "1_main.yaml:10: db__main stands in line 7 already",
        "1_main.yaml:11: nonsense is no TEMPLATE__INSTANCE of letters, digits, '-', '_', '.'",
        "1_main.yaml:12: unknown template bad",
        "1_main.yaml:13: these services need each other: ring!a → ring!b → ring!a",
        "servicetemplates/bad/schema.hrd:1: unknown type strng",
    ]
    assert catalog.records() == []


FILTER = """desk__main:
actions:
  - action: act
    recurring: 5m
eventfilters:
  - channel: telegram
    cmd: {command}
    action: act
"""


def test_what_a_blueprint_orders_replaces_what_it_ordered(desk):
    path = desk.root / "desk/blueprints/1_main.yaml"
    for command in ("old_cmd", "new_cmd"):
        path.write_text(FILTER.format(command=command))
        desk.catalog.execute("desk")
    (row,) = desk.catalog.services()

    assert row.subscriptions == {"alarm": ["act"], "telegram": ["act"]}
    assert [(one.source, "new_cmd" in one.where) for one in row.given] == [("1_main.yaml", True)]
    path.write_text("desk__main:\n")
    assert desk.catalog.execute("desk").updated == ["desk!main"]
    assert (desk.catalog.services()[0].given, desk.catalog.records()[0].recurring) == ([], {})


def test_what_a_blueprint_ordered_stays_while_another_is_executed_and_goes_with_its_file(desk):
    (desk.root / "desk/blueprints/2.yaml").write_text(FILTER.format(command="go")[12:])
    desk.catalog.execute("desk", "2.yaml")
    (before,) = desk.catalog.records()
    desk.catalog.execute("desk", "1_main.yaml")

    assert desk.catalog.records() == [before]
    (desk.root / "desk/blueprints/2.yaml").unlink()
    desk.catalog.execute("desk")
    (record,) = desk.catalog.records()
    assert (record.listens, record.recurring) == ([], {})


def test_a_torn_blueprint_does_not_hide_what_is_wrong_with_others(desk):
    for name, text in {
        "2_bad.yaml": "a: [\n",
        "3_bad.yaml": "dsk__x:\ndesk__y:\n  onkall: 1\n",
    }.items():
        (desk.root / "desk/blueprints" / name).write_text(text)
    with pytest.raises(InputError) as told:
        desk.catalog.execute("desk")

    places = [line.split(": ")[0] for line in str(told.value).splitlines()]
    assert [place.split(":")[0] for place in places] == ["2_bad.yaml", "3_bad.yaml", "3_bad.yaml"]
