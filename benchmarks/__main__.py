"""Run every benchmark, or the named ones: `python -m benchmarks [--quick] [NAME ...]`.

A benchmark is a module here with `run(quick: bool) -> None` that prints ours and a peer or the
floor, measured in the same run.
"""

import argparse
import importlib
import pkgutil
import time

import benchmarks


def names() -> list[str]:
    """Return the names of all benchmarks."""
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return sorted(name for name in found if not name.startswith("_"))


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {' '.join(names())}")
    parser.add_argument("--quick", action="store_true", help="small sizes, for a first look")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(names()):
        parser.error(f"no benchmark {sorted(unknown)}; there are {names()}")
    for name in arguments.names or names():
        print(f"\n== {name}", flush=True)
        started = time.perf_counter()
        importlib.import_module(f"benchmarks.{name}").run(quick=arguments.quick)
        print(f"-- {name} took {time.perf_counter() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
