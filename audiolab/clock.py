"""Lengths of time as players show them."""


def clock(seconds: float | None) -> str:
    """Hours, minutes and seconds that have passed in full: 0:09, 3:25, 1:02:05; "" if unknown.

    Parameters
    ----------
    seconds : float, optional
        At least 0.
    """
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds + 1e-6), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
