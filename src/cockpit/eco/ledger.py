"""The ledger of ecos: equal errors are one, counted in place; told of now and then.

hit → fingerprint → one Lua call: count, state, notice to ckpt.eco, quota, bounds

Rule 1: an eco is told of when it is new, when a closed one comes again, at each power of ten of its
        count, and else at most each 300 s; never at each hit.
Rule 2: what is lost is counted: new ecos over their application's quota, and old ones over the
        bounds. Nothing goes all at once.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from cockpit.bus import Made, Pipe, Script, keys
from cockpit.eco.foreign import guarded
from cockpit.eco.hit import Hit, arguments
from cockpit.eco.kept import Change, Kept, Limits, Noted, Page, Wanted
from cockpit.errors import InputError
from cockpit.events import Eco

WEEK_S = 7 * 86_400
_DAY_S = 86_400
_CHUNK = 200
_MOST_LOOKED = 5_000
_SHORTEST = 8
_BATCH = 500
_STATES = ("NEW", "ALERT", "CLOSED")


class Ledger:
    """The ecos of one cockpit.

    Args:
        limits: Gives how much is kept; asked at each hit.
        admit: Called before a hit is taken; raises OpsError while memory is short.
        clock: Epoch seconds; None leaves the time to Redis.
    """

    def __init__(
        self,
        pipe: Pipe,
        *,
        limits: Callable[[], Limits] = Limits,
        admit: Callable[[], None] | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._pipe = pipe
        self._limits = limits
        self._admit = admit
        self._clock = clock
        self._note = Script("cockpit.eco", "note")
        self._turn = Script("cockpit.eco", "turn")
        self._trim = Script("cockpit.eco", "trim")

    def note(
        self,
        eco: Eco,
        *,
        mark: str | None = None,
        keep_mark_s: int = WEEK_S,
        made: Made | None = None,
        refs: Sequence[str] = (),
        is_quiet: bool = False,
        publish: bool = True,
    ) -> Noted:
        """Count a hit, and tell of its eco when that is due.

        Args:
            eco: Masked: what a stranger described has passed `foreign.guarded`.
            mark: The sender's own name of the hit: one that comes again is not counted again.
            made: The job's call that it comes from; the same holds for it.
            refs: `<space>/<digest>` of stored objects that live as long as its event.
            is_quiet: Records it and publishes nothing.
            publish: False for what was on the channel already: it is told of in the log alone.

        Raises:
            OpsError: Redis is away or memory is short; nothing was promised.
        """
        if self._admit is not None:
            self._admit()
        return self._hit(
            eco,
            Hit(
                is_quiet=is_quiet,
                mark_key=keys.mark(mark) if mark else "",
                mark_s=keep_mark_s,
                made_key=made.key if made else "",
                slot=made.slot if made else "",
                refs=refs,
                publish=publish,
                now_ms=self._now_ms(),
            ),
        )

    def enter(self, ecos: Sequence[Eco]) -> list[str]:
        """Take note of ecos that stand in the log already, as those put there by XADD.

        Returns:
            For each why it calls nobody, or "".

        Raises:
            OpsError: Redis is away.
        """
        prints = [eco.meta.get("fingerprint") for eco in ecos]
        asked = [one if isinstance(one, str) else "" for one in prints]
        known = self._pipe.call("HMGET", keys.ECOS_PRINTS, *asked) if ecos else []
        return [
            "" if raw is not None and raw.decode() == eco.guid else self._entered(eco)
            for eco, raw in zip(ecos, known, strict=True)
        ]

    def page(self, wanted: Wanted | None = None, limit: int = 50, before: str = "") -> Page:
        """List ecos, those seen last first.

        A page looks at 5,000 at most: with a filter it may be short and still have an edge.

        Args:
            before: The edge of the page before.

        Raises:
            InputError: `before` is no edge.
        """
        wanted = wanted or Wanted()
        index = keys.ecos(wanted.state) if wanted.state else keys.ECOS
        score, last = _edge(before)
        found: list[Kept] = []
        looked, at = 0, 0
        while looked < _MOST_LOOKED:
            rows = self._pipe.call(
                "ZREVRANGEBYSCORE", index, score, wanted.since * 1_000_000, "WITHSCORES",
                "LIMIT", at, min(_CHUNK, limit + 1),
            )  # fmt: skip
            at += len(rows) // 2
            pairs = [
                (raw.decode(), int(float(at_us)))
                for raw, at_us in zip(rows[::2], rows[1::2], strict=True)
            ]
            passed = [
                (guid, at_us) for guid, at_us in pairs if not last or (at_us, guid) < (score, last)
            ]
            looked += len(pairs)
            for (guid, at_us), kept in zip(
                passed, self._read([guid for guid, _ in passed]), strict=True
            ):
                if kept is not None and wanted.means(kept.eco):
                    found.append(kept)
                if len(found) == limit:
                    return Page(found, f"{at_us}-{guid}")
            if not rows:
                return Page(found, "")
        return Page(found, f"{pairs[-1][1]}-{pairs[-1][0]}")

    def get(self, guid: str) -> Kept:
        """Return an eco with its history, by its guid or the only beginning of it.

        Raises:
            InputError: There is none, or there are several.
        """
        found = self._read([guid])[0]
        if found is None:
            guid = self._named(guid)
            found = self._read([guid])[0]
        if found is None:
            raise InputError(f"no eco {guid}: it never was, or its time has passed")
        parents, jobs, history = self._pipe.calls(
            [
                ("LRANGE", key(guid), 0, -1)
                for key in (keys.eco_parents, keys.eco_jobs, keys.eco_history)
            ]
        )
        return msgspec.structs.replace(
            found,
            parents=[raw.decode() for raw in parents],
            jobs=[raw.decode() for raw in jobs],
            history=[msgspec.json.decode(raw, type=Change) for raw in history],
        )

    def close(self, guid: str, by: str) -> Kept:
        """Say that an eco is dealt with; when it comes again, it is opened again.

        Raises:
            InputError: There is none.
        """
        return self._turned(guid, "CLOSED", by)

    def reopen(self, guid: str, by: str) -> Kept:
        """Say that a closed eco is not dealt with.

        Raises:
            InputError: There is none.
        """
        return self._turned(guid, "ALERT", by)

    def trim(self, now: float) -> None:
        """Forget closed ecos whose time has passed."""
        edge = int((now - self._limits().keep_s) * 1_000_000)
        while self._pipe.run(self._trim, (), (edge, _BATCH)) == _BATCH:
            pass

    def figures(self) -> dict[str, Any]:
        """Return how many there are: `states`, `hits`, `bytes`, `evicted`, `dropped` by app."""
        *sizes, flat, dropped = self._pipe.calls(
            [("ZCARD", keys.ecos(state)) for state in _STATES]
            + [("HGETALL", keys.ECOS_FIGURES), ("HGETALL", keys.ECOS_DROPPED)]
        )
        told = {raw.decode(): int(n) for raw, n in zip(flat[::2], flat[1::2], strict=True)}
        lost = {
            raw.decode("utf-8", "replace"): int(n)
            for raw, n in zip(dropped[::2], dropped[1::2], strict=True)
        }
        states = dict(zip(_STATES, sizes, strict=True))
        return {"hits": 0, "bytes": 0, "evicted": 0} | told | {"states": states, "dropped": lost}

    def _hit(self, eco: Eco, hit: Hit) -> Noted:
        raw = self._pipe.run(self._note, *arguments(eco, self._limits(), hit))
        return Noted(*msgspec.json.decode(raw))

    def _entered(self, eco: Eco) -> str:
        hit = Hit(
            entry=eco.id.removeprefix("eco-"),
            mark_key=keys.mark(f"entered:{eco.id}"),
            mark_s=_DAY_S,
            now_ms=self._now_ms(),
        )
        noted = self._hit(guarded(eco), hit)
        if noted.outcome == "dropped":
            return "over the quota of its application: counted, not kept"
        # One that was entered before and made the newest notice is handed on again.
        if noted.is_published or noted.event == eco.id:
            return ""
        return f"a repeat of eco {noted.guid}: counted, not published"

    def _turned(self, guid: str, to: Literal["CLOSED", "ALERT"], by: str) -> Kept:
        guid = self.get(guid).eco.guid
        epoch = int(time.time() if self._clock is None else self._clock())
        self._pipe.run(self._turn, (), (guid, to, epoch, by))
        return self.get(guid)

    def _read(self, guids: Sequence[str]) -> list[Kept | None]:
        rows = self._pipe.calls([("HGETALL", keys.eco(guid)) for guid in guids])
        return [_kept(guid, row) for guid, row in zip(guids, rows, strict=True)]

    def _named(self, start: str) -> str:
        """Return the only guid that begins so."""
        if len(start) < _SHORTEST:
            raise InputError(f"no eco {start}; give {_SHORTEST} characters of its guid at least")
        found = []
        for raw, _ in self._scan(f"{_plain(start)}*"):
            found.append(raw.decode())
        if len(found) > 1:
            raise InputError(f"eco {start} may be {', '.join(sorted(found)[:5])}")
        if not found:
            raise InputError(f"no eco {start}: it never was, or its time has passed")
        return found[0]

    def _scan(self, pattern: str) -> list[tuple[bytes, bytes]]:
        cursor, found = b"0", []
        while True:
            cursor, rows = self._pipe.call(
                "ZSCAN", keys.ECOS, cursor, "MATCH", pattern, "COUNT", 2_000
            )
            found += list(zip(rows[::2], rows[1::2], strict=True))
            if cursor == b"0":
                return found

    def _now_ms(self) -> int:
        return 0 if self._clock is None else int(self._clock() * 1000)


def _edge(text: str) -> tuple[Any, str]:
    if not text:
        return "+inf", ""
    ms, dash, guid = text.partition("-")
    if not (dash and guid and ms.isascii() and ms.isdigit()):
        raise InputError(f"before: {text!r:.60} is no place in the list")
    return int(ms), guid


def _plain(text: str) -> str:
    """Return a text as a pattern of Redis that means nothing but itself."""
    return "".join(f"\\{sign}" if sign in "*?[]\\^" else sign for sign in text)


def _kept(guid: str, flat: list[bytes]) -> Kept | None:
    if not flat:
        return None
    told = dict(zip(flat[::2], flat[1::2], strict=True))
    meta = msgspec.json.decode(told[b"meta"]) | {"fingerprint": told[b"print"].decode()}
    fields = msgspec.json.decode(told[b"body"]) | {
        "guid": guid,
        "state": told[b"state"].decode(),
        "occurence": int(told[b"occurence"]),
        "last_time": int(told[b"last"]),
        "close_time": int(told[b"close"]),
        "epoch": int(told[b"epoch"]),
        "meta": meta,
    }
    return Kept(
        eco=msgspec.convert(fields | {"type": "eco"}, Eco),
        fingerprint=told[b"print"].decode(),
        by=told.get(b"by", b"").decode(),
        event=told.get(b"event", b"").decode(),
        first_event=told.get(b"first_event", b"").decode(),
        notices=int(told.get(b"notices", 0)),
    )
