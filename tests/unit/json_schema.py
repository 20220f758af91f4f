#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Validates JSON files against a schema: json_schema.py SCHEMA FILE...

Knows the keywords that our schemas use, and refuses a schema that uses another one, so that a
check is never skipped in silence. Needs nothing but Python.
"""
import json
import re
import sys

SAID = {"$schema", "$comment", "$id", "$defs", "title", "description"}
KNOWN = SAID | {
    "$ref", "type", "const", "enum", "required", "properties", "additionalProperties", "items",
    "minItems", "maxItems", "minLength", "maxLength", "pattern", "minimum", "maximum",
}
TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
}


def check(value, schema, root, path="$"):
    """Yields one sentence for each breach."""
    if schema is False:
        yield f"{path}: may not be here"
        return
    unknown = set(schema) - KNOWN
    if unknown:
        raise SystemExit(f"the schema uses what this check does not know: {sorted(unknown)}")
    if "$ref" in schema:
        yield from check(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, path)
    if "type" in schema and not TYPES[schema["type"]](value):
        yield f"{path}: is not of type {schema['type']}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{path}: is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: is none of {schema['enum']}"
    if isinstance(value, dict):
        for name in schema.get("required", []):
            if name not in value:
                yield f"{path}.{name}: is missing"
        for name, member in value.items():
            inner = schema.get("properties", {}).get(name, schema.get("additionalProperties", {}))
            yield from check(member, inner, root, f"{path}.{name}")
    elif isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{path}: has {len(value)} items"
        for i, item in enumerate(value):
            yield from check(item, schema.get("items", {}), root, f"{path}[{i}]")
    elif isinstance(value, str):
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            yield f"{path}: has {len(value)} characters"
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{path}: {value!r} does not match {schema['pattern']}"
    elif isinstance(value, int) and not isinstance(value, bool):
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield f"{path}: {value} is out of range"


def self_test():
    """Each keyword refuses something."""
    breaches = [
        ({"type": "integer"}, True), ({"const": 1}, 2), ({"enum": ["a"]}, "b"),
        ({"required": ["a"]}, {}), ({"properties": {"a": {"const": 1}}}, {"a": 2}),
        ({"additionalProperties": False}, {"a": 1}), ({"items": {"const": 1}}, [2]),
        ({"minItems": 1}, []), ({"maxItems": 0}, [1]), ({"minLength": 1}, ""),
        ({"maxLength": 1}, "ab"), ({"pattern": "^a$"}, "b"), ({"minimum": 1}, 0),
        ({"maximum": 1}, 2), ({"$ref": "#/$defs/x", "$defs": {"x": {"const": 1}}}, 2),
    ]
    for schema, value in breaches:
        assert list(check(value, schema, schema)), schema


def main():
    self_test()
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    findings = []
    for name in sys.argv[2:]:
        with open(name, encoding="utf-8") as file:
            findings += [f"{name}: {f}" for f in check(json.load(file), schema, schema)]
    for finding in findings[:20]:
        print(finding)
    print(f"{len(sys.argv) - 2} files, {len(findings)} findings")
    return 1 if findings or len(sys.argv) < 3 else 0


if __name__ == "__main__":
    sys.exit(main())
