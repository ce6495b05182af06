"""Start-up: `handbill verify --help` and `handbill --help`, against Python that does nothing.

starting.py [--rounds R]
"""

import argparse
import statistics
import sys

import measure

BARE = [sys.executable, "-c", "pass"]
OURS = {
    name: [sys.executable, "-m", "handbill", *name.split()]
    for name in ("--help", "verify --help", "copy --help")
}


def main() -> None:
    """Print medians of CPU and each command's ratio to bare Python."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--quick", action="store_true", help="5 rounds")
    args = parser.parse_args()
    bare, ours = [], {name: [] for name in OURS}
    for _ in range(5 if args.quick else args.rounds):
        bare.append(measure.run(BARE).cpu_s)
        for name, argv in OURS.items():
            ours[name].append(measure.run(argv).cpu_s)
    base = statistics.median(bare)
    print(measure.machine())
    print(f"python -c pass: {1000 * base:.1f} ms of CPU")
    for name, times in ours.items():
        spent = statistics.median(times)
        print(f"handbill {name}: {1000 * spent:.1f} ms, {spent / base:.1f} times (target 6)")


if __name__ == "__main__":
    main()
