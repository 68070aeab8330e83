"""The builder in a real Chromium: how much script its first page takes, how soon a big drawing opens, how fluid it is.

A drawing of two nodes is opened in turn with the big one: what every page costs on this machine. Beside the clock
stands what the page's main thread computed, which a machine that is busy with other things does not lengthen.
"""

from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import psutil
from playwright.async_api import Browser, Page, Response, async_playwright

from benchmarks.flows import large
from benchmarks.installation import Installation, Report, percentile
from domain.flow import Flow
from stack import chromium
from stack.run_folder import ROOT

_BUILT = Path(ROOT) / "web" / "dist" / "index.html"
_OPENED = 5
_MOVES = 60
_LIMIT_KB, _LIMIT_MS, _LIMIT_FRAME_MS = 350, 1000, 50
# a big drawing opens at its beginning, where cards can be read: drawn is when no further card comes
_WATCH = """(() => {
    let before = 0;
    const look = () => {
        const cards = document.querySelectorAll('.react-flow__node .step').length;
        const ways = document.querySelectorAll('.react-flow__edge-path').length;
        if (cards > 1 && ways > 0 && cards === before) window.drawnAt = performance.now();
        else requestAnimationFrame(look);
        before = cards;
    };
    requestAnimationFrame(look);
})()"""
_COUNT_FRAMES = """() => {
    window.frames_ = [];
    let last = performance.now();
    const count = () => {
        const now = performance.now();
        window.frames_.push(now - last);
        last = now;
        if (window.frames_) requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
}"""
_TAKE_FRAMES = "() => { const taken = window.frames_; window.frames_ = null; return taken; }"


@dataclass(frozen=True)
class _Took:
    """Milliseconds: on the clock, and of the page's main thread."""

    clock: float
    computed: float


@dataclass(frozen=True)
class _App:
    """Where the app is, and the key it is signed in with."""

    url: str
    key: str

    def page(self, path: str) -> str:
        """An address that signs in."""
        return f"{self.url}/app/{path}#key={self.key}"


async def measure(installation: Installation, nodes: int) -> Report:
    """Draw a campaign of so many nodes, open it, drag in it."""
    if not _BUILT.exists():
        installation.say("the web app is not built: the builder is not measured")
        return Report()
    app = _App(installation.stack.url("api"), installation.stack.keys["api_key"])
    drawings = {"small": large(2), "large": large(nodes)}
    for slug, flow in drawings.items():
        await _create(app, f"bench-{slug}", flow)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.ARGUMENTS)
        try:
            script = await _script_bytes(browser, app)
            opened: dict[str, list[_Took]] = {slug: [] for slug in drawings}
            page = await browser.new_page(viewport={"width": 1440, "height": 900})
            for _ in range(_OPENED):
                for slug in drawings:
                    opened[slug].append(await _open(page, app, slug))
            frames, computed = await _drag(page)
        finally:
            await browser.close()
    return _report(len(drawings["large"].nodes), script, opened, frames, computed)


async def _create(app: _App, slug: str, flow: Flow) -> None:
    headers = {"Authorization": f"Bearer {app.key}"}
    body = {"slug": slug, "name": slug, "flow": flow.model_dump(mode="json", by_alias=True)}
    async with httpx.AsyncClient(base_url=app.url, headers=headers, trust_env=False, timeout=60) as api:
        answer = await api.post("/campaigns", json=body)
        if answer.status_code != httpx.codes.CONFLICT:
            answer.raise_for_status()


async def _script_bytes(browser: Browser, app: _App) -> int:
    """What a new visitor's first page fetches of scripts, as it comes over the wire."""
    context = await browser.new_context()
    page = await context.new_page()
    found: list[Response] = []

    def keep(response: Response) -> None:  # Playwright marks what it calls: a built-in method can't be marked
        found.append(response)

    page.on("response", keep)
    await page.goto(app.page("campaigns"), wait_until="networkidle")
    sizes = [
        (await response.request.sizes())["responseBodySize"]
        for response in found
        if response.request.resource_type == "script"
    ]
    await context.close()
    return sum(sizes)


def _main_threads() -> dict[int, float]:
    """Milliseconds that the main thread of each of the browser's pages computed, by process."""
    found: dict[int, float] = {}
    for process in psutil.Process().children(recursive=True):
        try:
            if "--type=renderer" in process.cmdline():
                found |= {one.id: 1000 * (one.user_time + one.system_time) for one in process.threads()[:1]}
        except psutil.Error:
            continue
    return found


def _computed(before: dict[int, float]) -> float:
    """What was computed since."""
    return sum(now - before.get(thread, 0.0) for thread, now in _main_threads().items())


async def _open(page: Page, app: _App, slug: str) -> _Took:
    """From asking for the page to every card and way in sight being drawn."""
    await page.goto("about:blank")
    before = _main_threads()
    await page.goto(app.page(f"campaigns/bench-{slug}/edit"), wait_until="commit")
    await page.evaluate(_WATCH)
    drawn: float | None = None
    while drawn is None:
        await page.wait_for_timeout(50)
        drawn = await page.evaluate("() => window.drawnAt ?? null")
    computed = _computed(before)
    await page.wait_for_timeout(500)
    return _Took(drawn, computed)


async def _drag(page: Page) -> tuple[list[float], float]:
    """Milliseconds of each frame while a card is dragged about, and what a move of the mouse made the page compute."""
    box: Any = await page.locator(".react-flow__node").nth(2).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.evaluate(_COUNT_FRAMES)
    before = _main_threads()
    for step in range(_MOVES):
        await page.mouse.move(x + 4 * step, y + 2 * step)
        await page.wait_for_timeout(16)
    computed = _computed(before) / _MOVES
    frames: list[float] = await page.evaluate(_TAKE_FRAMES)
    await page.mouse.up()
    return frames[1:], computed


def _typical(took: list[_Took]) -> _Took:
    return _Took(median(each.clock for each in took), median(each.computed for each in took))


def _report(nodes: int, script: int, opened: dict[str, list[_Took]], frames: list[float], computed: float) -> Report:
    kilobytes = script / 1024
    small, big = _typical(opened["small"]), _typical(opened["large"])
    middle, late = median(frames), percentile(frames, 0.95)
    return Report(
        figures={
            "builder": {
                "script_kb": round(kilobytes, 1),
                "open_ms": round(big.clock),
                "drag_p95_ms": round(late, 1),
            },
            "web_first_page_script_kb": round(kilobytes, 1),
            "builder_nodes": nodes,
            "builder_open_ms": {
                "median": round(big.clock),
                "computed": round(big.computed),
                "of_two_nodes": round(small.clock),
                "of_two_nodes_computed": round(small.computed),
            },
            "builder_drag_frame_ms": {
                "median": round(middle, 1),
                "p95": round(late, 1),
                "computed": round(computed, 1),
            },
        },
        rows=[
            ("script of the app's first page, compressed", f"{kilobytes:.0f} KB", "", f"at most {_LIMIT_KB} KB"),
            (
                f"the builder opens {nodes} nodes",
                f"{big.clock:.0f} ms, {big.computed:.0f} ms of it computing",
                f"{small.clock:.0f} ms, {small.computed:.0f} ms for 2 nodes",
                f"at most {_LIMIT_MS} ms",
            ),
            (
                f"a frame while one of {nodes} nodes is dragged",
                f"{middle:.0f} ms, p95 {late:.0f} ms, {computed:.1f} ms of it computing",
                "",
                f"p95 at most {_LIMIT_FRAME_MS} ms",
            ),
        ],
    )
