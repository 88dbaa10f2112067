"""Install a base map: a PMTiles file in the Protomaps schema, cut to the region that you serve."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from korgoo.cli import complain
from korgoo.conf.environment import EnvironmentInvalidError, read_environment
from korgoo.web.kit.pmtiles import FILE_NAME, BasemapInvalidError, install_basemap

if TYPE_CHECKING:
    import argparse

_MIB = 1 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    install = actions.add_parser("install", help="check FILE and copy it into the data directory")
    install.add_argument("file", type=Path, metavar="FILE.pmtiles")
    actions.add_parser("remove", help="go back to the built-in map of countries and places")


def run(args: argparse.Namespace) -> int:
    """Install or remove the base map."""
    try:
        data = read_environment().data
        if args.action == "remove":
            (data / FILE_NAME).unlink(missing_ok=True)
            print("korgoo: the built-in base map is used from now on")
            return 0
        header = install_basemap(args.file, data=data)
    except (EnvironmentInvalidError, BasemapInvalidError) as error:
        return complain("basemap", str(error))
    except OSError as error:
        return complain("basemap", f"{error.filename or args.file}: {error.strerror}")
    bounds = ", ".join(f"{value:.2f}" for value in header.bounds)
    print(
        f"korgoo: base map installed: {header.bytes / _MIB:.1f} MiB, zoom {header.min_zoom} to "
        f"{header.max_zoom}, {bounds} degrees; reload open pages"
    )
    return 0
