"""Geometry of the plots of feedback; the SVG is in the templates."""

WIDTH, EDGE, DOT = 200, 12, 10  # units: of the drawing, beside the first and last place, from dot to dot


def plot_of(counts: list[int]) -> dict:
    """One square per answer, stacked above its place on the scale; `counts` in the order of the scale."""
    step = (WIDTH - 2 * EDGE) / max(len(counts) - 1, 1)
    places = [round(EDGE + step * place, 1) for place in range(len(counts))]
    base = DOT * max([*counts, 1]) + 2
    dots = [
        {"x": x - 4, "y": base - DOT * (number + 1)}
        for x, count in zip(places, counts, strict=True)
        for number in range(count)
    ]
    return {"width": WIDTH, "height": base + 6, "base": base, "foot": base + 5, "places": places, "dots": dots}
