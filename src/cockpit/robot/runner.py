"""Runs one attempt of one job: find the action, call it with a time-out, judge the result."""

import inspect
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import gevent
import msgspec

from cockpit import events
from cockpit.ays import Schema
from cockpit.bus import keys
from cockpit.bus.log import decode_stored
from cockpit.eco.mask import bounded, mask
from cockpit.errors import InputError
from cockpit.robot import changing
from cockpit.robot.actions import Actions
from cockpit.robot.alarm_at_hand import at_hand, place_of
from cockpit.robot.attempt import Attempt, Context
from cockpit.robot.author_lines import author_lines
from cockpit.robot.capture import Output, Stream
from cockpit.robot.catalog import Catalog
from cockpit.robot.inboxes import Outcome
from cockpit.robot.job import Taken, Try
from cockpit.robot.member import States
from cockpit.robot.policy import Policy, is_final, least_delay_s
from cockpit.robot.running import Running
from cockpit.robot.service import Service
from cockpit.robot.time_limit import TimeLimit, Timeout
from cockpit.robot.vault import Vault
from JumpScale import database, error_condition
from JumpScale.error_condition import ErrorCondition

_KEEP_TRACEBACK = 16 * 1024
_KEEP_ERROR = 4 * 1024
_KEEP_RESULT = 64 * 1024


class Defaults(msgspec.Struct, frozen=True):
    """What holds where a template says nothing."""

    timeout_s: float
    retries: int
    delays_s: tuple[float, ...]


class Waiting(BaseException):
    """An attempt waits for an answer where it cannot stay; its job runs again from its top."""


Wait = Callable[[str], None]
"""Waits for the answer to a question, and returns when the attempt may go on."""

Park = Callable[[Taken, str], None]
"""Waits for the answer to a question of a job."""


