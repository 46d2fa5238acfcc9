"""What the kernel says, written in English as the page would (static/text.js)."""

import json
import re
from functools import cache
from typing import Any

from audiolab.widgets.part import STATIC


@cache
def texts() -> dict[str, Any]:
    """All of texts.js: what follows "export default" in it is JSON."""
    source = (STATIC / "texts.js").read_text("utf-8").partition("export default ")[2]
    found: dict[str, Any] = json.loads(source.rstrip().removesuffix(";"))
    return found


def written(value: Any) -> str:
    """A text of a key, with its values; what is none of ours as it is."""
    if isinstance(value, list):
        return ", ".join(map(written, value))
    if isinstance(value, dict) and "digits" in value:
        return f"{value['number']:.{value['digits']}f}".replace("-", "−")
    if isinstance(value, dict) and "time" in value:
        return str(value["time"])
    if not isinstance(value, dict):
        return f"{value:,}" if isinstance(value, int) else str(value)
    section, name = value["key"].split(".")
    text, values = texts()[section][name], value["values"]
    if isinstance(text, dict):
        text = text["one" if values["count"] == 1 else "other"]
    assert set(re.findall(r"{(\w+)}", text)) <= set(values), value
    return re.sub(r"{(\w+)}", lambda hole: written(values[hole[1]]), text)
