from cockpit import events
from cockpit.eco.ledger import Ledger
from cockpit.robot import Bookkeeper


def test_each_type_has_its_book(pipe):
    ledger = Ledger(pipe)
    keep = Bookkeeper(eco=ledger.enter)
    eco = events.Eco(error_msg="a", id="eco-1-0")

    assert keep("eco", [eco]) == [""]
    assert ledger.page().ecos[0].event == "eco-1-0"


def test_other_types_are_let_through_at_no_cost():
    assert Bookkeeper()("email", [events.example("email")]) == []
