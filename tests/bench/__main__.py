"""`make bench`: organisations of 100 to 50,000 people; `python -m tests.bench --sizes 100,1000` is a quick look."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from tests.bench.report import table

FOLDER = Path(__file__).resolve().parents[2] / "build"
SIZES = "100,1000,10000,50000"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help=f"people, separated by commas ({SIZES})")
    parser.add_argument("--report", action="store_true", help="print the table of the last run")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    results = json.loads((FOLDER / "bench.json").read_text()) if given.report else run(sizes)
    print(table(results))


def run(sizes: list[int]) -> list[dict]:
    results = []
    for size in sizes:
        print(f"{size:,} people …", file=sys.stderr, flush=True)
        path = FOLDER / f"bench-{size}.json"
        subprocess.run([sys.executable, "-m", "tests.bench.one", str(size), str(path)], check=True)
        results.append(json.loads(path.read_text()))
        (FOLDER / "bench.json").write_text(json.dumps(results, indent=1))
    return results


if __name__ == "__main__":
    main()
