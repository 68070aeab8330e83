"""`python -m stack.serve`: the whole stack without an example, until Ctrl-C."""

import asyncio
import contextlib
import signal

from config.settings import Settings
from config.shutdown import exit_process
from stack.console import Console, describe
from stack.processes import StackError
from stack.run_folder import RunFolder
from stack.supervisor import Stack, StackOptions


def stop_on_signals() -> asyncio.Event:
    """An event that Ctrl-C, SIGTERM or a closed terminal sets."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    return stop


async def until_stopped(stack: Stack, stop: asyncio.Event) -> None:
    """Wait for the signal. Raises StackError when a process can't be kept alive."""
    stopped = asyncio.ensure_future(stop.wait())
    failed = asyncio.ensure_future(stack.failure())
    await asyncio.wait([stopped, failed], return_when=asyncio.FIRST_COMPLETED)
    for waiting in (stopped, failed):
        if not waiting.done():
            waiting.cancel()
    if failed.done() and not failed.cancelled():
        raise failed.result()


async def enter(exits: contextlib.AsyncExitStack, stack: Stack, stop: asyncio.Event) -> bool:
    """Start the stack unless the signal comes first; False then, with everything ended."""
    starting = asyncio.ensure_future(exits.enter_async_context(stack))
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait([starting, stopped], return_when=asyncio.FIRST_COMPLETED)
    if starting.done():
        stopped.cancel()
        await starting
        return True
    starting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await starting
    return False


async def serve(console: Console, options: StackOptions | None = None) -> int:
    """Run until stopped, as the settings say or with options of one's own; the exit code."""
    folder = RunFolder("serve")
    if not folder.acquire():
        urls = folder.state().get("urls", {})
        console.say(f"already running at {urls.get('api', '(starting)')} - see {folder.path / 'stack.json'}")
        return 0
    stop = stop_on_signals()
    async with contextlib.AsyncExitStack() as exits:
        options = options or StackOptions(opt_in=Settings().consent_default == "opt_in")
        stack = Stack(folder, options, console.say)
        if not await enter(exits, stack, stop):
            return 130
        console.addresses(stack)
        await until_stopped(stack, stop)
        console.say("stopping")
        return 1 if stack.complaints() else 0


def main() -> None:
    """Serve, and end with the code of how it went."""
    describe(__doc__)
    console = Console()
    try:
        code = asyncio.run(serve(console))
    except StackError as error:
        console.problem(str(error))
        code = 1
    except Exception:
        console.rich.print_exception()
        code = 1
    exit_process(code)


if __name__ == "__main__":
    main()
