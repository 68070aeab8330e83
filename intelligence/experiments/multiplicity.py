"""Several arms and metrics at once."""

import numpy as np
from numpy.typing import NDArray


def holm(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adjusted so that one false finding among all is as rare as the level (Holm 1979); shape (..., tests).

    Sequential p-values may be put in: they are valid at any time, and so is the result.
    """
    order = np.argsort(p_values, axis=-1)
    tests = p_values.shape[-1]
    ranked = np.take_along_axis(p_values, order, axis=-1) * np.arange(tests, 0, -1)
    ranked = np.minimum(np.maximum.accumulate(ranked, axis=-1), 1.0)
    adjusted = np.empty_like(ranked)
    np.put_along_axis(adjusted, order, ranked, axis=-1)
    return adjusted


def benjamini_hochberg(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adjusted so that the share of false findings among all findings is the level (1995); shape (..., tests).

    Assumed: metrics are independent or move together.
    """
    order = np.argsort(p_values, axis=-1)[..., ::-1]
    tests = p_values.shape[-1]
    ranked = np.take_along_axis(p_values, order, axis=-1) * (tests / np.arange(tests, 0, -1))
    ranked = np.minimum(np.minimum.accumulate(ranked, axis=-1), 1.0)
    adjusted = np.empty_like(ranked)
    np.put_along_axis(adjusted, order, ranked, axis=-1)
    return adjusted
