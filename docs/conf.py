"""Sphinx: `make docs` builds the pages into build/docs, with warnings as errors."""

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS), str(DOCS.parent)]

import audiolab  # noqa: E402 (the checkout's, whatever is installed)

project = "audiolab"
author = "The audiolab authors"
release = version = audiolab.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "generate"]
exclude_patterns = ["generate"]
default_role = "py:obj"  # `Catalog.tracks` in a docstring is a link

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4

autodoc_typehints = "none"  # the NumPy sections say it in words
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "furo"  # nothing from elsewhere: no CDN, no web fonts
html_title = "audiolab"
html_static_path = ["static"]
html_css_files = ["audiolab.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1a63b8", "color-brand-content": "#1a63b8"},
    "dark_css_variables": {"color-brand-primary": "#7ab8ff", "color-brand-content": "#7ab8ff"},
}
