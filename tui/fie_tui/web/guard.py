"""Who may look at a served run: a token beyond this machine, and no other site's page ever."""

import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

COOKIE = "fie-tui"

POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"What the browser is to refuse of the page."


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_of(authority: str) -> str:
    """Return the host of "host:port"; empty where there is none."""
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return ""


def is_foreign(authority: str, origin: str, *, loopback: bool) -> bool:
    """Whether a request comes from another site's page.

    Without a token a name that resolves to this machine could be anybody's.
    """
    if loopback and not is_loopback(host_of(authority)):
        return True
    return bool(origin) and urlsplit(origin).netloc != authority


def is_known(token: str, offered: str) -> bool:
    """Whether the token was offered; where none is asked for, everybody is known."""
    return not token or hmac.compare_digest(token.encode(), offered.encode(errors="replace"))
