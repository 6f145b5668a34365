"""The web application that shows a run: textual-serve's, with a guard at its door."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web
from textual_serve.server import Server

from fie_tui.web.guard import COOKIE, POLICY, is_foreign, is_known

PAGE = Path(__file__).parent / "page"

MOST_VIEWERS = 8
"Each is a process of its own."

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def web_application(command: str, title: str, *, loopback: bool, token: str) -> web.Application:
    """Return the application; each view runs `command`."""
    guarded = web.Application(middlewares=[_guard(loopback=loopback, token=token), _limit()])
    server = Server(command, title=title, templates_path=PAGE)
    _add_routes(guarded, server)
    return guarded


def _add_routes(app: web.Application, server: Server) -> None:
    import aiohttp_jinja2
    import jinja2

    aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(PAGE), autoescape=True)
    app.router.add_get("/", server.handle_index, name="index")
    app.router.add_get("/ws", server.handle_websocket, name="websocket")
    app.router.add_static("/static", server.statics_path, name="static")


def _guard(*, loopback: bool, token: str) -> Callable[..., Awaitable[web.StreamResponse]]:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin", "")
        if is_foreign(request.host, origin, loopback=loopback and not token):
            raise web.HTTPForbidden(text="this page is not for other sites\n")
        offered = request.query.get("token", "")
        if token and offered and is_known(token, offered):
            return _welcome(request, token)
        if not is_known(token, request.cookies.get(COOKIE, "")):
            raise web.HTTPForbidden(text="open the address with its token\n")
        response = await handler(request)
        if not response.prepared:
            response.headers["Content-Security-Policy"] = POLICY
            response.headers["Referrer-Policy"] = "no-referrer"
            if request.path == "/":
                # A page kept for the way back would keep its view's process alive.
                response.headers["Cache-Control"] = "no-store"
        return response

    return guard


def _welcome(request: web.Request, token: str) -> web.StreamResponse:
    """Keep the token in a cookie, and out of the address from now on."""
    response = web.Response(status=303, headers={"Location": request.path})
    response.set_cookie(COOKIE, token, httponly=True, samesite="Strict", path="/")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _limit() -> Callable[..., Awaitable[web.StreamResponse]]:
    viewers = 0

    @web.middleware
    async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
        nonlocal viewers
        if request.path != "/ws":
            return await handler(request)
        if viewers >= MOST_VIEWERS:
            raise web.HTTPServiceUnavailable(text="too many look at this run already\n")
        viewers += 1
        try:
            return await handler(request)
        finally:
            viewers -= 1

    return limit
