"""Every name that Cockpit uses in Redis, in one table.

Exactly five begin with `ckpt.`: each is a stream (the truth) and a channel (the live tail). The
Lua files write the same names; a test compares them with this table.

    cockpit:mark:<mark>        string  id of the event that this mark made; expires
    cockpit:refs               hash    <space>/<digest> → number of events that link it
    cockpit:rejected           stream  channel, payload, reason: what was no event
    cockpit:dead               stream  id, reason: entries that could not be dispatched
    cockpit:trail:<event>      hash    jobs, refused, at: what was decided; or buried: why
    cockpit:jobs               zset    job → epoch in ms when it was queued
    cockpit:jobs:dead          zset    job → epoch in ms when it died
    cockpit:job:<job>          hash    the record of one job
    cockpit:tries:<job>        list    JSON of each attempt that did not end well
    cockpit:made:<job>         hash    <kind>:<n> → id of what that call made
    cockpit:posts:<job>        hash    post → JSON of the reply to it
    cockpit:counts             hash    state → number of jobs; repeats → suppressed by a mark;
                                       rejected; removed:<type> → events that left the
                                       log; alarms_evicted → that went to make room
    cockpit:inbox:<service>    list    jobs in order of arrival; the head may be running
    cockpit:ready:<repo>       list    services whose head may be taken
    cockpit:solo:<repo>        list    services whose head must run alone
    cockpit:retry              zset    job → epoch in ms when it is due again
    cockpit:robots             zset    robot → epoch in ms when its lease ends
    cockpit:robot:<robot>      string  JSON that a robot says of itself; expires
    cockpit:working:<robot>    hash    service → "<job> <fence>" being run
    cockpit:services           hash    <service> → JSON record
    cockpit:data:<service>     hash    key → JSON value
    cockpit:state:<service>    hash    action → its state (new, scheduled, running, ok, error, …)
    cockpit:disabled           set     "<service> <action>" that was disabled, to be looked at
    cockpit:mirror:<repo>      string  node that mirrored it last
    cockpit:mirrored:<node>:<repo> hash  <service> → JSON: its folder and the digests of its files
    cockpit:unmirrored:<repo>  hash    <service> → how often it changed since it was mirrored
    cockpit:templates:<repo>   hash    template → JSON of what it was when it was looked at
    cockpit:schedule           zset    <kind> <service> <name> → epoch in ms when it is due
    cockpit:schedule:terms     hash    <kind> <service> <name> → period in ms, misfire policy
    cockpit:schedule:silent    hash    <kind> <service> <name> not heard of → event that ends it
    cockpit:recurred:<service>:<action> list  newest jobs that the clock made, newest first
    cockpit:people             hash    name → JSON of a person
    cockpit:calendars          hash    name → JSON of a shift calendar
    cockpit:messages           zset    message to people → epoch in ms when it was put
    cockpit:messages:due       zset    message → epoch in ms when somebody is tried again
    cockpit:message:<message>  hash    who is told what, and mail:<person> → mail
    cockpit:questions          zset    question → epoch in ms when it was asked
    cockpit:questions:due      zset    question → epoch in ms when its time is over
    cockpit:question:<question> hash   who was asked what for which job, and the answer
    cockpit:runs:last          string  number of the last run
    cockpit:runs               zset    run → epoch in ms when it began
    cockpit:runs:active:<repo> set     runs that are not over
    cockpit:run:<run>          hash    what a run is about, and how far it is
    cockpit:run:<run>:nodes    hash    service → msgpack of its part in the run
    cockpit:run:<run>:blocks   hash    service → msgpack of the services that wait for it
    cockpit:replays:last       string  number of the last replay of many events
    cockpit:replays            zset    replay → its number
    cockpit:replays:active     set     replays that are not over
    cockpit:replay:<replay>    hash    which events a replay appends again, and how far it is
    cockpit:index              string  number that grows when subscriptions change
    cockpit:audit              stream  JSON of what somebody changed
    cockpit:tokens             hash    token → epoch in seconds when it was used last
    cockpit:oauth:<digest>     string  PKCE verifier of somebody who logs in; expires
    cockpit:telegram:messages  zset    message to a chat → epoch in ms when it was put
    cockpit:telegram:message:<id> hash what it says, where it goes, how far it is
    cockpit:telegram:out:<chat> list   messages to a chat, in order
    cockpit:telegram:due       zset    chat with messages → epoch in ms when the next may go
    cockpit:telegram:pause:<chat> string epoch in ms before which nothing goes there; expires
    cockpit:telegram:figures   hash    queued, dead → messages; sent → that were
    cockpit:telegram:button:<token> string JSON of what a button does; expires
    cockpit:telegram:talk:<chat>:<user> string JSON of what somebody talks about there; expires
    cockpit:telegram:people    hash    numeric id of a user → person
    cockpit:telegram:invited:<digest> string JSON of whom a one-time link lets in; expires
    cockpit:telegram:opened:<digest> string numeric id of the user who opened that link; expires
    cockpit:telegram:watched   hash    message → JSON of what it tells the progress of
    cockpit:telegram:follows   hash    <chat>:<n> → JSON of the events that a chat follows
    cockpit:telegram:moved     string  place in the alarms that moved up to which chats were told
    cockpit:telegram:told:<chat>:<what> string message that tells of it now; expires
    cockpit:telegram:of:<event> list   newest messages about an event; expires
    cockpit:telegram:done:<event> string what an order led to; expires
    cockpit:alarms             zset    alarm → epoch in ms of its last change
    cockpit:alarms:<status>    zset    the same of those that are firing or resolved
    cockpit:alarms:moved       stream  alarms that moved, about 10,000 moves
    cockpit:alarms:due         zset    alarm → epoch in ms when the clock looks at it
    cockpit:alarm:<alarm>      hash    version, and JSON of how it stands
    cockpit:ecos               zset    eco → epoch in µs when it was seen last
    cockpit:ecos:<state>       zset    the same of those that are NEW, ALERT or CLOSED
    cockpit:ecos:prints        hash    fingerprint → eco
    cockpit:ecos:figures       hash    hits, bytes, evicted
    cockpit:eco:terms          string  JSON of what those who send ecos hold to
    cockpit:ecos:dropped       hash    application → new ecos over its quota
    cockpit:ecos:quota:<window>:<n> hash  application → new ecos in a while; expires
    cockpit:eco:<eco>          hash    the record of one eco
    cockpit:eco:history:<eco>  list    JSON of what became of it, oldest first
    cockpit:eco:parents:<eco>  list    the newest events that led to it
    cockpit:eco:jobs:<eco>     list    the newest jobs that failed with it
    cockpit:idempotency:<claim> string who does it, then the answer; expires
    cockpit:outbox             zset    mail → epoch in ms when it was put
    cockpit:mail:<mail>        hash    envelope, state and bytes of one mail
    cockpit:lease:<name>       string  owner; expires
    cockpit:bell               channel rung when something became ready

`<service>` is `<repo>/<role>!<instance>`, `<event>` is `<type>-<stream id>`.
"""

