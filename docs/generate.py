"""Write the pages that come from the code: `python docs/generate.py`.

`PAGES` names each page and the function that gives its text; tests/shape/test_docs.py compares
the committed pages with it.
"""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec

from cockpit import events
from cockpit.app.fields import Field, fields, section_titles, show
from cockpit.app.forms import (
    ADDRESS,
    DURATION,
    LEVEL,
    NAME,
    NETWORK,
    REDIS_LINK,
    SIZE,
    WEB_LINK,
    ZONE,
)
from cockpit.events import kinds, spelling, telegram_args

COMMON = ("id", "to", "epoch", "meta")
PYTHON_NAMES = {str: "text", int: "whole number", list[str]: "list of texts"}

INTRODUCTION = """\
# Events

Everything that happens becomes one of five events, and actions receive it as `event`:
{types}.

* On the wire an event is JSON; for people it is YAML. The field `type` says which of the five it
  is.
* The fields marked *always* are the specification's, spelled as there. They stand on the wire even
  when empty; you may leave out those that are not required. The others are left out when empty.
* Unknown fields are ignored. What does not fit is refused, and the refusal names the field; on a
  channel nobody can be told, so it is kept in `cockpit:rejected` with the reason
  (`cockpit event rejected`).
* A name that stands twice in one JSON object, or YAML mapping, is refused over HTTP and by the
  command line; on a channel and by `XADD` the last one counts. Whole numbers stay within 2^53.
* In an action an event is an object and a mapping: `event.subject`, `event["subject"]`. The field
  `from` is `event["from"]` or `event.sender`, because `from` is a word of Python.
"""

PUBLISHING = """\
## Publishing an event

Each type has a topic `ckpt.<type>`: a Redis stream, which is the truth, and a channel of the same
name, which is the live tail. Anyone who reaches the Redis may publish.

From the command line, with a file of YAML or JSON:

```sh
cockpit event example alarm > alarm.yaml
cockpit event publish alarm.yaml
```

Over HTTP, with the home's token:

```sh
curl -H "Authorization: Bearer $(cat home/run/token)" -H "Content-Type: application/json" \\
  -d '{alarm}' \\
  http://127.0.0.1:8080/events
```

With files, as a form: a part `event`, or a part for each field of the event, and files, together at
most 64 parts and `http.max_body` bytes. Files are stored first, then the event with their links: in
`attachments` of an email, in `meta.attachments` of the others (`args` is the sender's). They are in
the space `mail`, whose links open without a token: whoever reads the event in a browser, or is
mailed it, has none, and the hash in a link is what nobody guesses. They live as long as the event;
an action reads one by `service.stor.get(link)`.

```sh
curl -H "Authorization: Bearer $(cat home/run/token)" \\
  -F 'event={alarm};type=application/json' -F file=@disk.png \\
  http://127.0.0.1:8080/events
cockpit event publish alarm.yaml --attach disk.png
```

Straight into the log, where it waits durably for the robot:

```sh
redis-cli -s home/redis/redis.sock XADD ckpt.alarm '*' event '{alarm}'
```

On the channel, as the specification says; whoever listens at this moment has it, and a running
cockpit writes it into the log:

```sh
redis-cli -s home/redis/redis.sock PUBLISH ckpt.alarm '{alarm}'
```

To watch: `cockpit event tail`, or `redis-cli -s home/redis/redis.sock SUBSCRIBE ckpt.alarm`.

## Finding events

`cockpit event list --type alarm,eco --since 2h --where 'event.severity == "critical"'` lists the
newest first, and so does `GET /events`:

| Parameter | What it does |
|---|---|
| `type` | types, with commas between; without it all |
| `since`, `until` | stored from here on, and before there, in epoch seconds |
| `where` | a CEL expression over `event`, no list within a list; lacking a field is a no |
| `limit` | how many on a page, 1 to 1000; without it 50 |
| `before`, `after` | the newest before an event; or with `after` what came after it, oldest first |
| `wait` | with `after`: seconds to wait for something new, at most 30 |

The answer is a JSON array. When there is more, its header `Link: <…>; rel=next` (RFC 8288) has the
address of the next page; pages stay the same while new events arrive. A page looks at 5,000 events
at most, holds about 16 MiB at most and takes 2 seconds at most: it may be short, or with `where`
empty, and have a next one.

## Replaying events

`cockpit event replay ID` appends one event again, as a new one with `meta.replay_of`: its actions
run again. Many are chosen as above, and counted first:

```sh
cockpit event replay --type alarm --since 2h --where 'event.severity == "critical"' --dry
cockpit event replay --type alarm --since 2h --where 'event.severity == "critical"' --rate 20
```

Over HTTP it is `POST /events/replay` with `type`, `where`, `since`, `until`, `rate` (events a
second, 1 to 1000; without it 100) and `dry`, which is true unless you say `false`. A count stops at
100,000 events or after 5 seconds; `is_whole` tells whether it got to the end.

A replay goes on in the background, in the order of the log. `GET /events/replays/ID` shows how far
it is, `DELETE` cancels it (`cockpit event replays`, `--cancel ID`). It goes on after a restart and
never appends an event twice; while memory is short it waits. It ends at what was the newest event
when it began, and leaves out replays: what they are of counts. At most 10 run at once.

## Once, not twice

The log gives each event its `id`, `<type>-<stream id>`. An `id` that you send along is not used; it
moves to `meta.source_id`. What the doors receive is recognised when it comes again, and the repeat
gets the first one's id instead of a second event:

* a mail by its content and envelope, for 24 hours, when it has a Message-ID; without one it is
  always new;
* a request with an `Idempotency-Key` (below);
* what an action publishes by the job and the number of the call, so that a second attempt of the
  job publishes nothing twice.

Your own `XADD` and `PUBLISH` are always new events, except that a `PUBLISH` whose `id` the log has
already is taken for the log's own message. A replay is a new event too, with
`meta.replay_of`, and its actions run again.

A client that got no answer does not know whether its POST was done. With a header
`Idempotency-Key`, 1 to 255 printable characters of its own for each thing to be done, it may send
the same again:

* Within 24 hours it is not done again; the answer is that of the first, with
  `Idempotency-Replayed: true`, and the audit log says that it was a repeat.
* Whose token it is, the address and the whole request count: the same key with another query or
  body (of a form also its boundary) is refused with 422.
* While the first is at work, the answer is 409 with `Retry-After`. When its process died, the key
  is free a minute later; an event that it had stored by then is not stored again.
* What was refused, or failed on our side, is not kept: the key is free again. Of an answer over
  64 KiB only that it was given is kept: the repeat gets 409 and does nothing.

Each POST with a token takes it, but `/stor`, where the same content is the same file, and
`/tokens`, whose answer is kept nowhere.

## Old spellings

Accepted on input, never written: {spellings}. The type may be written `Generic` or `mail`.
"""


