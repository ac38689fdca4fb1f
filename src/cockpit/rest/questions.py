"""Questions to people, over HTTP."""

from typing import Literal

import falcon

from cockpit.rest.operation import operation
from cockpit.rest.payload import Body
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Page
from cockpit.rest.rooms import Rooms
from cockpit.robot import Question


class Listing(Page, frozen=True, kw_only=True):
    """Which questions to list.

    Attributes:
        state: Only those in this state; empty is all.
    """

    state: Literal["", "waiting", "answered", "over"] = ""


class Answer(Body, frozen=True):
    """An answer, and whose it is.

    Attributes:
        answer: One of the question's options, where it has some.
        by: The name of the person who answers; empty leaves it open.
    """

    answer: str
    by: str = ""


class Questions:
    """What actions ask people: an answer lets the action go on."""

    def __init__(self, rooms: Rooms) -> None:
        self._questions = rooms.questions
        self._directory = rooms.directory

    @operation(returns=list[Question])
    def on_get(self, req: falcon.Request, resp: falcon.Response, query: Listing) -> None:
        """List questions, newest first."""
        resp.media = self._questions.newest(query.limit, query.state)

    @operation(returns=Question, errors=(404,))
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, question: str) -> None:
        """Show one question."""
        with or_not_found():
            resp.media = self._questions.get(question)

    @operation(returns=Question, errors=(404,), examples={"a name": {"answer": "Ann"}})
    def on_post_answer(
        self, req: falcon.Request, resp: falcon.Response, question: str, body: Answer
    ) -> None:
        """Answer a question; the first answer counts, and the action goes on."""
        by = self._directory.get(body.by.removeprefix("@")).name if body.by else ""
        with or_not_found():
            self._questions.get(question)
        resp.media = self._questions.answer(question, body.answer, by=by)
