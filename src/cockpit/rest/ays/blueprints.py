"""`/ays/repository/{repo}/blueprint`: blueprints as files, and executing them."""

from collections.abc import Iterator
from contextlib import contextmanager

import falcon
import msgspec

from cockpit.errors import ContentError
from cockpit.rest import etag
from cockpit.rest.ays.repositories import FileName
from cockpit.rest.operation import operation
from cockpit.rest.payload import Body
from cockpit.rest.problem import (
    Mistake,
    UnreadableError,
    UnusableError,
    or_not_found,
)
from cockpit.rest.rooms import Rooms
from cockpit.robot import BlueprintFile, BlueprintFolder, Executed

ALL = "-"
_EXAMPLE = {"name": "2_desk.yaml", "content": "helpdesk__two:\n  oncall: ann\n"}


class Content(Body, frozen=True, kw_only=True):
    """What a blueprint says, beside what clients of the original send back with it."""

    content: str
    archived: bool = False
    hash: str = ""
    path: str = ""


class NewBlueprint(Content, frozen=True, kw_only=True):
    """A blueprint to write.

    Attributes:
        name: Of its file: letters, digits, `-`, `_`, `.`.
        content: YAML, `TEMPLATE__INSTANCE` and its arguments.
        archived: Not looked at: it is not archived.
        hash: Not looked at.
        path: Not looked at.
    """

    name: FileName


