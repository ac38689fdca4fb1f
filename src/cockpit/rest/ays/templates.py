"""`/ays/repository/{repo}/template` and `/ays/template`: templates as the original has them."""

import falcon
import msgspec

from cockpit.errors import ContentError
from cockpit.rest import etag
from cockpit.rest.ays.repositories import FileName
from cockpit.rest.operation import operation
from cockpit.rest.payload import Body
from cockpit.rest.problem import (
    Mistake,
    UnusableError,
    or_not_found,
)
from cockpit.rest.repos import is_over
from cockpit.rest.rooms import Rooms
from cockpit.rest.waiting import MAX_WAIT_S, ask_again
from cockpit.robot import TemplateFile

_ACTIONS = "def handle(event, service):\n    service.log(event.subject)\n"
_EXAMPLE = {
    "name": "mailbox",
    "schema_hrd": "who = type:str default:oncall\n",
    "service_hrd": "events.email = handle\n",
    "actions_py": _ACTIONS,
}


class NewTemplate(Body, frozen=True):
    """A template to write.

    Attributes:
        name: Its role, and what may follow after a dot: letters, digits, `-`, `_`, `.`.
        schema_hrd: The fields that its services have; empty for none.
        service_hrd: What they listen to, and how their actions are done.
        actions_py: What they do. It is executed here: that is why this needs `admin`.
    """

    name: FileName
    schema_hrd: str
    service_hrd: str = ""
    actions_py: str = ""


class NewTemplateRepo(Body, frozen=True):
    """A template repository to add.

    Attributes:
        url: Its git address; its last part without `.git` is its name here.
        branch: Of the other side.
    """

    url: str
    branch: str = "master"


class AddedTemplateRepo(msgspec.Struct, frozen=True, kw_only=True):
    """A template repository that was added.

    Attributes:
        name: What it is called in `/templates`.
    """

    name: str
    url: str
    branch: str


class AysTemplates:
    """Templates: what services listen to, have and do."""

    def __init__(self, rooms: Rooms) -> None:
        self._must_have = rooms.must_have
        self._files = rooms.template_files
        self._repos = rooms.template_repos
        self._transfers = rooms.transfers

    @operation(returns=list[TemplateFile], errors=(404,))
    def on_get(self, req: falcon.Request, resp: falcon.Response, repo: str) -> None:
        """List the templates that a repository sees, those of template repositories too."""
        with or_not_found():
            resp.media = self._files.all(repo)

    @operation(
        returns=TemplateFile,
        status=201,
        errors=(404, 409),
        headers=etag.SHOWN | {"Location": "The address of the template."},
        examples={"mailbox": _EXAMPLE},
    )
    def on_post(
        self, req: falcon.Request, resp: falcon.Response, repo: str, body: NewTemplate
    ) -> None:
        """Write a new template; it counts at once.

        A file with mistakes is refused, each as `file:line`, and nothing is written.
        """
        self._must_have(repo)
        files = {"schema.hrd": body.schema_hrd}
        files |= {"service.hrd": body.service_hrd} if body.service_hrd else {}
        files |= {"actions.py": body.actions_py} if body.actions_py else {}
        try:
            made = self._files.create(repo, body.name, files)
        except ContentError as error:
            raise UnusableError(str(error), _mistakes(str(error))) from error
        resp.status = falcon.HTTP_201
        resp.location = f"/ays/repository/{repo}/template/{made.name}"
        resp.etag = etag.tag(made)
        resp.media = made

    @operation(returns=TemplateFile, errors=(304, 404), headers=etag.SHOWN, sent=etag.ASKING)
    def on_get_one(
        self, req: falcon.Request, resp: falcon.Response, repo: str, template: str
    ) -> None:
        """Show a template with its files."""
        with or_not_found():
            found = self._files.get(repo, template)
        etag.show(req, resp, found)

    @operation(
        returns=AddedTemplateRepo,
        status=201,
        errors=(409,),
        headers={"Location": "Where the clone tells how far it is."},
    )
    def on_post_repo(
        self, req: falcon.Request, resp: falcon.Response, body: NewTemplateRepo
    ) -> None:
        """Add a template repository from git.

        The answer comes when it is cloned, at the latest after 30 seconds: then the clone goes on.
        """
        name = body.url.rstrip("/").removesuffix(".git").replace(":", "/").rpartition("/")[2]
        key = f"templates/{name}"
        self._repos.check_add(body.url, name, body.branch)
        self._transfers.begin(
            key, "clone", lambda tell: self._repos.add(body.url, name, body.branch, tell=tell)
        )
        done = ask_again(req, lambda: self._transfers.get(key), is_over, wait_s=MAX_WAIT_S)
        if done.state == "error":
            raise UnusableError(done.error)
        resp.status = falcon.HTTP_201
        resp.location = f"/templates/{name}/transfer"
        resp.media = AddedTemplateRepo(name=name, url=body.url, branch=body.branch)


def _mistakes(text: str) -> list[Mistake]:
    """Give each problem the field of the file that it is in."""
    fields = {"schema.hrd:": "/schema_hrd", "service.hrd:": "/service_hrd"}
    return [
        Mistake(
            field=next((field for file, field in fields.items() if file in line), "/actions_py"),
            detail=line,
        )
        for line in text.split("\n")
    ]
