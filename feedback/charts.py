"""Geometry of the plots of this room; the SVG is in the templates."""


def plot_of(counts: list[int], step: int = 36, dot: int = 10) -> dict:
    """One square of `dot` units per answer, stacked above its place on a scale with places `step` units apart."""
    base = dot * max([*counts, 1]) + 2
    ticks = [10 + step * place for place in range(len(counts))]
    dots = [
        {"x": x - 4, "y": base - dot * number - dot}
        for x, count in zip(ticks, counts, strict=True)
        for number in range(count)
    ]
    end = ticks[-1] + 4
    return {
        "width": end + 6,
        "height": base + 6,
        "end": end,
        "base": base,
        "foot": base + 4,
        "ticks": ticks,
        "dots": dots,
    }