def events_page() -> str:
    """Return docs/events.md."""
    types = ", ".join(f"[{kind}](#{kind})" for kind in events.TYPES)
    alarm = events.encode(events.example("alarm")).decode()
    old = ",\n".join(
        f"`{was}` for `{now}`"
        for names in spelling.OLD_NAMES.values()
        for was, now in names.items()
    )
    parts = [
        INTRODUCTION.replace("{types}", types),
        *(_event_section(kind) for kind in events.TYPES),
        _common_section(),
        PUBLISHING.replace("{alarm}", alarm).replace("{spellings}", old),
    ]
    return "\n".join(parts)


def _event_section(kind: str) -> str:
    struct = events.BY_TYPE[kind]
    fields = [f for f in msgspec.structs.fields(struct) if _is_own(f)]
    event = events.example(kind)
    indented = json.dumps(events.to_mapping(event), indent=2, ensure_ascii=False)
    more = f"{_actions_table()}\n" if kind == "telegram" else ""
    return (
        f"## {kind}\n\n{struct.__doc__}\n\n{_table(fields)}\n{more}"
        f"```yaml\n{events.dump_yaml(event)}```\n\n```json\n{indented}\n```\n"
    )


def _actions_table() -> str:
    rows = [
        "What `args` must hold; what lacks it is refused. Other actions may hold anything.",
        "",
        "| `io` | `action` | What happens | `args` |",
        "|---|---|---|---|",
    ]
    for action in telegram_args.ACTIONS:
        args = "; ".join(_arg(arg) for arg in action.args)
        rows.append(f"| `{action.io}` | `{action.name}` | {action.about} | {args} |")
    return "\n".join(rows) + "\n"


def _arg(arg: telegram_args.Arg) -> str:
    names = " or ".join(f"`{name}`" for name in (arg.name, *arg.instead))
    optional = "" if arg.is_required else " (optional)"
    return f"{names}{optional}: {arg.about[0].lower()}{arg.about[1:].removesuffix('.')}"


def _common_section() -> str:
    by_name = {f.encode_name: f for f in msgspec.structs.fields(events.Generic)}
    fields = [by_name[name] for name in COMMON]
    return f"## Fields of every event\n\nLeft out when empty.\n\n{_table(fields)}"


def _is_own(known: msgspec.structs.FieldInfo) -> bool:
    return known.encode_name not in COMMON or not kinds.is_addition(known)


def _table(fields: list[msgspec.structs.FieldInfo]) -> str:
    rows = ["| Field | Type | On the wire | What it is | Example |", "|---|---|---|---|---|"]
    for known in fields:
        description, example = kinds.told(known)
        cells = (
            f"`{known.encode_name}`",
            _type_name(known),
            _presence(known),
            description,
            f"`{json.dumps(example, ensure_ascii=False)}`",
        )
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows) + "\n"


