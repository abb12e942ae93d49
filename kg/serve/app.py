"""The web application: routes, headers of every answer, and the form of errors."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Any

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
from kg.serve.address import address_of
from kg.serve.api import api_routes
from kg.serve.description import Describer
from kg.serve.formats import GRAPH_FORMATS, by_media_type, with_charset
from kg.serve.graphs import GraphStore
from kg.serve.http_errors import as_http_error, json_error, text_error
from kg.serve.keys import KeyRing
from kg.serve.limited import QueryLimits, Workers
from kg.serve.negotiation import choose_media_type
from kg.serve.pages import Pages
from kg.serve.snapshot import Library
from kg.serve.sparql import EndpointSettings, SparqlEndpoint, not_acceptable
from kg.store import Store

_OPEN = ("/sparql", "/api/", "/graphs", "/void")  # pages of other sites may read these, where the owner lets them
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
_READING = "GET, HEAD, POST, OPTIONS"  # a query may be sent by POST; what is written needs the header Authorization
_PREFLIGHT = {
    "Access-Control-Allow-Methods": _READING,
    "Access-Control-Allow-Headers": "Accept, Content-Type",
    "Access-Control-Max-Age": "86400",
}


class Headers:
    """Adds the headers of safety to every answer, and those of sharing for reading, and answers preflights."""

    def __init__(self, app: ASGIApp, shared_with: tuple[str, ...] = ()) -> None:
        """Wrap an application.

        Args:
            app: the application.
            shared_with: origins whose pages may read the open addresses; "*" is every one.
        """
        self._app = app
        self._shared_with = frozenset(shared_with)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_open = bool(self._shared_with) and scope["path"].startswith(_OPEN)
        origin = _header(scope, b"origin") if is_open else None
        extra = _ALWAYS | (self._sharing(origin) if is_open else {})

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in extra.items():
                    headers.setdefault(name, value)
                if is_open and "*" not in self._shared_with:
                    headers.add_vary_header("Origin")
            await send(message)

        is_preflight = scope["method"] == "OPTIONS" and _header(scope, b"access-control-request-method") is not None
        if is_preflight and "Access-Control-Allow-Origin" in extra:
            preflight = Response(status_code=HTTPStatus.NO_CONTENT, headers=_PREFLIGHT)
            await preflight(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)

    def _sharing(self, origin: str | None) -> dict[str, str]:
        exposed = {"Access-Control-Expose-Headers": "ETag"}
        if "*" in self._shared_with:
            return {"Access-Control-Allow-Origin": "*"} | exposed
        return {"Access-Control-Allow-Origin": origin} | exposed if origin and origin in self._shared_with else {}


def _header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


class Application(Starlette):
    """The whole server. SPARQL and graphs are answered without the machinery that the pages need: it costs time."""

    def __init__(self, quick: Mapping[str, ASGIApp], shared_with: tuple[str, ...], **settings: Any) -> None:
        """Keep what answers which path, and all below it."""
        super().__init__(**settings)
        self._quick = {path: Headers(app, shared_with) for path, app in quick.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http":
            path = scope["path"]
            quick = self._quick.get(path) or self._quick.get("/" + path.split("/", 2)[1] + "/")
            if quick is not None:
                await quick(scope, receive, send)
                return
        await super().__call__(scope, receive, send)


def create_app(
    store: Store | Library,
    limits: QueryLimits | None = None,
    *,
    settings: EndpointSettings | None = None,
    keys: KeyRing | None = None,
    shared_with: tuple[str, ...] = (),
) -> Application:
    """Make the application that serves a store.

    A store that is open read-only is read anew when another process has changed it.

    Args:
        store: the store.
        limits: what a query may cost, in place of those in ``settings``.
        settings: of the endpoint.
        keys: of those who may write; without any, nobody may. A store in memory cannot be written.
        shared_with: origins whose pages may read the data; "*" is every one.

    Raises:
        StoreError: the store cannot be read, or its records are not ours.
    """
    library = Library(store) if isinstance(store, Store) else store
    settings = settings or EndpointSettings()
    if limits is not None:
        settings = replace(settings, limits=limits)
    is_in_memory = library.store.path is None and not library.store.is_remote
    keys = KeyRing(None) if keys is None or is_in_memory else keys
    pages = Pages(library)
    workers = Workers(lambda: library.location, settings.limits)
    describer = Describer(library, workers, settings.limits, union=settings.union_default_graph)
    endpoint = SparqlEndpoint(library, workers, keys, settings, describer, pages.sparql)
    graph_store = GraphStore(library, workers, keys, settings)

    async def describe_data(request: Request) -> Response:
        formats = by_media_type(GRAPH_FORMATS)
        media_type = choose_media_type(request.headers.get("accept"), list(formats))
        if media_type is None:
            raise not_acceptable(list(formats))
        address = address_of(request, settings.public_url)
        endpoint_address = f"{address.removesuffix('/void')}/sparql"
        body = await describer.describe_data(address, endpoint_address, formats[media_type])
        return Response(body, media_type=with_charset(media_type), headers={"Vary": "Accept"})

    def go_to_description(request: Request) -> Response:
        return RedirectResponse("/void", HTTPStatus.SEE_OTHER)

    @asynccontextmanager
    async def run_workers(app: Starlette) -> AsyncIterator[None]:
        workers.start()
        try:
            yield
        finally:
            workers.close()

    def go_to_icon(request: Request) -> Response:
        return RedirectResponse("/static/icon.svg")

    def answer_http_error(request: Request, err: Exception) -> Response:
        if not isinstance(err, HTTPException):
            raise err
        if request.url.path.startswith("/api"):
            return json_error(err)
        return (
            text_error(err)
            if request.url.path.startswith(("/static", "/void", "/.well-known"))
            else pages.error(request, err)
        )

    def answer_kg_error(request: Request, err: Exception) -> Response:
        if not isinstance(err, KgError):
            raise err
        return answer_http_error(request, as_http_error(err))

    def answer_bug(request: Request, err: Exception) -> Response:
        return answer_http_error(request, HTTPException(HTTPStatus.INTERNAL_SERVER_ERROR))

    return Application(
        {"/sparql": endpoint, "/sparql/": endpoint, "/graphs": graph_store, "/graphs/": graph_store},
        shared_with,
        routes=[
            *pages.routes(),
            *api_routes(library),
            Route("/void", describe_data),
            Route("/.well-known/void", go_to_description),
            Route("/favicon.ico", go_to_icon),
            Mount("/static", StaticFiles(packages=[("kg.serve", "static")])),
        ],
        middleware=[
            Middleware(Headers, shared_with=shared_with),
            Middleware(GZipMiddleware, minimum_size=1000),
        ],
        exception_handlers={HTTPException: answer_http_error, KgError: answer_kg_error, Exception: answer_bug},
        lifespan=run_workers,
    )
