"""What OData clients read first: the service document, and the model as CSDL."""

from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

from store.bi.contract import BiColumn, BiView

NAMESPACE = "campaign_flow"
_EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
_EDM = "http://docs.oasis-open.org/odata/ns/edm"
TYPES = {
    "text": "Edm.String",
    "bigint": "Edm.Int64",
    "integer": "Edm.Int32",
    "numeric": "Edm.Decimal",
    "boolean": "Edm.Boolean",
    "date": "Edm.Date",
    "timestamp with time zone": "Edm.DateTimeOffset",
}
_FACETS = {"numeric": {"Precision": "28", "Scale": "6"}, "timestamp with time zone": {"Precision": "6"}}


def service(root: str, views: Iterable[BiView]) -> dict[str, Any]:
    """The service document."""
    return {
        "@odata.context": f"{root}$metadata",
        "value": [{"name": view.name, "kind": "EntitySet", "url": view.name} for view in views],
    }


def metadata(views: Iterable[BiView]) -> bytes:
    """The model: an entity type and set a view."""
    ElementTree.register_namespace("edmx", _EDMX)
    top = ElementTree.Element(f"{{{_EDMX}}}Edmx", {"Version": "4.0"})
    schema = ElementTree.SubElement(
        ElementTree.SubElement(top, f"{{{_EDMX}}}DataServices"), "Schema", {"xmlns": _EDM, "Namespace": NAMESPACE}
    )
    container = ElementTree.Element("EntityContainer", {"Name": "bi_v1"})
    for view in views:
        kind = ElementTree.SubElement(schema, "EntityType", {"Name": view.name})
        ElementTree.SubElement(ElementTree.SubElement(kind, "Key"), "PropertyRef", {"Name": view.key.name})
        for column in view.columns:
            _property(kind, column, nullable=column is not view.key)
        ElementTree.SubElement(container, "EntitySet", {"Name": view.name, "EntityType": f"{NAMESPACE}.{view.name}"})
    schema.append(container)
    written: bytes = ElementTree.tostring(top, encoding="utf-8", xml_declaration=True)
    return written


def _property(kind: ElementTree.Element, column: BiColumn, *, nullable: bool) -> None:
    told = {"Name": column.name, "Type": TYPES[column.type], **_FACETS.get(column.type, {})}
    if not nullable:
        told["Nullable"] = "false"
    made = ElementTree.SubElement(kind, "Property", told)
    ElementTree.SubElement(made, "Annotation", {"Term": "Org.OData.Core.V1.Description", "String": column.comment})
