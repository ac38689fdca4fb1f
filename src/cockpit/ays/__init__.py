"""AYS: what the files of a repository say. Pure: no Redis, no clock, nothing is executed.

```
repository → template (hrd → hrd_reader, schema → field_type, duration) ┐
           → blueprint ──────────────────────────────────────────────────┴→ plan → service
hrd text → hrd_reader → hrd_value → hrd_quote → Hrd (hrd_type, hrd_variable, hrd_branch)
                                              → HrdText.set → hrd_layout → hrd_render → text
```

repository   `discover(root)`, `Repository`: templates, blueprints, problems, fingerprint
template     `load(directory)`: what its files say, and what of it is refused
service_lines the lines of service.hrd: subscriptions, filters, recurring, options of actions
filter       `compile_filter(text)`, `Filter.holds(context)`: CEL beside a subscription
nesting      `is_nested(text)`: a filter that could take for ever
hrd          `parse(text)`, `Hrd`: the store behind service.hrd and behind `service.hrd`
hrd_text     `HrdText.parse(text)`, `.set`, `.delete`, `.text`: a file edited without loss
hrd_question `Hrd.question(key)` → `Question`: what `@ask` wants to know
schema       `parse(text)`, `Schema.fill(args)`: arguments to data, defaults filled in
blueprint    `parse(text)`: TEMPLATE__INSTANCE and arguments, with their lines
order        `actions:` and `eventfilters:` of a blueprint
plan         `plan(stanzas, templates, existing)`: created, updated, unchanged
trust        `trusted(data, …)`: which values may name secrets
secret_hint  `in_clear(stanzas, …)`, `missing(stanzas, …)`: warnings about secrets of blueprints
relation     `relations(schema)`: which fields name a parent or producers
linking      `Linker`: finds parents and producers, makes what `auto` asks for
circle       `find_circle(needs)`: services that need each other
run          `plan_run(action, selected, …)`: what a run does, and what waits for what
prerequisites  `chain(action, own)`: what comes before an action within its service
action_file  `action_digests(text)`: the actions that an actions.py defines
generation   `generation(directory)`: AYS 8.0, 8.1 or of today
check        `check(directory)` → `Finding`s: all that is wrong or not supported, by file:line
uses         `imports(tree)`, `names(tree)`: what an actions.py uses; `module_search` finds it
undefined    `undefined(tree)`: names that keep an actions.py from being read
action_signature `refusal(tree, action)`: why an action cannot be called
service      `ServiceRecord`, `key`, `parse_key`: role!instance
json_line    `key_lines(text)`: where the values of a data.json stand
long_key     `parse("domain|name!instance@role")`: the long form of a key
duration     `parse("1m")`: seconds

Functions are called by their module (`duration.parse`, `template.load`); the nouns are here.
"""

from cockpit.ays.blueprint import Blueprint, Stanza
from cockpit.ays.finding import Finding
from cockpit.ays.generation import Generation
from cockpit.ays.hrd import Hrd
from cockpit.ays.hrd_text import HrdText
from cockpit.ays.plan import Plan
from cockpit.ays.repository import Repository, discover, is_repository, misplaced
from cockpit.ays.schema import Field, Schema
from cockpit.ays.service import Listening, ServiceRecord
from cockpit.ays.service_lines import Recurring, Refusal, Subscription
from cockpit.ays.template import Template

__all__ = [
    "Blueprint",
    "Field",
    "Finding",
    "Generation",
    "Hrd",
    "HrdText",
    "Listening",
    "Plan",
    "Recurring",
    "Refusal",
    "Repository",
    "Schema",
    "ServiceRecord",
    "Stanza",
    "Subscription",
    "Template",
    "discover",
    "is_repository",
    "misplaced",
]
