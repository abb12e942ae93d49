"""The web application: routes, headers of every answer, and the form of errors."""

from http import HTTPStatus

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.errors import KgError
from kg.serve.api import api_routes
from kg.serve.http_errors import as_http_error, json_error, text_error
from kg.serve.limited import QueryLimits
from kg.serve.pages import Pages
from kg.serve.snapshot import Library
from kg.serve.sparql import METHODS, SparqlEndpoint
from kg.store import Store

_OPEN = ("/sparql", "/api/")  # pages of other sites may ask these; nothing can be changed here
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_SHARED = {"Access-Control-Allow-Origin": "*"}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


class Headers:
    """Adds the headers of safety to every answer, those of sharing to the open addresses, and answers preflights."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        extra = _ALWAYS | (_SHARED if scope["path"].startswith(_OPEN) else {})

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in extra.items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["method"] == "OPTIONS" and scope["path"].startswith(_OPEN):
            preflight = Response(status_code=HTTPStatus.NO_CONTENT, headers=_PREFLIGHT | {"Allow": ", ".join(METHODS)})
            await preflight(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)


def create_app(store: Store | Library, limits: QueryLimits | None = None) -> Starlette:
    """Make the application that serves a store.

    A store that is open read-only is read anew when another process has changed it.

    Raises:
        StoreError: the store cannot be read, or its records are not ours.
    """
    library = Library(store) if isinstance(store, Store) else store
    pages = Pages(library)
    endpoint = SparqlEndpoint(library, limits or QueryLimits(), pages.sparql)

    def go_to_icon(request: Request) -> Response:
        return RedirectResponse("/static/icon.svg")

    def answer_http_error(request: Request, err: Exception) -> Response:
        if not isinstance(err, HTTPException):
            raise err
        if request.url.path.startswith("/api"):
            return json_error(err)
        return text_error(err) if request.url.path.startswith(("/sparql", "/static")) else pages.error(request, err)

    def answer_kg_error(request: Request, err: Exception) -> Response:
        if not isinstance(err, KgError):
            raise err
        return answer_http_error(request, as_http_error(err))

    def answer_bug(request: Request, err: Exception) -> Response:
        return answer_http_error(request, HTTPException(HTTPStatus.INTERNAL_SERVER_ERROR))

    return Starlette(
        routes=[
            *pages.routes(),
            Route("/sparql", endpoint.handle, methods=METHODS),
            Route("/sparql/", endpoint.handle, methods=METHODS),
            *api_routes(library),
            Route("/favicon.ico", go_to_icon),
            Mount("/static", StaticFiles(packages=[("kg.serve", "static")])),
        ],
        middleware=[Middleware(Headers), Middleware(GZipMiddleware, minimum_size=1000)],
        exception_handlers={HTTPException: answer_http_error, KgError: answer_kg_error, Exception: answer_bug},
    )