def _type_name(known: msgspec.structs.FieldInfo) -> str:
    if words := kinds.choices(known):
        return " or ".join(f"`{word}`" for word in words)
    plain = known.type.__origin__
    if plain == dict[str, str]:
        return "mapping of texts"
    return PYTHON_NAMES.get(plain, "mapping")


def _presence(known: msgspec.structs.FieldInfo) -> str:
    if known.required:
        return "always, required"
    return "when not empty" if kinds.is_addition(known) else "always"


SETTINGS = """\
# Configuration

Everything of one cockpit lives in its home, and its settings in `cockpit.toml` there. A home is
`--home`, else `COCKPIT_HOME`, else found upwards from the working directory as git does, else
`./home`; `cockpit init DIR` writes one whose `cockpit.toml` explains every key, commented out,
as by default.

```toml
[smtp]
listen = "0.0.0.0:25"

[webhooks.github]
secret = "…"
```

## What counts

1. A variable of the environment: `COCKPIT_<SECTION>_<KEY>`, so `COCKPIT_SMTP_LISTEN` for
   `smtp.listen`. A list is written with commas.
2. Else the file that such a variable names:
   `COCKPIT_WEBHOOKS_GITHUB_SECRET_FILE=/run/secrets/github` reads the value from there, without
   the end of its line. Setting both is a mistake.
3. Else `cockpit.toml`.
4. Else the default.

`cockpit config show` tells what holds, where each value comes from (`cockpit.toml:4`, the
variable, `default`), and what a change of it needs. Secrets are shown as `"***"`, passwords in
links as `***@`.

`cockpit config check` names every mistake in one line, with file and line or the variable, what
was expected, and for a key that is not known the nearest one; its exit code is 2 then. Neither
command needs a running cockpit, and `--json` gives one document.

A running cockpit reads its settings again at SIGHUP: `systemctl reload cockpit`, or `kill -HUP
$(cat home/run/rack.pid)`. Keys with *reload* in the last column below hold at once; the others
are named in the log, and hold after a restart. See [operating.md](operating.md).

## Forms

| form | means |
|---|---|
| text | a text of TOML, in quotes |
| duration | a text such as `"30s"`, `"10m"`, `"24h"` or `"30d"` |
| size | a text such as `"25mb"` or `"2gb"`, in steps of 1024, or a number of bytes as text |
| address | `"host:port"`; an IPv6 host in brackets; port 0 takes a free one |
| network | `"10.0.0.0/8"`, or one address |

"""

PEOPLE = """\
## `[people.NAME]` and `[calendars.NAME]`

Whom the robot may tell and ask, and who is on duty when: see
[operating.md](operating.md#people). They have no variables, and change by *reload*.
"""


FORMS = {
    ADDRESS: "address",
    DURATION: "duration",
    LEVEL: "duration and who",
    SIZE: "size",
    NETWORK: "network",
    NAME: "text, not empty",
    ZONE: "time zone, or empty",
    WEB_LINK: "`http` or `https` link, or empty",
    REDIS_LINK: "`redis`, `rediss` or `unix` link, or empty",
}


def configuration_page() -> str:
    """Return docs/configuration.md."""
    sections = [
        f"## `[{section}]`\n\n{title}\n\n{_settings_table(section)}"
        for section, title in section_titles().items()
    ]
    return SETTINGS + "\n".join([*sections, PEOPLE])


def _settings_table(section: str) -> str:
    rows = [
        "| Key | Type | Default | Meaning | Variable | Changes by |",
        "|---|---|---|---|---|---|",
    ]
    for field in fields():
        if field.section == section:
            cells = (
                f"`{field.name}`",
                _form(field) + (", secret" if field.is_secret else ""),
                f"`{show(field.default)}`",
                field.description.replace("<", "&lt;"),
                f"`{field.variable}`",
                "reload" if field.is_live else "restart",
            )
            rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows) + "\n"


def _form(field: Field) -> str:
    if words := field.choices:
        listed = ", ".join(f'`"{word}"`' for word in words)
        return f"list of {listed}" if field.is_list else f"one of {listed}"
    if limits := field.limits:
        return f"whole number, {limits[0]} to {limits[1]}"
    form = FORMS[field.form] if field.form else field.shape.removeprefix("a ")
    return f"list: {form}" if field.is_list else form


PAGES: dict[str, Callable[[], str]] = {
    "events.md": events_page,
    "configuration.md": configuration_page,
}


def main() -> None:
    """Write every page beside this file."""
    for name, page in PAGES.items():
        path = Path(__file__).with_name(name)
        path.write_text(page())
        print(path)


if __name__ == "__main__":
    main()
