"""Errors over HTTP: one JSON shape, one line of text, or a page, and the status code of each."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse

from kg.errors import KgError, StoreError
from kg.model import Record


class ErrorDetail(Record):
    """What went wrong: the status code, its name in lower case with underscores, and one line that says more."""

    status: int
    code: str
    message: str


class ErrorReply(Record):
    """The one shape of every error of the API."""

    error: ErrorDetail


class RequestError(HTTPException):
    """A request that cannot be answered as put: its status and one line that says what, where, what was expected."""

    def __init__(self, status: HTTPStatus, message: str, headers: dict[str, str] | None = None) -> None:
        """Keep the status, the line and headers such as Allow or Retry-After."""
        super().__init__(status_code=int(status), detail=message, headers=headers)


def as_http_error(err: KgError) -> RequestError:
    """Return the HTTP error for one of ours: a store that cannot be read is the server's trouble, the rest the caller's."""
    status = HTTPStatus.SERVICE_UNAVAILABLE if isinstance(err, StoreError) else HTTPStatus.BAD_REQUEST
    return RequestError(status, str(err))


def error_reply(status: int, message: str) -> ErrorReply:
    """Build the shape of an API error."""
    code = HTTPStatus(status).phrase.casefold().replace(" ", "_").replace("-", "_")
    return ErrorReply(error=ErrorDetail(status=status, code=code, message=message))


def json_error(err: HTTPException) -> JSONResponse:
    """Answer with an error of the API."""
    body = error_reply(err.status_code, err.detail).model_dump(mode="json")
    return JSONResponse(body, status_code=err.status_code, headers=dict(err.headers or {}))


def text_error(err: HTTPException) -> PlainTextResponse:
    """Answer with an error as a line of text, as the SPARQL protocol asks for."""
    return PlainTextResponse(f"{err.detail}\n", status_code=err.status_code, headers=dict(err.headers or {}))
