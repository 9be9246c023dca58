"""Places on the globe. Pure."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0087714
PRECISION = 4
"""Decimals of a degree kept in the index (11 m), the same in both engines."""


@dataclass(frozen=True, slots=True)
class Near:
    """A point (WGS 84 degrees), and how far from it a hit may be (km; None: anywhere)."""

    latitude: float
    longitude: float
    within_km: float | None = None

    def __post_init__(self) -> None:
        for value, limit in ((self.latitude, 90), (self.longitude, 180)):
            if not (math.isfinite(value) and -limit <= value <= limit):
                raise ValueError(f"{value} is no latitude or longitude")
        if self.within_km is not None and not 0 < self.within_km <= 20_100:
            raise ValueError(f"{self.within_km} is no distance in km")

    def box(self) -> tuple[float, float, float, float] | None:
        """South, north, west, east of a box around the circle; None where one would cross a
        pole or the date line, and everything has to be looked at."""
        if self.within_km is None:
            return None
        reach = math.degrees(self.within_km / EARTH_RADIUS_KM) * 1.001 + 10**-PRECISION
        south, north = self.latitude - reach, self.latitude + reach
        if south <= -90 or north >= 90:
            return None
        wide = reach / math.cos(math.radians(max(abs(south), abs(north))))
        west, east = self.longitude - wide, self.longitude + wide
        if west < -180 or east > 180:
            return None
        return south, north, west, east

    def distances(
        self, latitudes: NDArray[np.float64], longitudes: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Great-circle distances in km."""
        lat1, lon1 = math.radians(self.latitude), math.radians(self.longitude)
        lat2, lon2 = np.radians(latitudes), np.radians(longitudes)
        half = (
            np.sin((lat2 - lat1) / 2) ** 2
            + math.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
        )
        return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))

    def distance(self, latitude: float, longitude: float) -> float:
        """Great-circle distance in km."""
        return float(self.distances(np.array([latitude]), np.array([longitude]))[0])


def rounded(degrees: float) -> float:
    """Degrees as the index keeps them."""
    return round(degrees, PRECISION)
