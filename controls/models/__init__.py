"""Django looks for models here; other code imports from here too, since the names are few."""

from controls.models.edition import CatalogueEdition, Control, ControlArea, EditionHistory
from controls.models.lineage import ControlLineage, Lineage, LineageHistory
from controls.models.parameter import ParameterHistory, SchemeParameter
from controls.models.text import ControlText
from controls.models.text_import import TextImport, TextImportSheet

__all__ = [
    "CatalogueEdition",
    "Control",
    "ControlArea",
    "ControlLineage",
    "ControlText",
    "EditionHistory",
    "Lineage",
    "LineageHistory",
    "ParameterHistory",
    "SchemeParameter",
    "TextImport",
    "TextImportSheet",
]
