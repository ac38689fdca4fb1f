"""Questions to people, over HTTP."""

import falcon

from cockpit.errors import InputError
from cockpit.rest.operation import operation
from cockpit.rest.payload import Body
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Page
from cockpit.rest.rooms import Rooms
from cockpit.robot import QUESTION_STATES, Question


class Listing(Page, frozen=True, kw_only=True):
    """Which questions to list."""

    state: str = ""


class Answer(Body, frozen=True):
    """An answer, and whose it is."""

    answer: str
    by: str = ""


class Questions:
    """`/questions` and what is below it."""

    def __init__(self, rooms: Rooms) -> None:
        self._questions = rooms.questions
        self._directory = rooms.directory

    @operation(returns=list[Question])
    def on_get(self, req: falcon.Request, resp: falcon.Response, query: Listing) -> None:
        """List questions, newest first."""
        if query.state and query.state not in QUESTION_STATES:
            raise InputError(f"state: {query.state!r:.80} is none of {', '.join(QUESTION_STATES)}")
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
