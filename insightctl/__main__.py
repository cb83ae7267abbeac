"""The console script."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; `--version` answers before anything heavy is imported."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from insightctl import __version__

        print(f"insightctl {__version__}")
        return
    from insightctl.cli.app import run

    sys.exit(run())


if __name__ == "__main__":
    main()
