"""What one GPU says of itself at one moment."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One look at a judge's GPU; a figure is None where its driver doesn't give it."""

    at: float
    "Unix time, seconds, by the clock of its host."
    host: str
    index: int
    "The driver's own number."
    uuid: str
    name: str
    utilisation_pct: int | None = None
    "Share of the last moments in which some kernel ran."
    memory_used_mb: int | None = None
    "Of all processes."
    memory_total_mb: int | None = None
    sm_clock_mhz: int | None = None
    sm_clock_most_mhz: int | None = None
    memory_clock_mhz: int | None = None
    memory_clock_most_mhz: int | None = None
    temperature_c: int | None = None
    power_w: float | None = None
    power_limit_w: float | None = None
    throttled: tuple[str, ...] | None = None
    'Reasons that hold the clocks down, for example "power cap".'
    other_processes: int | None = None
    "Processes that compute there and are no judge's."
    trouble: str = ""
    "Why the driver gives no figure at all; empty while it gives one."
