"""The gazetteer: the places that a centre knows, ``gazetteer.csv`` with 名称, 别名, 上级, 类别."""

from __future__ import annotations

import re

from qa_pipeline.ingest.cells import Cells
from qa_pipeline.models import Place

PLACE_COLUMNS = {
    "name": ("地名", "名称", "name"),
    "aliases": ("别名", "俗称", "aliases", "alias"),
    "parent": ("上级", "所属", "所属区划", "parent"),
    "kind": ("类别", "类型", "kind"),
}
PLACE_REQUIRED = ("name", "kind")
_BETWEEN = re.compile(r"[、，,;；|/]+")


def read_place(cells: Cells) -> Place:
    """Read one row of a gazetteer; several other names stand between 、 or |."""
    name, parent = cells.text("name", required=True), cells.text("parent")
    if name and name == parent:
        cells.fault("parent", f"“{name}”不能是自己的上级", "填它所在的区县、街道，没有就留空")
    aliases = (alias.strip() for alias in _BETWEEN.split(cells.text("aliases")))
    kept = tuple(dict.fromkeys(alias for alias in aliases if alias and alias != name))
    return Place(name, cells.text("kind", required=True), parent, kept)
