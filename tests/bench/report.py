"""The figures as a table: what was reached, what was wanted, and how it grows with the organisation."""

SLOPE = 1.3
QUERIES = 15
KB = 40
AT = 50_000  # people; what these four may take is said for an organisation of this size
BY_SIZE = ("launch", "import", "release", "reminders")
# name: (what is compared, at most, unit)
JOBS = {
    "launch": ("ratio", 2, "× bare"),
    "import": ("ratio", 4, "× bare"),
    "release": ("seconds", 300, "s"),
    "reminders": ("seconds", 3, "s"),
    "mails": ("ratio", None, "× bare SMTP"),  # no target but the speed of the server: none of ours does nothing
    "start": ("seconds", 5, "s"),
    "pdf": ("ratio", 1.3, "× bare"),
    "zip": ("ratio", 1.15, "× bare ÷ 2"),
}
MEMORY = {"web": 250, "pdf": 300, "reminders": 200}


def mark(is_reached: bool) -> str:
    return "✓" if is_reached else "✗"


def page_rows(results: list[dict]) -> list[str]:
    """One line per page: the figures at the largest size, and the slope from the smallest."""
    first, last = results[0], results[-1]
    before = {(row["page"], row["who"]): row for row in first["pages"]}
    lines = []
    for row in last["pages"]:
        small = before[row["page"], row["who"]]
        slope = round(row["ratio"] / small["ratio"], 2)
        # The floor takes part in the slope: a machine that is busier in one run than in the other changes both.
        is_fast = row["limit"] is None or row["ratio"] <= row["limit"]
        is_lean = small["queries"] == row["queries"] <= QUERIES
        checks = [
            f"{row['ratio']:.1f} ≤ {row['limit']} {mark(is_fast)}",
            f"{slope:.2f} {mark(slope <= SLOPE)}",
            f"{small['queries']} → {row['queries']} {mark(is_lean)}",
            f"{row['kb']:.1f} {mark(row['kb'] <= KB)}",
        ]
        figures = [row["page"], row["who"], f"{row['ms']:.1f}", *checks, f"{row['cpu_ms']:.1f}", str(row["memory"])]
        lines.append("| " + " | ".join(figures) + " |")
    return lines


def job_rows(results: list[dict]) -> list[str]:
    lines = []
    for name, (figure, limit, unit) in JOBS.items():
        for result in results:
            found = result["jobs"].get(name)
            if found:
                value = found[figure]
                row = [name, f"{result['size']:,}", f"{found['seconds']:.2f} s", f"{value:.2f} {unit}"]
                is_judged = limit and (name not in BY_SIZE or result["size"] >= AT)
                target = [f"≤ {limit}", mark(value <= limit)] if is_judged else ["", ""]
                cpu = f"{found['cpu']:.2f} s" if "cpu" in found else ""
                costs = [cpu, f"{found.get('queries', '')}", f"{found.get('memory', '')}"]
                lines.append("| " + " | ".join([*row, *target, *costs]) + " |")
    return lines


def memory_rows(results: list[dict]) -> list[str]:
    found = {"web": max(row["memory"] for result in results for row in result["pages"])}
    for result in results:
        for name in ("pdf", "reminders"):
            if name in result["jobs"]:
                found[name] = max(found.get(name, 0), result["jobs"][name]["memory"])
    return [
        f"| {name} | {value} MB | ≤ {MEMORY[name]} MB | {mark(value <= MEMORY[name])} |"
        for name, value in found.items()
    ]


def costly(results: list[dict]) -> list[str]:
    lines = []
    for row in results[-1]["pages"]:
        if "costliest" in row:
            lines.append(f"- **{row['page']}** ({row['who']}, {row['ratio']:.1f} ×)")
            lines += [f"  - {each}" for each in [*row["costliest"]["functions"], row["costliest"]["statement"]]]
    return lines


def table(results: list[dict]) -> str:
    results = sorted(results, key=lambda each: each["size"])
    small, large = f"{results[0]['size']:,}", f"{results[-1]['size']:,}"
    head = f"| page | as | ms at {large} | × floor | slope {small} → {large} | queries | kB | CPU ms | peak MB |"
    parts = [
        head,
        "|---" * 9 + "|",
        *page_rows(results),
        "",
        "| job | people | took | measured | target | | CPU | queries | peak MB |",
    ]
    parts += ["|---" * 9 + "|", *job_rows(results), "", "| process | peak | target | |", "|---" * 4 + "|"]
    parts += memory_rows(results)
    if costs := costly(results):
        parts += ["", "Over their target, with the costliest calls (ms per page) and the slowest statement:", *costs]
    return "\n".join(parts)