class Edited(Content, frozen=True, kw_only=True):
    """A new content of a blueprint.

    Attributes:
        name: That of the address, or nothing.
        content: YAML, `TEMPLATE__INSTANCE` and its arguments.
        archived: As it was shown; not looked at.
        hash: As it was shown; not looked at. `If-Match` has the tag.
        path: As it was shown; not looked at.
    """

    name: str = ""


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Which blueprints to list.

    Attributes:
        archived: Whether those are listed too that are archived.
    """

    archived: bool = True


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """For which services to execute a blueprint.

    Attributes:
        role: Only for services of exactly this role; empty is all.
        instance: Only for services of exactly this instance; empty is all.
    """

    role: str = ""
    instance: str = ""


class AysBlueprints:
    """Blueprints: the files that say which services there shall be."""

    def __init__(self, rooms: Rooms) -> None:
        self._files = rooms.blueprint_files
        self._catalog = rooms.catalog
        self._must_have = rooms.must_have

    @operation(returns=list[BlueprintFile], errors=(404,))
    def on_get(self, req: falcon.Request, resp: falcon.Response, repo: str, query: Listing) -> None:
        """List blueprints in the order of their execution."""
        with or_not_found():
            folder = self._files.of(repo)
        resp.media = [one for one in folder.all() if query.archived or not one.archived]

    @operation(
        returns=BlueprintFile,
        status=201,
        errors=(404, 409),
        headers=etag.SHOWN | {"Location": "The address of the blueprint."},
        examples={"desk": _EXAMPLE},
    )
    def on_post(
        self, req: falcon.Request, resp: falcon.Response, repo: str, body: NewBlueprint
    ) -> None:
        """Write a new blueprint; it is not executed yet.

        What is no blueprint is 400, with each problem as `file:line`.
        """
        self._must_have(repo)
        with self._files.alone(repo) as folder, _sound(UnreadableError):
            made = folder.create(body.name, body.content)
        _created(resp, repo, made)

    @operation(returns=BlueprintFile, errors=(304, 404), headers=etag.SHOWN, sent=etag.ASKING)
    def on_get_one(
        self, req: falcon.Request, resp: falcon.Response, repo: str, blueprint: str
    ) -> None:
        """Show a blueprint; an archived one also by the name that it had before."""
        etag.show(req, resp, self._one(repo, blueprint))

    @operation(returns=Executed, errors=(404,))
    def on_post_one(
        self, req: falcon.Request, resp: falcon.Response, repo: str, blueprint: str, query: Part
    ) -> None:
        """Execute a blueprint: make services, or change what changed.

        `-` means all that are not archived, in order. Nothing is installed: that is a run.
        """
        self._must_have(repo)
        name = blueprint if blueprint == ALL else self._one(repo, blueprint).name
        resp.media = self._catalog.execute(repo, name, role=query.role, instance=query.instance)

    @operation(
        returns=BlueprintFile,
        also=(201,),
        errors=(404, 409, 412),
        headers=etag.SHOWN,
        sent=etag.WRITING,
        examples={"desk": {"content": _EXAMPLE["content"]}},
    )
    def on_put_one(
        self, req: falcon.Request, resp: falcon.Response, repo: str, blueprint: str, body: Edited
    ) -> None:
        """Change a blueprint; it is not executed yet.

        What is no blueprint is refused (422), each problem as `file:line`, and the file stays as it
        is. `If-None-Match: *` makes a new one (201).
        """
        self._must_have(repo)
        with self._files.alone(repo) as folder, _sound(UnusableError):
            there = folder.find(blueprint)
            if body.name not in ("", blueprint, there and there.name):
                raise UnusableError(
                    f"name: {body.name:.80} is not {blueprint:.80}, as the address says",
                    [Mistake(field="/name", detail="the address has another one")],
                )
            etag.must_match(req, there)
            if there is None and req.if_none_match == ["*"]:
                _created(resp, repo, folder.create(blueprint, body.content))
                return
            with or_not_found():
                there = folder.get(blueprint)
            made = folder.update(there, body.content)
        _changed(resp, made)

    @operation(status=204, errors=(404, 409, 412, 422), sent=etag.EDITING)
    def on_delete_one(
        self, req: falcon.Request, resp: falcon.Response, repo: str, blueprint: str
    ) -> None:
        """Move a blueprint to the trash.

        While services that it alone describes are there, it is refused (409): they would be
        left behind, or lost without an uninstall. Delete them first, or archive it.
        """
        with self._editing(req, repo, blueprint) as (folder, there):
            folder.remove(there)
        resp.status = falcon.HTTP_204

    @operation(
        returns=BlueprintFile, errors=(404, 409, 412, 422), headers=etag.SHOWN, sent=etag.EDITING
    )
    def on_put_archive(
        self, req: falcon.Request, resp: falcon.Response, repo: str, blueprint: str
    ) -> None:
        """Have a blueprint executed with the others no more; its file is called `_NAME` then."""
        with self._editing(req, repo, blueprint) as (folder, there):
            made = folder.archive(there)
        _changed(resp, made)

    @operation(
        returns=BlueprintFile, errors=(404, 409, 412, 422), headers=etag.SHOWN, sent=etag.EDITING
    )
    def on_put_restore(
        self, req: falcon.Request, resp: falcon.Response, repo: str, blueprint: str
    ) -> None:
        """Have an archived blueprint executed with the others again."""
        with self._editing(req, repo, blueprint) as (folder, there):
            made = folder.restore(there)
        _changed(resp, made)

    @contextmanager
    def _editing(
        self, req: falcon.Request, repo: str, name: str
    ) -> Iterator[tuple[BlueprintFolder, BlueprintFile]]:
        """Lend a blueprint, as its author saw it, and the folder that changes it."""
        self._must_have(repo)
        with self._files.alone(repo) as folder:
            with or_not_found():
                there = folder.get(name)
            etag.must_match(req, there)
            yield folder, there

    def _one(self, repo: str, name: str) -> BlueprintFile:
        with or_not_found():
            return self._files.of(repo).get(name)


def _created(resp: falcon.Response, repo: str, made: BlueprintFile) -> None:
    resp.status = falcon.HTTP_201
    resp.location = f"/ays/repository/{repo}/blueprint/{made.name}"
    _changed(resp, made)


def _changed(resp: falcon.Response, made: BlueprintFile) -> None:
    resp.etag = etag.tag(made)
    resp.media = made


@contextmanager
def _sound(refusal: type[UnreadableError | UnusableError]) -> Iterator[None]:
    """Tell each problem of a content with its place."""
    try:
        yield
    except ContentError as error:
        lines = str(error).split("\n")
        mistakes = [Mistake(field="/content", detail=line) for line in lines]
        raise refusal(str(error), mistakes) from error
