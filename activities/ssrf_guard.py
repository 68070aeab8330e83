"""Requests to the world outside: never to an address of the inside, whatever its name says.

A marketer writes the URL of an HTTP call. Without this, it could read the cloud's metadata service or post to the
database's admin page. The name is resolved once, every address it has is judged, and the connection goes to one of
the addresses judged: a name that says something else a moment later gains nothing.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_INSIDE = (
    ip_network("192.0.0.0/24"),  # of protocols alone (RFC 6890); Oracle's cloud has its metadata there
    ip_network("fec0::/10"),  # site-local, deprecated (RFC 3879) and still routed inside networks
    ip_network("168.63.129.16/32"),  # Azure's host of the virtual machine, a public address that leads inside
)
_NAT64 = ip_network("64:ff9b::/96")


class NotPublicError(Exception):
    """The address may not be called; the message is for the step log."""


def networks(names: Sequence[str]) -> list[Network]:
    """Networks by their CIDR names. Raises ValueError for one that is none."""
    return [ip_network(name) for name in names]


def may_be_called(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether an address is public, or in a network that the operator allows."""
    if any(address.version == network.version and address in network for network in allowed):
        return True
    inner = _carried(address)
    if inner is not None:
        return may_be_called(inner, allowed)
    if any(address.version == network.version and address in network for network in _INSIDE):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _carried(address: Address) -> IPv4Address | None:
    """The IPv4 address inside an IPv6 one that only translates it."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.teredo is not None:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour


async def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, by the machine's resolver. Raises OSError when it has none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]).partition("%")[0] for entry in found]


class PublicOnly(httpx.AsyncBaseTransport):
    """A transport that connects to public addresses alone."""

    def __init__(self, allowed: Sequence[Network] = (), resolver: Resolve = resolve) -> None:
        self._allowed = allowed
        self._resolve = resolver
        # No connection is kept: kept ones are told apart by address, and two names may share one.
        self._inner = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it to an address that was judged.

        Raises:
            NotPublicError: the name has an address that may not be called.
            httpx.TransportError: no answer.

        """
        host = request.url.host
        address = await self._judged(host, request.url.port or (443 if request.url.scheme == "https" else 80), request)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return await self._inner.handle_async_request(request)

    async def _judged(self, host: str, port: int, request: httpx.Request) -> str:
        try:
            found = await self._resolve(host, port)
        except OSError as error:
            raise httpx.ConnectError(f"{host} has no address: {error}", request=request) from error
        for address in found:
            if not may_be_called(ip_address(address), self._allowed):
                raise NotPublicError(f"{host} leads to {address}, which is not a public address")
        if not found:
            raise httpx.ConnectError(f"{host} has no address", request=request)
        return found[0]

    async def aclose(self) -> None:
        """Close what is open."""
        await self._inner.aclose()
