import logging
import os
import socket
import subprocess
import sys
import textwrap

import msgspec
import pytest

from cockpit import events
from cockpit.eco import Handler, Node
from cockpit.eco.handler import _MOST
from cockpit.eco.hit import Hit
from cockpit.eco.kept import Limits
from cockpit.eco.ledger import Ledger
from cockpit.eco.terms import Terms, write
from cockpit.errors import InputError
from JumpScale import j


@pytest.fixture
def ledger(pipe):
    return Ledger(pipe)


@pytest.fixture
def handler(pipe):
    made = Handler(pipe.url, app_name="shop", node=Node(7, 12))
    yield made
    made.close()


@pytest.fixture
def log(handler):
    return logger("shop.orders", handler)


def logger(name, handler):
    made = logging.getLogger(name)
    made.handlers, made.propagate = [handler], False
    return made


def only(ledger):
    (kept,) = ledger.page().ecos
    return kept.eco


def pay(log, n):
    try:
        return 1 / (n - n)
    except ZeroDivisionError:
        log.exception("order %s failed", n)


def test_an_exception_that_is_logged_is_an_eco(handler, log, ledger):
    pay(log, 5)
    handler.flush()

    eco = only(ledger)
    assert (eco.app_name, eco.category, eco.eco_type) == ("shop", "shop.orders", "BUG")
    assert (eco.error_msg, eco.func_name) == ("ZeroDivisionError: division by zero", "pay")
    assert "return 1 / (n - n)" in eco.code
    assert '"message":"order 5 failed"' in eco.extra
    assert (eco.gid, eco.nid, eco.pid) == (7, 12, os.getpid())
    assert "level:ERROR" in eco.tags


def test_a_line_without_an_exception_is_one_too(handler, log, ledger):
    for n in range(3):
        log.error("order %s has no price, token=abc%s", n, n)
    handler.flush()

    eco = only(ledger)
    assert (eco.occurence, eco.error_msg) == (3, "order 2 has no price, token=***")
    assert (eco.func_name, eco.line_nbr > 0) == (
        "test_a_line_without_an_exception_is_one_too",
        True,
    )
    assert "log.error" in eco.code
    assert __file__ in eco.backtrace


def test_what_a_program_of_ays_records_is_one_with_its_own_type_and_words(pipe, ledger):
    handler = Handler(pipe.url, app_name="shop", level=logging.WARNING)
    root = logger("j", handler)
    j.events.opserror_warning("disk sda is full", "disk", "Come back later")
    try:
        _ = 1 / 0
    except ZeroDivisionError as error:
        j.errorconditionhandler.processPythonExceptionObject(error)
    handler.close()
    root.handlers = []

    bug, warning = sorted((kept.eco for kept in ledger.page().ecos), key=lambda eco: eco.eco_type)
    assert (bug.eco_type, bug.error_msg) == ("BUG", "ZeroDivisionError: division by zero")
    assert (warning.eco_type, warning.error_msg) == ("OPERATIONS", "disk sda is full")
    assert (warning.category, warning.error_pub) == ("disk", "Come back later")
    assert "level:WARNING" in warning.tags
    assert warning.func_name == (
        "test_what_a_program_of_ays_records_is_one_with_its_own_type_and_words"
    )


def test_what_is_less_than_an_error_is_not(handler, log, ledger):
    log.warning("slow")
    handler.flush()

    assert ledger.page().ecos == []


def test_a_line_whose_values_do_not_fit_is_kept_as_it_stands(handler, ledger):
    handler.emit(logging.makeLogRecord({"name": "shop", "msg": "%d %d", "args": ("x",)}))
    handler.flush()

    assert only(ledger).error_msg == "%d %d"


def test_lines_of_the_client_of_redis_go_in_no_circle(handler, ledger):
    logger("redis.connection", handler).error("gone")
    handler.flush()

    assert ledger.page().ecos == []


def test_hits_are_counted_exactly(handler, log, ledger):
    for n in range(250):
        pay(log, n)
        if n % 50 == 0:
            handler.flush()
    handler.flush()

    assert only(ledger).occurence == 250


def test_without_redis_nothing_waits_and_what_is_lost_is_counted(tmp_path):
    handler = Handler(f"unix://{tmp_path}/none", app_name="shop")
    log = logger("shop", handler)
    for n in range(_MOST + 50):
        pay(log, n)

    assert 0 < handler.dropped <= 50
    handler.close()


def test_a_redis_that_never_answers_holds_nobody_up():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        handler = Handler(f"redis://127.0.0.1:{deaf.getsockname()[1]}", app_name="shop")
        pay(logger("shop", handler), 1)
        handler.close()

    assert handler.dropped == 0


def test_what_was_dropped_is_told_once_there_is_room(handler, log, ledger):
    handler._untold = 7
    pay(log, 1)
    handler.flush()

    assert ledger.figures()["dropped"] == {"shop": 7}


def test_an_address_that_is_none_is_told_at_once():
    with pytest.raises(InputError):
        Handler("nowhere", app_name="shop")


@pytest.mark.parametrize("more", ["", "os.fork() and os.wait()"])
def test_a_plain_program_is_left_with_its_last_words_sent(pipe, ledger, more):
    program = f"""
        import logging, os, sys
        from cockpit.eco import Handler

        logging.getLogger().addHandler(Handler(sys.argv[1], app_name="plain"))
        logging.error("before")
        logging.getLogger().handlers[0].flush()
        {more}
        logging.error("last words")
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program), pipe.url], check=True)

    found = {kept.eco.error_msg: kept.eco.occurence for kept in ledger.page().ecos}
    assert found == {"before": 1, "last words": 2 if more else 1}


def test_secrets_in_a_line_are_masked_before_it_becomes_json(handler, log, ledger):
    log.error('bad body {"password": "hunter2"}')
    log.error('say "password=hunter2" now')
    handler.flush()

    for kept in ledger.page().ecos:
        assert "***" in msgspec.json.decode(kept.eco.extra)["message"]
        assert "hunter2" not in kept.eco.extra


def test_the_quotas_and_the_node_are_those_of_the_cockpit(pipe, ledger):
    write(pipe, Terms(Limits(new_per_5m=1), Node(7, 9)))
    handler = Handler(pipe.url, app_name="shop")
    log = logger("shop", handler)
    for word in ("one", "two", "three"):
        log.error(word)
    handler.close()

    assert (only(ledger).gid, only(ledger).nid) == (7, 9)
    assert ledger.figures()["dropped"] == {"shop": 2}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/srv/shop.py", "shop"),
        ("/srv/shop/__main__.py", "shop"),
        ("-c", "python"),
        ("", "python"),
        ("/usr/bin/cc", "cc"),
    ],
)
def test_without_a_name_it_is_that_of_the_program(pipe, ledger, monkeypatch, path, name):
    monkeypatch.setattr(sys, "argv", [path])
    handler = Handler(pipe.url)
    logger("x", handler).error("no")
    handler.close()

    assert only(ledger).app_name == name


def test_what_comes_after_the_end_is_counted(handler, log, ledger):
    handler.close()
    pay(log, 1)

    assert handler.dropped == 1
    assert ledger.page().ecos == []


def test_one_that_redis_refuses_holds_up_no_other(pipe, handler, log, ledger):
    refused = events.Eco(guid="x" * 9, app_name="shop", error_msg="no")
    pipe.call("SET", f"cockpit:eco:history:{refused.guid}", "no list")
    handler._put(refused, Hit())
    log.error("sound")
    handler.flush()

    assert handler.dropped == 1
    assert "sound" in [kept.eco.error_msg for kept in ledger.page().ecos]
