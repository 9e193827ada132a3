"""The price list of the code: a verb that no port has would make its vendor free, whatever it charges."""

import pytest

from core.domain.vendors.prices import DECLARED
from core.ports.mail import Mail
from core.ports.maps import Geocoder, Geolocation
from core.ports.phone import Calls, Sms
from core.ports.push import Push
from entrypoints.vendor_settings import CHANNELS

PORTS = {"mail": Mail, "sms": Sms, "calls": Calls, "push": Push, "geocoder": Geocoder, "geolocation": Geolocation}


@pytest.mark.parametrize("one", DECLARED, ids=lambda one: f"{one.vendor} {one.verb} {one.country}")
def test_price_is_of_a_vendor_there_is_and_a_verb_of_its_port(one):
    channel, _, vendor = one.vendor.partition(":")
    assert vendor in CHANNELS[channel]
    assert callable(getattr(PORTS[channel], one.verb))
