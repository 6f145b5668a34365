"""Where a model is served: addresses, and which of them may see which key."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from fie_engine.config.keys import ConfigError
from fie_engine.money.prices import Price
from fie_engine.redact import Secret

OPENAI = "https://api.openai.com/v1"
OLLAMA_PORT = 11434


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Which model is asked, where, and how."""

    base_url: str
    model: str
    api_key: Secret = Secret()
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    reasoning_effort: str | None = None
    timeout_s: float = 120.0
    "Silence after which a request counts as lost."
    reply_limit_s: float = 900.0
    "Longest time that a whole reply may take, however lively it is."
    retries: int = 3
    "Further attempts after a busy or broken connection."
    retry_delay_s: float = 2.0
    price: Price | None = None
    "What the user says that it costs; None leaves it to the list of prices."


def api_url(text: str, named: str) -> str:
    """Return a base URL with its path, /v1 where none is given; raises ConfigError."""
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError(f"{named}: expected a URL such as http://localhost:11434/v1")
    if parts.username or parts.password:
        raise ConfigError(f"{named}: a URL can't hold a key: set FIE_API_KEY instead")
    return url if parts.path else f"{url}/v1"


def ollama_url(host: str) -> str:
    """Return the API's URL for OLLAMA_HOST as Ollama reads it: port and scheme are optional."""
    text = host.strip().rstrip("/")
    bare = "://" not in text
    parts = urlsplit(f"http://{text}" if bare else text)
    try:
        port = parts.port or (OLLAMA_PORT if bare else {"https": 443}.get(parts.scheme, 80))
    except ValueError:
        raise ConfigError(f"OLLAMA_HOST: {host!r} is no address") from None
    name = parts.hostname or "127.0.0.1"
    name = "127.0.0.1" if name in ("0.0.0.0", "::") else name
    shown = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{shown}:{port}/v1"


def same_origin(left: str, right: str) -> bool:
    """Whether two URLs have the same scheme, host and port: what a key belongs to."""
    return _origin(left) == _origin(right)


def is_loopback(base_url: str) -> bool:
    """Whether a URL points at this machine."""
    host = urlsplit(base_url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"https": 443}.get(parts.scheme, 80)
