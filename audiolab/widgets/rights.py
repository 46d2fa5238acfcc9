"""What a visitor may do, told to the page: the one place by which it knows that nothing can change.

The catalog refuses changes by itself. So that nobody is offered what will be refused, a widget
whose catalog is read-only has the class ``al-read-only``, which hides what has ``data-writes``.
"""

import ipywidgets

from audiolab.catalog import Catalog


def show_rights(widget: ipywidgets.DOMWidget, catalog: Catalog) -> None:
    """Hide in `widget` what changes the catalog, if that cannot be changed."""
    if catalog.read_only:
        widget.add_class("al-read-only")
