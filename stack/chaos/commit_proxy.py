"""Between one process and PostgreSQL: ends the process when its COMMIT is answered, before it hears of that.

So whatever the process would have done after the commit is not done, at any speed of the machine.
"""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

_SOCKET = ".s.PGSQL.5432"
_COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"
"""PostgreSQL's CommandComplete of a COMMIT."""
_PIECE = 64 * 1024
_KEPT = 1024 * 1024


class CommitProxy:
    """A Unix socket in `folder` that leads to the server whose socket is in `server`. Armed, it strikes once."""

    def __init__(self, server: Path, folder: Path, strike: Callable[[], None]) -> None:
        self._server = server
        self._folder = folder
        self._strike = strike
        self._marker = b""
        self._listener: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self.struck = False
        """Whether it has, since it was armed last."""

    def url(self, database_url: str) -> str:
        """The database's URL by way of this proxy."""
        return f"{database_url.partition('?')[0]}?host={quote(str(self._folder), safe='')}"

    async def start(self) -> None:
        """Listen."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / _SOCKET
        path.unlink(missing_ok=True)
        self._listener = await asyncio.start_unix_server(self._serve, path)

    async def stop(self) -> None:
        """Hang up."""
        if self._listener is not None:
            self._listener.close()
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    def arm(self, marker: str) -> None:
        """Strike at the commit of the next transaction in which the process sends this text."""
        self._marker, self.struck = marker.encode(), False

    def disarm(self) -> None:
        """Let everything pass."""
        self._marker = b""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._lines.add(task)
        task.add_done_callback(self._lines.discard)
        try:
            to_server, from_server = await self._connect()
        except OSError:  # the server is being started again
            writer.close()
            return
        line = _Line(self)
        ways = [
            asyncio.ensure_future(line.carry(reader, from_server, line.asked)),
            asyncio.ensure_future(line.carry(to_server, writer, line.answered)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for end in (writer, from_server):
                end.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(self._server / _SOCKET)

    def is_concerned(self, text: bytes) -> bool:
        """Whether it is armed for a transaction in which that was sent."""
        return bool(self._marker) and self._marker in text

    def hit(self) -> None:
        """Strike."""
        self.struck, self._marker = True, b""
        self._strike()


class _Line:
    """One connection: what was sent in the transaction at hand, and what comes back."""

    def __init__(self, proxy: CommitProxy) -> None:
        self._proxy = proxy
        self._sent = b""
        self._rest = b""

    def asked(self, piece: bytes) -> bool:
        """It always passes."""
        self._sent = (self._sent + piece)[-_KEPT:]
        return True

    def answered(self, piece: bytes) -> bool:
        """Whether the process may hear it."""
        seen, self._rest = self._rest + piece, piece[-len(_COMMITTED) :]
        if _COMMITTED not in seen:
            return True
        self._rest = b""
        concerned, self._sent = self._proxy.is_concerned(self._sent), b""
        if concerned:
            self._proxy.hit()
        return not concerned

    async def carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passes: Callable[[bytes], bool]
    ) -> None:
        """Bytes from one end to the other, until one hangs up or a piece does not pass."""
        with contextlib.suppress(OSError):
            while piece := await reader.read(_PIECE):
                if not passes(piece):
                    return
                writer.write(piece)
                await writer.drain()


def socket_folder(database_url: str) -> Path:
    """Where the socket of an embedded server is.

    Raises:
        ValueError: the server is asked by another way.

    """
    found = parse_qs(urlsplit(database_url).query).get("host")
    if not found or not Path(found[0]).is_absolute():
        raise ValueError(f"no Unix socket in {database_url}")
    return Path(found[0])
