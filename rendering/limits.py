"""How much one message may cost to write."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RenderLimits:
    """Bounds of one message. A template that passes them is refused with a reason, never cut short.

    Attributes:
        output_bytes: size of each written field in UTF-8, and of every text on the way to it.
        loop_iterations: turns of all loops together, and length of every list.
        seconds: CPU time of all fields together.
        block_nesting: blocks within blocks, at most.

    """

    output_bytes: int = 1_000_000
    loop_iterations: int = 10_000
    seconds: float = 0.25
    block_nesting: int = 30


DEFAULT_LIMITS = RenderLimits()
