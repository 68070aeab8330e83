"""The web app: the files that `make web` builds, under /app/."""

import mimetypes
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

DIST = Path(__file__).resolve().parent.parent / "web" / "dist"
# The mail preview shows pictures from anywhere, in a frame that runs no script; Mantine writes style attributes.
_CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https: http:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_FOREVER = "public, max-age=31536000, immutable"
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Campaign Flow</title>
<body style="font:16px/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem">
<h1>The web app is not built</h1><p>Run <code>make web</code> (<code>make demo</code> and <code>make serve</code> do it
by themselves), then load this page again. The API is here: <a href="/docs">/docs</a>.</p></body></html>"""


class _Pages(StaticFiles):
    """Every path that is no file is a page of the app: the app finds out which."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or the app's page; files in `assets/` carry a hash in their name, and never change."""
        fixed = path.startswith("assets/")
        try:
            answer = await (self._asset(path, scope) if fixed else super().get_response(path, scope))
        except HTTPException as error:
            if error.status_code != 404 or fixed:
                raise
            answer = await self._page(scope)
        answer.headers.update({**_HEADERS, "Cache-Control": _FOREVER if fixed else "no-cache"})
        return answer

    async def _asset(self, path: str, scope: Scope) -> Response:
        """As `scripts.web` packed it, where the browser can unpack it."""
        packed = f"{path}.gz"
        accepted = Headers(scope=scope).get("accept-encoding", "")
        _, found = await run_in_threadpool(self.lookup_path, packed)
        if "gzip" not in accepted or found is None:
            return await super().get_response(path, scope)
        answer = await super().get_response(packed, scope)
        if answer.status_code == 200:
            answer.headers["Content-Type"] = mimetypes.guess_type(path)[0] or "application/octet-stream"
            answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Vary"] = "Accept-Encoding"
        return answer

    async def check_config(self) -> None:
        """The folder may come later."""

    async def _page(self, scope: Scope) -> Response:
        try:
            return await super().get_response("index.html", scope)
        except HTTPException:
            return HTMLResponse(_NOT_BUILT, 503)


def install(app: FastAPI, folder: Path) -> None:
    """Serve the app that is built into `folder` under /app/, and lead / there. It may be built while we serve."""

    @app.get("/", include_in_schema=False)
    async def root() -> RedirectResponse:
        return RedirectResponse("/app/")

    app.mount("/app", _Pages(directory=folder, html=True, check_dir=False), name="web")
