"""The OpenAPI 3.1 description of the JSON API, made from its records."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from kg import __version__
from kg.serve.http_errors import ErrorReply

_REF = "#/components/schemas/{model}"


class Described(Protocol):
    """What an operation must say of itself."""

    @property
    def path(self) -> str:
        """Its address, with names of parameters in braces."""

    @property
    def name(self) -> str:
        """Its name among all operations."""

    @property
    def summary(self) -> str:
        """What it does."""

    @property
    def reply(self) -> type[BaseModel]:
        """What it gives."""

    @property
    def parameters(self) -> type[BaseModel]:
        """What it takes in the query of the address."""

    @property
    def in_path(self) -> str | None:
        """The name of the parameter in the path."""


def describe_api(operations: Sequence[Described]) -> dict[str, Any]:
    """Describe the API; the caller adds its address."""
    records: list[type[BaseModel]] = [ErrorReply, *(operation.reply for operation in operations)]
    modes: list[tuple[type[BaseModel], JsonSchemaMode]] = [(record, "serialization") for record in records]
    _, schemas = models_json_schema([*modes], ref_template=_REF)
    components = dict(schemas["$defs"])
    paths: dict[str, Any] = {}
    for operation in operations:
        parameters = list(_describe_parameters(operation, components))
        errors: dict[str, Any] = {"400": _error("A parameter is missing, unknown or does not fit")}
        if operation.in_path:
            errors["404"] = _error("There is none with this identifier")
        errors["503"] = _error("The store cannot be read")
        paths[operation.path] = {
            "get": {
                "operationId": operation.name,
                "summary": operation.summary,
                "parameters": parameters,
                "responses": {"200": _reply(operation.reply), **errors},
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kg",
            "version": __version__,
            "summary": "Who claims what in the news, on what evidence",
            "description": "Read-only. Offsets count Unicode code points of the text; an end is exclusive. "
            "The graph says who claims what on which grounds; it never says that a claim is true.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": components},
    }


def _describe_parameters(operation: Described, components: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if operation.in_path:
        yield {"name": operation.in_path, "in": "path", "required": True, "schema": {"type": "string"}}
    schema = operation.parameters.model_json_schema(ref_template=_REF)
    components.update(schema.get("$defs", {}))
    for name, value in schema.get("properties", {}).items():
        description = value.pop("description", None)
        yield {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            **({"description": description} if description else {}),
            "schema": value,
        }


def _reply(record: type[BaseModel]) -> dict[str, Any]:
    lines = (record.__doc__ or record.__name__).strip().splitlines()
    return {"description": lines[0], "content": _json(record)}


def _error(description: str) -> dict[str, Any]:
    return {"description": description, "content": _json(ErrorReply)}


def _json(record: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REF.format(model=record.__name__)}}}
