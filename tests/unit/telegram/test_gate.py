import pytest

from cockpit.access.audit import Audit
from cockpit.access.directory import Directory
from cockpit.access.invitations import Invitations
from cockpit.access.person import person
from cockpit.access.token import digest
from cockpit.errors import InputError, OpsError
from cockpit.telegram.gate import Gate
from cockpit.telegram.update import Origin


@pytest.fixture
def invitations(pipe):
    return Invitations(pipe)


@pytest.fixture
def gate(pipe, directory, invitations):
    return Gate(pipe, directory, invitations, Audit(pipe), groups=lambda: ["-100"])


class Links:
    """Invites, and gives the digest of the secret: what comes with an update."""

    def __init__(self, pipe):
        self._invitations = Invitations(pipe)

    def invite(self, name, role=""):
        return digest(self._invitations.invite(name, role).token)


@pytest.fixture
def links(pipe):
    return Links(pipe)


def at(chat=42, user=42, kind="private"):
    return Origin(chat=chat, kind=kind, user=user)


def test_only_private_chats_and_allowed_groups_are_open(gate):
    assert gate.is_open(at())
    assert gate.is_open(at(-100, kind="supergroup"))
    assert not gate.is_open(at(-101, kind="supergroup"))
    assert not gate.is_open(at(7, kind="channel"))


def test_a_user_name_proves_nothing(gate, directory):
    directory.put(person("ann", telegram="ann", role="admin"))

    assert gate.person(Origin(chat=9, user=9, username="ann")) is None
    assert gate.person(Origin(chat=9, user=0, username="ann")) is None


def test_a_link_ties_the_one_who_opens_it_first(gate, directory, links):
    directory.put(person("bob", role="operate"))
    token = links.invite("bob")
    found = gate.accept(at(), token)

    assert (found.name, found.role, found.telegram_id) == ("bob", "operate", 42)
    assert gate.accept(at(43, 43), token) is None
    assert gate.person(at()).name == "bob"


def test_one_who_is_interrupted_comes_in_by_the_same_link(gate, directory, links, monkeypatch):
    directory.put(person("bob", role="operate"))
    token = links.invite("bob")

    def away(*_args):
        raise OpsError("Redis is away")

    with monkeypatch.context() as patch:
        patch.setattr(Directory, "link", away)
        with pytest.raises(OpsError):
            gate.accept(at(), token)
    assert gate.accept(at(43, 43), token) is None
    assert gate.accept(at(), token).name == "bob"
    assert gate.accept(at(), token) is None


def test_the_first_admin_is_made_and_somebody_known_is_raised(gate, directory, links):
    assert gate.accept(at(), links.invite("boss", "admin")).role == "admin"
    directory.put(person("bob", mail="bob@there", groups=["ops"]))
    raised = gate.accept(at(43, 43), links.invite("bob", "admin"))

    assert (raised.role, raised.mail, raised.groups) == ("admin", "bob@there", ("ops",))


def test_a_link_of_somebody_who_was_removed_lets_nobody_in(gate, directory, links):
    directory.put(person("eve"))
    token = links.invite("eve")
    directory.remove("eve")

    assert gate.accept(at(), token) is None
    assert directory.find("eve") is None


def test_who_stands_in_the_file_keeps_the_role_that_stands_there(gate, directory, links):
    directory.declare([person("ann", role="read", origin="cockpit.toml")], {})
    found = gate.accept(at(), links.invite("ann", "admin"))
    directory.declare([person("ann", role="read", origin="cockpit.toml")], {})

    assert (found.role, gate.person(at()).name) == ("read", "ann")


def test_an_id_that_the_file_gives_to_somebody_else_is_not_taken(gate, directory, links):
    directory.declare([person("ann", telegram_id=42, origin="cockpit.toml")], {})
    directory.put(person("bob"))
    with pytest.raises(InputError, match="this link is bob's, and you are ann"):
        gate.accept(at(), links.invite("bob"))


@pytest.mark.parametrize("origin", [at(-100, kind="supergroup"), at(user=0)])
def test_a_link_opened_in_a_group_or_by_nobody_ties_nobody(gate, directory, links, origin):
    directory.put(person("bob"))
    token = links.invite("bob")

    assert gate.accept(origin, token) is None
    assert gate.accept(at(), token).name == "bob"


def test_who_is_somebody_already_becomes_nobody_else_and_spends_no_link(gate, directory, links):
    for name in ("ann", "bob"):
        directory.put(person(name, role="admin" if name == "ann" else "read"))
    directory.link("ann", 42)
    token = links.invite("bob")
    with pytest.raises(InputError, match="you are ann: `cockpit people unlink ann` comes first"):
        gate.accept(at(), token)

    assert gate.person(at()).name == "ann"
    assert gate.accept(at(43, 43), token).name == "bob"


def test_a_link_that_was_shown_to_others_is_over(gate, directory, links, pipe):
    directory.put(person("bob"))
    token = links.invite("bob")
    gate.spoil(at(-100, kind="supergroup"), token)
    gate.spoil(at(-100, kind="supergroup"), "nonsense")

    assert gate.accept(at(), token) is None
    (act,) = Audit(pipe).newest(9)
    assert act.what == "showed a link to others: it is over"


def test_a_stranger_is_answered_once_and_stands_in_the_audit_log(gate, pipe):
    assert gate.is_first_time(at(77, 77))
    assert not gate.is_first_time(at(77, 77))

    (act,) = Audit(pipe).newest(9)
    assert (act.who, act.kind, act.status) == ("telegram:77", "telegram", 403)


def test_a_chat_hears_as_long_as_its_person_is_known(gate, directory):
    directory.put(person("ann"))
    directory.link("ann", 42)
    assert gate.may_hear(42)
    assert gate.may_hear(-100)
    directory.remove("ann")

    assert not gate.may_hear(42)
    assert not gate.may_hear(-101)
