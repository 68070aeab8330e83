"""Which provider sends on which channel, from the settings. Adding one: docs/providers/index.md."""

from collections.abc import Mapping

from config.settings import Settings
from domain.vocabulary import Channel
from providers.base import Provider, Webhook
from providers.http.config import GatewaySettings, load_gateways
from providers.vendor import Vendor
from providers.vendors import VENDORS


def _by_channel(email: str, sms: str, push: str, whatsapp: str = "none") -> dict[Channel, str]:
    return {
        Channel.EMAIL: email,
        Channel.SMS: sms,
        Channel.WHATSAPP: whatsapp,
        Channel.PUSH: push,
        Channel.SILENT_PUSH: push,
    }


def _can_send(vendor: Vendor, settings: Settings, channel: Channel) -> bool:
    return channel in vendor.channels and vendor.can_send(settings) and vendor.can_send_on(settings, channel)


def _usable(chosen: Mapping[Channel, str], settings: Settings, gateway_of: Mapping[Channel, str]) -> dict[Channel, str]:
    """Channel -> name of its provider, of those that are named and have their keys."""
    found: dict[Channel, str] = {}
    for channel, name in chosen.items():
        if name == "http" and channel in gateway_of:
            found[channel] = gateway_of[channel]
        elif name in VENDORS and _can_send(VENDORS[name], settings, channel):
            found[channel] = name
    return found


class Providers:
    """The providers of one process. Each is made when it is first asked for, and kept."""

    def __init__(self, settings: Settings, gateways: list[GatewaySettings]) -> None:
        self._settings = settings
        self._made: dict[str, Provider] = {}
        self._gateways = {gateway.name: gateway for gateway in gateways}
        gateway_of = {channel: gateway.name for gateway in gateways for channel in gateway.channels}
        chosen = _by_channel(
            settings.email_provider, settings.sms_provider, settings.push_provider, settings.whatsapp_provider
        )
        second = _by_channel(
            settings.email_fallback_provider, settings.sms_fallback_provider, settings.push_fallback_provider
        )
        self._of_channel = {Channel.IN_APP: "in_app"} | _usable(chosen, settings, gateway_of)
        fallbacks = _usable(second, settings, gateway_of)
        self._fallback_of = {
            channel: name for channel, name in fallbacks.items() if self._of_channel.get(channel) not in (None, name)
        }
        self.webhooks: dict[str, Webhook] = self._make_webhooks()

    @property
    def channels(self) -> frozenset[Channel]:
        """Those that have a provider with its keys."""
        return frozenset(self._of_channel)

    @property
    def in_use(self) -> Mapping[str, list[Channel]]:
        """Name -> channels that it sends on, as the first or while the first fails."""
        found: dict[str, list[Channel]] = {}
        for channel, name in [*self._of_channel.items(), *self._fallback_of.items()]:
            found.setdefault(name, []).append(channel)
        return found

    def for_channel(self, channel: Channel) -> Provider | None:
        """Who sends on it; None where nobody does.

        Raises:
            ValueError: The provider's settings are there but can't be right (e.g. credentials that are not JSON).

        """
        name = self._of_channel.get(channel)
        return None if name is None else self._named(name)

    def fallback_for(self, channel: Channel) -> Provider | None:
        """Who takes over while that one fails; None where nobody does.

        Raises:
            ValueError: as `for_channel`.

        """
        name = self._fallback_of.get(channel)
        return None if name is None else self._named(name)

    def _named(self, name: str) -> Provider:
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> Provider:
        if name == "in_app":
            from providers.in_app.send import InApp

            return InApp()
        if name in self._gateways:
            from providers.http.send import HttpGateway

            return HttpGateway(self._gateways[name])
        return VENDORS[name].make_provider(self._settings)

    def _make_webhooks(self) -> dict[str, Webhook]:
        # every vendor whose key is there, not the chosen ones alone: reports arrive long after a change of vendor
        webhooks = {
            name: vendor.make_webhook(self._settings)
            for name, vendor in VENDORS.items()
            if vendor.can_hear(self._settings)
        }
        for gateway in self._gateways.values():
            if gateway.webhook is not None:
                from providers.http.webhook import HttpWebhook

                webhooks[gateway.name] = HttpWebhook(gateway.name, gateway.webhook, channels=gateway.channels)
        return webhooks

    async def close(self) -> None:
        """Close what was made."""
        made, self._made = self._made, {}
        for provider in made.values():
            await provider.close()


def build_providers(settings: Settings) -> Providers:
    """The providers that the settings name.

    Raises:
        OSError: The file of HTTP gateways can't be read.
        ValueError: That file, or a webhook's key, is not valid.

    """
    return Providers(settings, load_gateways(settings.http_provider_file))
