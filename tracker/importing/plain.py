"""Dataclasses to plain JSON values and back, by their type hints."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_PLAIN = {str, int, float, bool, type(None)}


def dump(value: Any) -> Any:
    """A dataclass, list, dict, date or plain value as JSON values."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind in (list, tuple):
        return [dump(item) for item in value]
    if kind is dict:
        return {key: dump(item) for key, item in value.items()}
    if is_dataclass(kind):
        return {name: dump(getattr(value, name)) for name in _names(kind)}
    return value.isoformat() if isinstance(value, date) else str(value)


def load(kind: type[T], data: Any) -> T:
    """A value of ``kind`` out of what ``dump`` gave. Unions of dataclasses are told apart by their ``kind`` field."""
    return _load(kind, data)


def _load(hint: Any, data: Any) -> Any:
    if hint in _PLAIN or hint is Any:
        return data
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _load_union(get_args(hint), data)
    if origin is list:
        return [_load(get_args(hint)[0], item) for item in data]
    if origin is dict:
        return {key: _load(get_args(hint)[1], item) for key, item in data.items()}
    if isinstance(hint, type) and is_dataclass(hint):
        hints = _hints(hint)
        return hint(**{name: _load(hints[name], item) for name, item in data.items()})
    if hint is date:
        return date.fromisoformat(data)
    return hint(data) if isinstance(hint, type) and issubclass(hint, StrEnum) else data


def _load_union(kinds: tuple[Any, ...], data: Any) -> Any:
    if data is None:
        return None
    rest = [kind for kind in kinds if kind is not type(None)]
    if len(rest) > 1:
        rest = [kind for kind in rest if isinstance(kind, type) and _hints(kind)["kind"].__args__[0] == data["kind"]]
    return _load(rest[0], data)


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind))


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
