"""The AYS robot: events in the log become jobs of services, and their actions run.

Group → Dispatcher → inbox → Worker → Runner → action → Trail

`Catalog` knows repositories and services, `Inboxes` moves jobs by Lua, `Timers` brings back what
is due, `Jobs` and `Trail` show what happened and why, `Worktrees` handles repositories with git,
`Search` finds events, `Replays` appends many again,
`Mirror` keeps services as files, `BlueprintFiles` and `TemplateFiles` what people edit from afar.
Doors use only the names listed here.
"""

from cockpit.robot.actions import Actions
from cockpit.robot.announcements import Announcements
from cockpit.robot.attempt import Context
from cockpit.robot.blueprint_files import BlueprintFiles
from cockpit.robot.blueprint_folder import BlueprintFile, BlueprintFolder
from cockpit.robot.bookkeeper import Bookkeeper
from cockpit.robot.capture import Stream
from cockpit.robot.catalog import Catalog, Executed, ServiceRow
from cockpit.robot.changes import Changes
from cockpit.robot.dispatcher import Dispatcher
from cockpit.robot.doubts import Doubts
from cockpit.robot.failures import Failures
from cockpit.robot.inboxes import LEASE_S, Due, Inboxes, Outcome
from cockpit.robot.job import Job, Taken
from cockpit.robot.jobs import Jobs
from cockpit.robot.losses import Losses
from cockpit.robot.matcher import Index
from cockpit.robot.messages import STATES as MESSAGE_STATES
from cockpit.robot.messages import Message, Messages
from cockpit.robot.mirror import Conflict, Mirror
from cockpit.robot.monitoring import Monitoring
from cockpit.robot.named_folder import NamedFolder
from cockpit.robot.poster import Poster
from cockpit.robot.postman import Postman
from cockpit.robot.posts import Posts
from cockpit.robot.questions import STATES as QUESTION_STATES
from cockpit.robot.questions import Question, Questions, UnansweredError
from cockpit.robot.recorder import Recorder
from cockpit.robot.replays import Rate, Replay, Replays
from cockpit.robot.restoring import Resolved, Restored
from cockpit.robot.runner import Defaults, Runner
from cockpit.robot.runs import Part, Runs, RunView, Selection
from cockpit.robot.schedule import Planned, Schedule
from cockpit.robot.search import (
    Epoch,
    Found,
    Search,
    Types,
    Wanted,
    Where,
    event_filter,
    split_types,
    wants,
)
from cockpit.robot.sieve import Match, Refused
from cockpit.robot.sole_writer import SoleWriter
from cockpit.robot.template_files import TemplateFile, TemplateFiles
from cockpit.robot.template_repos import Removed, TemplateRepo, TemplateRepos
from cockpit.robot.timers import Timers
from cockpit.robot.trail import Trail, Why
from cockpit.robot.transfers import Transfer, Transfers
from cockpit.robot.worker import Worker
from cockpit.robot.worktree import Committed, Entry
from cockpit.robot.worktrees import Cloned, Deleted, RepoRow, RepoStatus, Worktrees

__all__ = [
    "LEASE_S",
    "MESSAGE_STATES",
    "QUESTION_STATES",
    "Actions",
    "Announcements",
    "BlueprintFile",
    "BlueprintFiles",
    "BlueprintFolder",
    "Bookkeeper",
    "Catalog",
    "Changes",
    "Cloned",
    "Committed",
    "Conflict",
    "Context",
    "Defaults",
    "Deleted",
    "Dispatcher",
    "Doubts",
    "Due",
    "Entry",
    "Epoch",
    "Executed",
    "Failures",
    "Found",
    "Inboxes",
    "Index",
    "Job",
    "Jobs",
    "Losses",
    "Match",
    "Message",
    "Messages",
    "Mirror",
    "Monitoring",
    "NamedFolder",
    "Outcome",
    "Part",
    "Planned",
    "Poster",
    "Postman",
    "Posts",
    "Question",
    "Questions",
    "Rate",
    "Recorder",
    "Refused",
    "Removed",
    "Replay",
    "Replays",
    "RepoRow",
    "RepoStatus",
    "Resolved",
    "Restored",
    "RunView",
    "Runner",
    "Runs",
    "Schedule",
    "Search",
    "Selection",
    "ServiceRow",
    "SoleWriter",
    "Stream",
    "Taken",
    "TemplateFile",
    "TemplateFiles",
    "TemplateRepo",
    "TemplateRepos",
    "Timers",
    "Trail",
    "Transfer",
    "Transfers",
    "Types",
    "UnansweredError",
    "Wanted",
    "Where",
    "Why",
    "Worker",
    "Worktrees",
    "event_filter",
    "split_types",
    "wants",
]
