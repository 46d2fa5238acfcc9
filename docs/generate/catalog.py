"""Every method of the catalog, by the side of it that it belongs to."""

from collections.abc import Iterator

from audiolab import Catalog
from audiolab.catalog.base import CatalogBase
from audiolab.catalog.document_side import DocumentSide
from audiolab.catalog.scan_side import ScanSide
from audiolab.catalog.tag_side import TagSide

FOR_PROGRAMS = (TagSide, ScanSide, DocumentSide)  # come last
OPENING = "Opening, adding, correcting"


def markdown() -> str:
    """One section a side."""
    return "\n\n".join(_sections())


def _sections() -> Iterator[str]:
    sides = [side for side in Catalog.__mro__ if issubclass(side, CatalogBase)]
    sides.sort(key=lambda side: side in FOR_PROGRAMS)
    for side in sides:
        yield f"### {OPENING if side is Catalog else _heading(side)}"
        yield "\n".join(["```{eval-rst}", *_members(side), "```"])


def _heading(side: type) -> str:
    return (side.__doc__ or side.__name__).splitlines()[0].rstrip(".")


def _members(side: type) -> Iterator[str]:
    for name, member in vars(side).items():
        if not name.startswith("_"):
            kind = "property" if isinstance(member, property) else "method"
            yield f".. auto{kind}:: audiolab.Catalog.{name}"
