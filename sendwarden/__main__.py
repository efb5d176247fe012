"""The `sendwarden` command."""

from sendwarden.cli.app import build


def main() -> None:
    """Run the command line."""
    build()()


if __name__ == "__main__":
    main()