from cockpit.events import TYPES

TOPICS = tuple(f"ckpt.{type_}" for type_ in TYPES)
ALARMS = "cockpit:alarms"
ALARMS_DUE = "cockpit:alarms:due"
ALARMS_MOVED = "cockpit:alarms:moved"
AUDIT = "cockpit:audit"
BELL = "cockpit:bell"
CALENDARS = "cockpit:calendars"
COUNTS = "cockpit:counts"
DEAD = "cockpit:dead"
DISABLED = "cockpit:disabled"
ECOS = "cockpit:ecos"
ECO_TERMS = "cockpit:eco:terms"
ECOS_DROPPED = "cockpit:ecos:dropped"
ECOS_FIGURES = "cockpit:ecos:figures"
ECOS_PRINTS = "cockpit:ecos:prints"
INDEX = "cockpit:index"
JOBS = "cockpit:jobs"
JOBS_DEAD = "cockpit:jobs:dead"
MESSAGES = "cockpit:messages"
MESSAGES_DUE = "cockpit:messages:due"
OUTBOX = "cockpit:outbox"
REFS = "cockpit:refs"
REJECTED = "cockpit:rejected"
REPLAYS = "cockpit:replays"
REPLAYS_ACTIVE = "cockpit:replays:active"
REPLAYS_LAST = "cockpit:replays:last"
RETRY = "cockpit:retry"
ROBOTS = "cockpit:robots"
RUNS = "cockpit:runs"
PEOPLE = "cockpit:people"
QUESTIONS = "cockpit:questions"
RUNS_LAST = "cockpit:runs:last"
SCHEDULE = "cockpit:schedule"
SCHEDULE_SILENT = "cockpit:schedule:silent"
SCHEDULE_TERMS = "cockpit:schedule:terms"
SERVICES = "cockpit:services"
TELEGRAM_DUE = "cockpit:telegram:due"
TELEGRAM_FIGURES = "cockpit:telegram:figures"
TELEGRAM_FOLLOWS = "cockpit:telegram:follows"
TELEGRAM_MESSAGES = "cockpit:telegram:messages"
TELEGRAM_MOVED = "cockpit:telegram:moved"
TELEGRAM_PEOPLE = "cockpit:telegram:people"
TELEGRAM_WATCHED = "cockpit:telegram:watched"
TOKENS = "cockpit:tokens"


def topic(type_: str) -> str:
    """Name the stream and channel of one event type."""
    return f"ckpt.{type_}"


def mark(text: str) -> str:
    """Name the idempotency mark of a sender's own identifier."""
    return f"cockpit:mark:{text}"


def idempotency(claim: str) -> str:
    """Name what a request with an Idempotency-Key claims, and what it was answered."""
    return f"cockpit:idempotency:{claim}"


def trail(event_id: str) -> str:
    """Name the hash of what the dispatcher decided about an event."""
    return f"cockpit:trail:{event_id}"


def job(job_id: str) -> str:
    """Name the record of a job."""
    return f"cockpit:job:{job_id}"


def tries(job_id: str) -> str:
    """Name the list of a job's attempts that did not end well."""
    return f"cockpit:tries:{job_id}"


