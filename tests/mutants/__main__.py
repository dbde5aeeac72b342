"""`make mutants`: draw small faults, say which of them no test notices, and how many are caught."""

import argparse
import json
import random
from dataclasses import asdict
from pathlib import Path

from tests.mutants import trials
from tests.mutants.copies import ROOT
from tests.mutants.faults import KINDS
from tests.mutants.record import current_record

# a constant is mostly a choice, which no rule tells from the next number: such faults are drawn on request only
BROKEN_RULES = [kind for kind in KINDS if kind != "constant"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, help="the same seed draws the same faults from the same tree")
    parser.add_argument("--number", type=int, default=30, help="how many faults to draw")
    parser.add_argument(
        "--path", type=Path, nargs="*", default=[Path("lms")], help="modules and folders to draw from"
    )
    parser.add_argument(
        "--kind", nargs="*", choices=KINDS, default=BROKEN_RULES, help="draw faults of these kinds only"
    )
    parser.add_argument("--json", type=Path, help="write all that was tried to this file")
    given = parser.parse_args()
    seed = random.randrange(10_000) if given.seed is None else given.seed
    drawn = trials.draw(modules_of(given.path), kinds=given.kind, seed=seed, number=given.number)

    tried = []
    for trial in trials.try_all(drawn, current_record()):
        tried.append(trial)
        print(f"{len(tried)}/{len(drawn)} {trial.path}: {trial.outcome}", flush=True)

    survivors = [trial for trial in tried if not trial.is_caught]
    print("", *survivors, sep="\n")
    caught = len(tried) - len(survivors)
    print(f"\nseed {seed}: {caught} of {len(tried)} caught, {caught / max(1, len(tried)):.0%}")
    if given.json:
        given.json.write_text(
            json.dumps([{**asdict(trial), "text": str(trial)} for trial in tried], default=str)
        )


def modules_of(paths: list[Path]) -> list[Path]:
    """Return the modules among the paths and in the folders among them."""
    found = [ROOT / path for path in paths]
    return [module for path in found for module in (path.rglob("*.py") if path.is_dir() else [path])]


if __name__ == "__main__":
    main()