class Runner:
    """Runs attempts in the greenlet that calls it.

    Args:
        robot: Name of this robot, for the record of attempts.
        defaults: Gives what holds where a template says nothing; asked at each attempt.
        on_error: Told the job, the exception and the outcome of each attempt that failed.
        on_ok: Told each job that went well, once its action has returned.
        on_condition: Told a job, a number, what its action recorded, and what conceals its secrets.
    """

    def __init__(
        self,
        catalog: Catalog,
        actions: Actions,
        context: Context,
        *,
        robot: str,
        defaults: Callable[[], Defaults],
        on_error: Callable[[Taken, BaseException, Outcome], None],
        on_ok: Callable[[Taken], None],
        on_condition: Callable[[Taken, int, ErrorCondition, Callable[[str], str]], None],
        rng: random.Random | None = None,
    ) -> None:
        self._catalog = catalog
        self._actions = actions
        self._context = context
        self._robot = robot
        self._defaults = defaults
        self._on_error = on_error
        self._on_ok = on_ok
        self._on_condition = on_condition
        # Jitter, not secrets.
        self._rng = rng or random.Random()  # noqa: S311
        self._templates: dict[str, str] = {}

    def policy(self, taken: Taken) -> Policy:
        """Return how a job is tried again: its template's lines, else the defaults."""
        try:
            template = self._catalog.template(taken.repo, self._template(taken.service))
            retries = template.retries(taken.action)
            timeout_s = template.timeout_s(taken.action)
            strict = template.order(taken.action) == "strict"
        except LookupError:
            retries, timeout_s, strict = None, None, False
        defaults = self._defaults()
        # A person waits for a run and may take it up again; nobody watches an event.
        usual = 0 if taken.run else defaults.retries
        return Policy(
            retries=usual if retries is None else retries,
            delays_s=defaults.delays_s,
            strict=strict,
            timeout_s=defaults.timeout_s if timeout_s is None else timeout_s,
        )

    def run(self, taken: Taken, policy: Policy, park: Park | None = None) -> Outcome:
        """Run one attempt and return how it ended; raises only what ends the greenlet.

        Args:
            park: Without it an attempt that asks ends, and its job runs again from its top.
        """
        output = Output()
        try:
            fields = {
                "error": "",
                "result": _json(
                    self._call(taken, output, TimeLimit(policy.timeout_s), park), output
                ),
                "output": _clean(output.text()),
            }
            if taken.is_change:
                self._done(taken)
            self._on_ok(taken)
            # A first attempt has nothing to overwrite.
            again = taken.fence > 1
            return Outcome("ok", {key: text for key, text in fields.items() if text or again})
        except gevent.GreenletExit:
            raise
        except Waiting as waiting:
            return Outcome("waiting", {"question": str(waiting), "output": _clean(output.text())})
        except Timeout:
            error: BaseException = TimeoutError(f"it took longer than {policy.timeout_s:g} s")
            error.__traceback__ = sys.exc_info()[2]
            return self._failed(taken, error, policy, output)
        except BaseException as error:  # noqa: BLE001 - an action may raise SystemExit as well
            return self._failed(taken, error, policy, output)

    def failed(self, taken: Taken, reason: str, policy: Policy) -> Outcome:
        """Judge an attempt that ended without its own word: killed, or gone with its process."""
        return self._failed(taken, RuntimeError(reason), policy, Output())

    def _act(self, taken: Taken, output: Output, wait: Wait) -> Any:
        if not (taken.raw or taken.run or taken.due_ms):
            raise InputError(f"event {taken.event} is no longer in the log")
        changed = changing.read(taken.raw) if taken.is_change else None
        if changed:
            event: events.Event = events.Generic(id=taken.event, args=dict(changed.args))
        else:
            event = decode_stored(taken.event, taken.raw) if taken.raw else _called_by(taken)
        if isinstance(event, events.Alarm):
            named = event
            event = at_hand(named, lambda: self._origin(named, service))
        attempt = Attempt(
            context=self._context,
            actions=self._actions,
            templates=lambda place: self._catalog.template(taken.repo, self._template(place)),
            job=Running(
                taken.job,
                self._attempt(taken),
                taken.event,
                taken.action,
                event,
                is_change=taken.is_change,
            ),
            output=output,
            vault=Vault(self._context.secrets, output, self._schema),
            wait=wait,
        )
        service = Service(attempt, repo=taken.repo, key=taken.service.partition("/")[2])
        more = changed.given() if changed else {}

        def record(condition: ErrorCondition) -> None:
            self._on_condition(taken, attempt.next("eco").n, condition, output.conceal)

        with (
            database.bind(self._context.pipe.call, lambda: _webhooks(event)),
            error_condition.bind(record),
        ):
            return attempt.call(taken.service, taken.action, service, more=more)

    def _origin(self, alarm: events.Alarm, service: Service) -> Service | None:
        """Return the service that an alarm names, as a part of the attempt that asks."""
        found = place_of(alarm, service.repo, self._context.pipe)
        return service.other(*found) if found else None

    def _call(self, taken: Taken, output: Output, limit: TimeLimit, park: Park | None) -> Any:
        def wait(question: str) -> None:
            if park is None:
                raise Waiting(question)
            with limit.paused():
                park(taken, question)

        streams = [s for s in (sys.stdout, sys.stderr) if isinstance(s, Stream)]
        for stream in streams:
            stream.begin(output)
        try:
            # Reading the author's file runs it: that takes time and prints as well.
            with limit:
                return _done(self._act(taken, output, wait), taken.action)
        finally:
            for stream in streams:
                stream.end()

    def _failed(
        self, taken: Taken, error: BaseException, policy: Policy, output: Output
    ) -> Outcome:
        delay = None
        if not is_final(error):
            least_s = least_delay_s(error)
            delay = policy.delay_s(taken.failures + 1, self._rng, least_s=least_s)
        text = output.conceal(_traceback(error))
        told = output.conceal(_told(error))
        printed = _clean(output.text())
        state = "dead" if delay is None else "error"
        outcome = Outcome(
            state,
            {"error": told, "traceback": text, "output": printed},
            delay_s=delay or 0,
            strict=policy.strict,
            tried=Try(
                attempt=self._attempt(taken),
                state=state,
                ended_ms=int(time.time() * 1000),
                error=told,
                traceback=text,
                output=printed,
                robot=self._robot,
                delay_ms=int((delay or 0) * 1000),
            ),
        )
        outcome = msgspec.structs.replace(outcome, conceal=output.conceal)
        return self._tell(taken, error, outcome)

    def _tell(self, taken: Taken, error: BaseException, outcome: Outcome) -> Outcome:
        """Tell of a failure; a bug in telling stands in the record and loses no job."""
        try:
            self._on_error(taken, error, outcome)
        except Exception as bug:  # noqa: BLE001 - the job must be settled whatever happens here
            text = f"{outcome.fields['traceback']}\nwhile this was told: {bug!r}"
            return msgspec.structs.replace(outcome, fields=outcome.fields | {"traceback": text})
        return outcome

    def _done(self, taken: Taken) -> None:
        """Note that what a run would do first is done: AYS 8 initialized services at once."""
        if taken.action == changing.INIT:
            States(self._context.pipe, taken.service).set(changing.INIT, "ok")

    def _schema(self, repo: str, template: str) -> Schema:
        return self._catalog.template(repo, template).schema

    def _attempt(self, taken: Taken) -> int:
        """Return the number of this attempt: what waited for answers was handed more often."""
        # PERF: almost every attempt is the first.
        if taken.fence == 1:
            return 1
        return taken.fence - int(self._context.pipe.call("HGET", keys.job(taken.job), "waits") or 0)

    def _template(self, service: str) -> str:
        # A service keeps its template for life, so each is asked for once.
        if service not in self._templates:
            self._templates[service] = self._catalog.record(service).template
        return self._templates[service]