def made(job_id: str) -> str:
    """Name the hash of what a job's calls made."""
    return f"cockpit:made:{job_id}"


def posts(job_id: str) -> str:
    """Name the hash of the replies to what a job's calls posted."""
    return f"cockpit:posts:{job_id}"


def inbox(service: str) -> str:
    """Name the list of a service's jobs."""
    return f"cockpit:inbox:{service}"


def ready(repo: str) -> str:
    """Name the list of a repo's services whose head may be taken."""
    return f"cockpit:ready:{repo}"


def solo(repo: str) -> str:
    """Name the list of a repo's services whose head must run alone."""
    return f"cockpit:solo:{repo}"


def robot(name: str) -> str:
    """Name the text that a robot says of itself."""
    return f"cockpit:robot:{name}"


def working(robot_name: str) -> str:
    """Name the hash of what a robot is running."""
    return f"cockpit:working:{robot_name}"


def data(service: str) -> str:
    """Name the hash of a service's data."""
    return f"cockpit:data:{service}"


def state(service: str) -> str:
    """Name the hash of the states of a service's actions."""
    return f"cockpit:state:{service}"


def recurred(service: str, action: str) -> str:
    """Name the list of the newest jobs of a recurring action."""
    return f"cockpit:recurred:{service}:{action}"


def templates(repo: str) -> str:
    """Name the hash of what the templates of a repository were."""
    return f"cockpit:templates:{repo}"


def mirror(repo: str) -> str:
    """Name the text that tells which node mirrored a repository last."""
    return f"cockpit:mirror:{repo}"


def mirrored(node: str, repo: str) -> str:
    """Name the hash of the files that a node wrote."""
    return f"cockpit:mirrored:{node}:{repo}"


def unmirrored(repo: str) -> str:
    """Name the hash of the services whose files are behind."""
    return f"cockpit:unmirrored:{repo}"


def mirror_again(service: str) -> tuple[str, str, str, int]:
    """Return the command by which the files of a service are written again."""
    return ("HINCRBY", unmirrored(service.partition("/")[0]), service, 1)


def run(run_id: str) -> str:
    """Name the record of a run."""
    return f"cockpit:run:{run_id}"


def replay(replay_id: str) -> str:
    """Name the record of a replay of many events."""
    return f"cockpit:replay:{replay_id}"


def message(message_id: str) -> str:
    """Name the record of a message to people."""
    return f"cockpit:message:{message_id}"


def question(question_id: str) -> str:
    """Name the record of a question."""
    return f"cockpit:question:{question_id}"


def alarms(status: str) -> str:
    """Name the alarms that are firing or resolved."""
    return f"cockpit:alarms:{status}"


def alarm(alarm_id: str) -> str:
    """Name how an alarm stands."""
    return f"cockpit:alarm:{alarm_id}"


def ecos(state: str) -> str:
    """Name the ecos that are in a state."""
    return f"cockpit:ecos:{state}"


def eco(guid: str) -> str:
    """Name the record of an eco."""
    return f"cockpit:eco:{guid}"


def eco_history(guid: str) -> str:
    """Name the list of what became of an eco."""
    return f"cockpit:eco:history:{guid}"


def eco_parents(guid: str) -> str:
    """Name the list of what led to an eco."""
    return f"cockpit:eco:parents:{guid}"


def eco_jobs(guid: str) -> str:
    """Name the list of the jobs that failed with an eco."""
    return f"cockpit:eco:jobs:{guid}"


def oauth(digest: str) -> str:
    """Name the text that somebody who logs in comes back to."""
    return f"cockpit:oauth:{digest}"


def mail(mail_id: str) -> str:
    """Name the hash of one mail in the outbox."""
    return f"cockpit:mail:{mail_id}"


def lease(name: str) -> str:
    """Name a lease."""
    return f"cockpit:lease:{name}"


def telegram_message(message_id: str) -> str:
    """Name the record of a message to a chat."""
    return f"cockpit:telegram:message:{message_id}"


def telegram_out(chat: int | str) -> str:
    """Name the list of the messages to a chat."""
    return f"cockpit:telegram:out:{chat}"


def telegram_button(token: str) -> str:
    """Name what a button does."""
    return f"cockpit:telegram:button:{token}"


def telegram_talk(chat: int, user: int) -> str:
    """Name what somebody talks about in a chat."""
    return f"cockpit:telegram:talk:{chat}:{user}"


def telegram_told(chat: int | str, what: str) -> str:
    """Name the message that tells a chat of something now."""
    return f"cockpit:telegram:told:{chat}:{what}"


def telegram_of(event_id: str) -> str:
    """Name the list of the messages about an event."""
    return f"cockpit:telegram:of:{event_id}"


def telegram_done(event_id: str) -> str:
    """Name what an order led to."""
    return f"cockpit:telegram:done:{event_id}"


def telegram_invited(digest: str) -> str:
    """Name whom a one-time link lets in."""
    return f"cockpit:telegram:invited:{digest}"


def telegram_opened(digest: str) -> str:
    """Name who opened a one-time link."""
    return f"cockpit:telegram:opened:{digest}"
