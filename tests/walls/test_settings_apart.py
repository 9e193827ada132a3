"""Settings of modules are one class together: of two things with one name in it, one would silently be lost."""

from collections import Counter

import pytest
from pydantic import BaseModel, field_validator

from entrypoints import modules
from entrypoints.config import Settings
from entrypoints.vendor_settings import VendorSettings


class One(BaseModel):
    port: int = 1

    @field_validator("port")
    @classmethod
    def _fits(cls, port):
        return port


class Other(BaseModel):
    host: str = ""

    @field_validator("host")
    @classmethod
    def _fits(cls, host):
        return host


def own(settings):
    """What a class brings: its fields, its validators, and whatever else it defines."""
    fields = {name for name in settings.__annotations__ if name != "model_config"}
    defined = {
        name
        for name, what in vars(settings).items()
        if isinstance(what, (classmethod, staticmethod, property)) or callable(what)
    }
    return fields | {name for name in defined if not name.startswith(("__", "model_", "_abc"))}


def twice(classes):
    return sorted(name for name, times in Counter(name for one in classes for name in own(one)).items() if times > 1)


def test_no_name_stands_twice_in_the_settings():
    assert twice([*modules.told("Settings"), VendorSettings, Settings]) == []


@pytest.mark.parametrize(("classes", "names"), [((One, Other), ["_fits"]), ((One, One), ["_fits", "port"])])
def test_name_that_stands_twice_is_found(classes, names):
    assert twice(classes) == names
