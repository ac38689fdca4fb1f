"""Questions to people: stored before anybody is told, answered once, over when their time is.

ask (a job) → waiting → answered | over → the job goes on
"""

import time
from collections.abc import Callable, Sequence

import msgspec

from cockpit.bus import Made, Pipe, Script, keys
from cockpit.errors import ConflictError, InputError, nearest

STATES = ("waiting", "answered", "over")
_BATCH = 500


class UnansweredError(InputError):
    """Nobody answered in time; asking the same again would not help."""


class Question(msgspec.Struct, frozen=True):
    """A question as people see it; times in epoch seconds.

    Attributes:
        who: Whom the action asked: a person, a group or a shift.
        to: The people who are asked; empty as long as nobody can be reached.
        options: The answers to choose from; any text when there are none.
        by: Who answered.
    """

    id: str
    state: str
    repo: str
    service: str
    job: str
    who: str
    text: str
    to: list[str] = []
    options: list[str] = []
    asked: float = 0
    due: float = 0
    ended: float = 0
    answer: str = ""
    by: str = ""


class Questions:
    """The questions of one cockpit.

    Args:
        clock: Epoch seconds.
    """

    def __init__(self, pipe: Pipe, *, clock: Callable[[], float] = time.time) -> None:
        self._pipe = pipe
        self._clock = clock
        self._scripts = {n: Script("cockpit.robot", n) for n in ("ask", "answer", "lapse")}

    def ask(
        self,
        made: Made,
        *,
        service: str,
        who: str,
        to: Sequence[str],
        text: str,
        options: Sequence[str],
        timeout_s: float,
    ) -> Question:
        """Store a question, or find the one that this call of the job asked before.

        Args:
            service: `<repo>/<key>`.
        """
        now_ms = self._now_ms()
        fields = {
            "service": service,
            "job": made.job,
            "who": who,
            "to": msgspec.json.encode(list(to)),
            "text": text,
            "options": msgspec.json.encode(list(options)),
        }
        flat = [part for pair in fields.items() for part in pair]
        due_ms = now_ms + int(timeout_s * 1000)
        found = self._pipe.run(
            self._scripts["ask"],
            (keys.made(made.job),),
            (made.slot, f"{made.job[:12]}-{made.n}", now_ms, due_ms, *flat),
        )
        return self.get(found[0].decode())

    def get(self, question: str) -> Question:
        """Read one question.

        Raises:
            InputError: There is no such question.
        """
        found = self.find(question)
        if found is None:
            raise InputError(f"there is no question {question:.80}")
        return found

    def find(self, question: str) -> Question | None:
        """Read one question; None when it is gone."""
        flat = self._pipe.call("HGETALL", keys.question(question))
        return _question(question, flat) if flat else None

    def asked(self, question: str, to: Sequence[str]) -> None:
        """Record whom it asks by now."""
        self._pipe.call("HSET", keys.question(question), "to", msgspec.json.encode(list(to)))

    def newest(self, limit: int, state: str = "") -> list[Question]:
        """List questions, newest first."""
        ids = [raw.decode() for raw in self._pipe.call("ZREVRANGE", keys.QUESTIONS, 0, -1)]
        rows = self._pipe.calls([("HGETALL", keys.question(one)) for one in ids])
        found = [_question(one, flat) for one, flat in zip(ids, rows, strict=True) if flat]
        return [one for one in found if state in ("", one.state)][:limit]

    def answer(self, question: str, answer: str, *, by: str = "") -> Question:
        """Answer a question; its action goes on.

        Raises:
            InputError: There is no such question, or the answer is none of its options;
                ConflictError when it is over.
        """
        asked = self.get(question)
        answer = _choice(asked, answer.strip())
        state = self._pipe.run(self._scripts["answer"], (), (question, answer, by, self._now_ms()))
        if state != b"waiting":
            now = self.get(question)
            how = f"answered {now.answer!r} by {now.by or 'somebody'}" if now.answer else "over"
            raise ConflictError(f"question {question} is {how} already")
        return self.get(question)

    def lapse(self, keep_s: float) -> int:
        """End the questions whose time is over; those asked longer ago than `keep_s` go.

        Returns how many ended.
        """
        now_ms = self._now_ms()
        args = (now_ms, now_ms - int(keep_s * 1000), _BATCH)
        return int(self._pipe.run(self._scripts["lapse"], (), args))

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)


def _choice(question: Question, answer: str) -> str:
    """Return the option that is meant, by its text in any case or its number."""
    if not answer:
        raise InputError("answer: it is empty")
    if not question.options:
        return answer
    by_name = {option.lower(): option for option in question.options}
    by_name |= {
        str(n): option for n, option in enumerate(question.options, 1) if str(n) not in by_name
    }
    if answer.lower() not in by_name:
        raise InputError(
            f"answer: {answer!r:.80} is no answer{nearest(answer, tuple(question.options))}"
        )
    return by_name[answer.lower()]


def _question(question: str, flat: list[bytes]) -> Question:
    text = [part.decode("utf-8", "replace") for part in flat]
    found = dict(zip(text[::2], text[1::2], strict=True))
    repo, _, service = found["service"].partition("/")
    return Question(
        id=question,
        state=found["state"],
        repo=repo,
        service=service,
        job=found["job"],
        who=found["who"],
        text=found["text"],
        to=msgspec.json.decode(found["to"], type=list[str]),
        options=msgspec.json.decode(found["options"], type=list[str]),
        asked=int(found["asked"]) / 1000,
        due=int(found["due"]) / 1000,
        ended=int(found.get("ended", 0)) / 1000,
        answer=found.get("answer", ""),
        by=found.get("by", ""),
    )
