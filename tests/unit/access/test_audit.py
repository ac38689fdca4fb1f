import msgspec
import pytest

from cockpit.access.audit import Act, Audit, without_secrets, words
from cockpit.bus import keys
from cockpit.errors import InputError


@pytest.fixture
def audit(pipe):
    return Audit(pipe)


def an_act(who="ann", **fields):
    usual = {"kind": "token", "what": "POST /events", "where": "127.0.0.1", "epoch": 7}
    return Act(who=who, **usual | fields)


def test_a_change_is_found_again_newest_first(audit):
    first = audit.note(an_act())()
    second = audit.note(an_act(what="DELETE /x", status=404, of=first))()

    found = audit.newest(10)

    assert [act.id for act in found] == [second, first]
    assert (found[0].what, found[0].status, found[0].of) == ("DELETE /x", 404, first)
    assert (found[1].who, found[1].where, found[1].epoch) == ("ann", "127.0.0.1", 7)


def test_what_was_changed_before_a_moment_goes(audit):
    entry = audit.note(an_act())()
    epoch = int(entry.partition("-")[0]) / 1000
    audit.trim(epoch - 1)
    assert len(audit.newest(9)) == 1
    audit.trim(epoch + 1)

    assert audit.newest(9) == []


def test_pages_and_people_are_chosen(audit):
    ids = [audit.note(an_act(who))() for who in ("ann", "bob", "ann", "bob", "ann")]

    assert [act.id for act in audit.newest(2)] == [ids[4], ids[3]]
    assert [act.id for act in audit.newest(2, before=ids[3])] == [ids[2], ids[1]]
    assert [act.id for act in audit.newest(2, who="bob")] == [ids[3], ids[1]]
    assert [act.id for act in audit.newest(9, who="ann", before=ids[4])] == [ids[2], ids[0]]
    assert audit.newest(9, who="eve") == []


def test_who_changed_nothing_lately_is_looked_for_in_few_steps(pipe, audit):
    for _ in range(50):
        audit.note(an_act())()
    pipe.call("CONFIG", "RESETSTAT")

    assert audit.newest(1, who="eve") == []
    assert b"cmdstat_xrevrange:calls=1," in pipe.call("INFO", "commandstats")


@pytest.mark.parametrize("before", ["x", "1", "1-x", "+", "(1-1", f"1-{2**64}", f"{2**64}-1"])
def test_what_is_no_id_is_refused(audit, before):
    with pytest.raises(InputError, match="before"):
        audit.newest(1, before=before)


def test_what_cannot_be_stored_is_told_to_who_waits(pipe, audit):
    pipe.call("SET", keys.AUDIT, "no stream")
    wait = audit.note(an_act())

    with pytest.raises(Exception, match="WRONGTYPE"):
        wait()

    pipe.close()


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("/events?dry=true&key=a", "/events?dry=true&key=a"),
        ("/events?token=abc&dry=true", "/events?token=***&dry=true"),
        ("/events?Access_Token=a%26b", "/events?Access_Token=***"),
        (
            "/events?a=1&api_key=k&apikey=k&sentry_secret=",
            "/events?a=1&api_key=***&apikey=***&sentry_secret=***",
        ),
        ("/r?url=https://ann:pw@host/x?y", "/r?url=https://***@host/x?y"),
        ("/r?url=https%3A%2F%2Fann%3Apw%40host%2Fx", "/r?url=https%3A%2F%2F***%40host%2Fx"),
        ("/r?url=https://host/x", "/r?url=https://host/x"),
        ("/people/ann@example.org", "/people/ann@example.org"),
    ],
)
def test_secrets_of_an_address_are_hidden(uri, shown):
    assert without_secrets(uri) == shown


def test_the_words_of_a_request_stand_there_without_its_secrets():
    body = msgspec.defstruct("Body", ["name", "url", "password", "at", "groups"])

    assert (
        words(body("ann", "https://ann:pw@host/x", "pw", None, ["ops"]))
        == '{"name":"ann","url":"https://***@host/x","password":"***","groups":["ops"]}'
    )