def _called_by(taken: Taken) -> events.Event:
    """Return what an action receives as its event that a run or the clock called."""
    if taken.run:
        args: dict[str, Any] = {"run": taken.run, "action": taken.action}
    else:
        args = {"due": taken.due_ms / 1000, "action": taken.action}
    return events.Generic(id=taken.event, args=args)


def _webhooks(event: events.Event) -> dict[str, bytes]:
    """Return the payload of a webhook by the key that AYS 8 kept it under."""
    args = event.args if isinstance(event, events.Generic) else {}
    if not isinstance(args.get("key"), str) or "payload" not in args:
        return {}
    return {args["key"]: msgspec.json.encode(args["payload"])}


def _told(error: BaseException) -> str:
    try:
        # SECURITY: it is mailed, and said in chats.
        return bounded(_clean(f"{type(error).__name__}: {error}"), _KEEP_ERROR)
    except Exception:  # noqa: BLE001 - an error whose own text raises still has a name
        return type(error).__name__


def _traceback(error: BaseException) -> str:
    """Return the end of a traceback, without what looks like a credential."""
    lines = author_lines(error)[-2 * _KEEP_TRACEBACK :]
    return mask(_clean(lines))[-_KEEP_TRACEBACK:]


def _clean(text: str) -> str:
    """Return text that UTF-8 can hold; file names that Python reads may hold half characters."""
    return text.encode("utf-8", "backslashreplace").decode()


def _done(result: Any, action: str) -> Any:
    """Return what an action returned; one that only made a generator did nothing."""
    if inspect.isgenerator(result) or inspect.iscoroutine(result):
        result.close()
        raise InputError(
            f"action {action}: it returned what still has to be run, so it did nothing"
        )
    return result


def _json(result: Any, output: Output) -> str:
    """Return a result as JSON; secrets are taken out of its texts first, so that it stays JSON."""
    if result is None:
        return ""
    try:
        text = msgspec.json.encode(output.concealed(msgspec.to_builtins(result))).decode()
    except (TypeError, ValueError, RecursionError):
        text = msgspec.json.encode(output.conceal(repr(result))[:1000]).decode()
    if len(text) > _KEEP_RESULT:
        return msgspec.json.encode(f"not kept: {len(text)} characters of JSON").decode()
    return text
