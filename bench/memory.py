"""Memory: rack and one robot, idle, without Redis, as PSS in MB together."""

import statistics
import sys
import time
from pathlib import Path

from _rounds import ROUNDS, command, folder, product, verdict

TARGET_MB = 120.0
SETTLE_S = 3.0


def pss_mb(pid: int) -> float:
    """Return the proportional set size of a process."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return (
        int(next(line for line in text.splitlines() if line.startswith("Pss:")).split()[1]) / 1024
    )


def family(pid: int) -> list[int]:
    """Return a process and its children that are Python."""
    found = [pid]
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            program = (path / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == pid and b"python" in program.split(b"\0")[0]:
            found.append(int(path.name))
    return found


def main() -> int:
    """Measure five fresh cockpits with the example."""
    rounds = []
    for n in range(ROUNDS):
        with folder() as place:
            home = place / "home"
            command(home, "init", str(home), "--example", "helpdesk")
            with product(home) as rack:
                time.sleep(SETTLE_S)
                parts = [round(pss_mb(pid), 1) for pid in family(rack.pid)]
        rounds.append(round(sum(parts), 1))
        print(f"round {n + 1}: {' + '.join(map(str, parts))} = {rounds[-1]} MB", flush=True)
    value = statistics.median(rounds)
    return verdict("memory", {"unit": "MB PSS", "rounds": rounds}, value, f"<= {TARGET_MB}")


if __name__ == "__main__":
    sys.exit(main())
