"""Who is asked for what: the vendors of every channel, the modules' too, by the settings; it asks none of them."""

from __future__ import annotations

from entrypoints import modules
from entrypoints.config import Settings
from entrypoints.vendor_settings import CHANNELS, SANDBOX


def lineup(settings: Settings) -> dict[str, list[str]]:
    """The vendors of each channel, best first."""
    of_modules = {channel: ask for told in modules.told("CHANNELS") for channel, ask in told.items()}
    ours = {channel: settings.vendors_of(channel) for channel in CHANNELS}
    further = {channel: ask(settings) for channel, ask in of_modules.items()}
    return ours | {channel: vendors for channel, vendors in further.items() if vendors}


def sandboxed(settings: Settings) -> list[str]:
    """The channels that reach nobody: every vendor of theirs is on this machine."""
    return [channel for channel, vendors in lineup(settings).items() if set(vendors) <= set(SANDBOX)]
