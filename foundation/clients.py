"""Where a request comes from: one answer for limits, links, the event log and the list of sessions."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_of(request: HttpRequest) -> str:
    """The address of the visitor: the entry our own proxies wrote into X-Forwarded-For, else the peer itself.

    Only the last `TRUSTED_PROXIES` entries were written by proxies of ours; whatever stands before them was sent by
    the visitor and is not believed. A request with fewer entries did not come through the proxies.
    """
    count = settings.TRUSTED_PROXIES
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    peer = request.META.get("REMOTE_ADDR") or "127.0.0.1"
    return (_address_in(hops[-count]) if count and len(hops) >= count else "") or peer


def network_of(client: str) -> str:
    """What counts as one visitor: an IPv4 address, or the /64 that one IPv6 customer is given."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    return client


def _address_in(hop: str) -> str:
    """The address in one entry, which may carry a port; empty when it is none."""
    host = hop[1:].split("]", maxsplit=1)[0] if hop.startswith("[") else hop
    host = host.split(":")[0] if host.count(":") == 1 else host
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""
