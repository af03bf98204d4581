"""The routes of the local page. Each reads or changes what lies on the desk; nothing else is reachable.

A session is named by its id, which must be one of the library's; files are named by our own fixed list. So nothing from
a request ever becomes a path.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from analysis.audio import Playback
from analysis.report.export import SUFFIXES, rendered
from analysis.report.html import SOUND_SUFFIX
from analysis.session import Session
from cli.review import pages, requests
from cli.review.desk import Desk
from cli.review.ranges import respond

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["make_app"]

SEEN = "X-Seen"
"""The header with the token of the state that a page shows."""
STATIC = {
    "report.css": ("analysis.report", "report.css", "text/css"),
    "player.js": ("analysis.report", "player.js", "text/javascript"),
    "app.css": ("cli.review", "static/app.css", "text/css"),
    "app.js": ("cli.review", "static/app.js", "text/javascript"),
    "chart.js": ("cli.review", "static/chart.js", "text/javascript"),
    "plotly.js": ("plotly", "package_data/plotly.min.js", "text/javascript"),
}


def make_app(desk: Desk) -> Starlette:
    """The application; who may use it is `guard`'s business."""
    from starlette.applications import Starlette
    from starlette.background import BackgroundTask
    from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
    from starlette.routing import Route

    def home(request: Request) -> Response:
        return HTMLResponse(pages.library(desk.sessions()))

    def static(request: Request) -> Response:
        named = STATIC.get(request.path_params["name"])
        if named is None:
            raise KeyError(request.path_params["name"])
        package, path, kind = named
        # Ours never changes while this runs, and a cookie is needed to have it.
        return Response(files(package).joinpath(path).read_bytes(), media_type=kind)

    def show(request: Request) -> Response:
        view = desk.view(request.path_params["id"])
        session = view.session
        sound = desk.sound(session)
        trouble = sound if isinstance(sound, str) else None
        page = pages.session(view, trouble, desk.undoable(session.id))
        return StreamingResponse(page, media_type="text/html", background=BackgroundTask(desk.warm_up, session))

    def chart(request: Request) -> Response:
        return JSONResponse(desk.view(request.path_params["id"]).chart)

    def line(request: Request) -> Response:
        return HTMLResponse(pages.line(desk.view(request.path_params["id"]).session, request.path_params["line"]))

    async def sound(request: Request) -> Response:
        playback = await _threaded(lambda: desk.sound(desk.view(request.path_params["id"]).session))
        if isinstance(playback, str):
            raise KeyError("sound")
        return await respond(request, playback)

    def decoding(request: Request) -> Response:
        playback = desk.sound(desk.view(request.path_params["id"]).session)
        if isinstance(playback, str):
            return JSONResponse({"progress": 1, "trouble": playback})
        return JSONResponse({"progress": round(playback.progress, 3), "trouble": playback.trouble})

    async def change(request: Request) -> Response:
        asked = requests.read(await request.body())
        id, token = request.path_params["id"], request.headers.get(SEEN)
        before, after = await _threaded(lambda: desk.change(id, token, lambda session: requests.meant(asked, session)))
        return JSONResponse(await _threaded(lambda: pages.updated(before, after, desk.undoable(id))))

    async def undo(request: Request) -> Response:
        id, token = request.path_params["id"], request.headers.get(SEEN)
        taken = await _threaded(lambda: desk.undo(id, token))
        if taken is None:
            raise ValueError("there is nothing to take back")
        return JSONResponse(await _threaded(lambda: pages.updated(taken[0], taken[1], desk.undoable(id))))

    def download(request: Request) -> Response:
        session = desk.view(request.path_params["id"]).session
        return _exported(session, request.path_params["kind"], desk.sound(session))

    def alive(request: Request) -> Response:
        return PlainTextResponse("here")

    async def missing(request: Request, error: Exception) -> Response:
        return HTMLResponse(pages.message("Not here", "There is no such page here."), 404)

    async def refused(request: Request, error: Exception) -> Response:
        return JSONResponse({"trouble": str(error)}, 400)

    one = "/sessions/{id}"
    return Starlette(
        routes=[
            Route("/", home),
            Route("/alive", alive),
            Route("/static/{name}", static),
            Route(one, show),
            Route(f"{one}/chart", chart),
            Route(f"{one}/lines/{{line}}", line),
            Route(f"{one}/sound.wav", sound),
            Route(f"{one}/decoding", decoding),
            Route(f"{one}/export/{{kind}}", download),
            Route(f"{one}/changes", change, methods=["POST"]),
            Route(f"{one}/undo", undo, methods=["POST"]),
        ],
        exception_handlers={404: missing, KeyError: missing, ValueError: refused},
    )


async def _threaded(work: Callable[[], Any]) -> Any:
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(work)


def _exported(session: Session, kind: str, sound: Playback | str) -> Response:
    """The export in this format, to be saved under a name of ours; KeyError if there is no such format.

    It is made in memory: what the browser does not save is nowhere.
    """
    from starlette.responses import Response

    day = session.recorded_at[:10]
    name = f"talk-{day}" if re.fullmatch(r"\d{4}-\d\d-\d\d", day, re.ASCII) else "talk"
    beside = f"{name}{SOUND_SUFFIX}" if isinstance(sound, Playback) and sound.trouble is None else None
    body: str | bytes
    if kind == SOUND_SUFFIX[1:] and isinstance(sound, Playback):
        suffix, body = SOUND_SUFFIX, sound.flac()
        if sound.trouble is not None:
            raise ValueError(sound.trouble)
    else:
        suffix = next((suffix for suffix in SUFFIXES if suffix[1:].lower() == kind.lower()), "")
        if not suffix:
            raise KeyError(kind)
        body = rendered(session, suffix, beside)
    headers = {"Content-Disposition": f'attachment; filename="{name}{suffix}"'}
    return Response(body, headers=headers, media_type="application/octet-stream")
