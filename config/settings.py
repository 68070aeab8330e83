"""The only reader of the environment. Every setting is `CAMPAIGN_FLOW_<NAME>`, or a line of `.env`."""

from functools import cached_property
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET = "development-only-secret-do-not-use-in-production"  # noqa: S105

_SHORTEST_KEY = 24
"""What can be guessed is no key: 24 characters of a random text have more than 128 bits."""


def _reachable(url: str) -> bool:
    """Whether links of that address can work in a recipient's mail program: HTTPS, and not this machine's own."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme == "https" and "." in host and not host.startswith("127.")


class Settings(BaseSettings):
    """Everything that differs between a laptop and production."""

    model_config = SettingsConfigDict(
        env_prefix="CAMPAIGN_FLOW_",
        env_file=".env",
        extra="ignore",
        # Danger: without it an error at the start writes the secrets that it objects to into the log.
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )

    # docs/configuration.md is made of the sections and texts below: `python -m scripts.configuration`.

    # == General and PostgreSQL
    environment: Literal["development", "production"] = "development"
    """`production` refuses development secrets, a time scale, and a public address that recipients cannot open."""
    database_url: str = "postgresql://postgres@127.0.0.1:5432/campaign_flow"
    """Address of the database, with user and password."""
    database_pool_size: int = Field(default=10, ge=1, le=200)
    """The most connections of a process."""

    database_request_seconds: float = Field(default=30, gt=0, le=600)
    """The longest that one question of an API request may take; then it is answered 503. Files are exempt."""

    # == Temporal
    temporal_address: str = "127.0.0.1:7233"
    """Host and port of Temporal's frontend."""
    temporal_namespace: str = "default"
    """The namespace of all workflows."""
    temporal_api_key: SecretStr | None = None
    """API key, for Temporal Cloud."""
    temporal_tls: bool = False
    """Whether the connection is encrypted; an API key needs it."""
    temporal_ui_url: str = "http://127.0.0.1:8233"
    """Address of Temporal's web UI, for links to a journey's history."""

    payload_keys: list[SecretStr] = Field(default_factory=list)
    """Keys that encrypt what Temporal stores: 32 bytes in Base64 each, the newest first. Empty: it is not encrypted."""
    worker_deployment: str = Field(default="campaign-flow", pattern=r"^[A-Za-z0-9_-]{1,100}$")
    """Name of the worker deployment whose builds Temporal tells apart."""
    worker_build_id: str = ""
    """This build, e.g. an image's digest or a commit: a journey moves between builds at safe points only. Empty: builds
    are not told apart, for one machine (see docs/operations.md)."""

    # == Addresses, keys and intake
    public_url: str = "http://127.0.0.1:8000"
    """Where customers' browsers reach the API: the base of tracking links and of signed webhooks."""
    secret_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    """Signs tracking links and push receipts. Before it is changed, put it into `old_secret_keys`."""
    old_secret_keys: list[SecretStr] = Field(default_factory=list)
    """Keys that signed links before: those go on working, such as "unsubscribe" in mails already sent."""
    bootstrap_api_key: SecretStr | None = None
    """An admin key accepted besides those in the database, for the first sign-in. `make serve` makes one."""
    write_key: SecretStr | None = None
    """A server write key accepted besides those in the database: for the shop's servers, never for its pages."""
    browser_write_key: SecretStr | None = None
    """The same for pages and apps, where anybody can read it: see docs/sources for what it may not change."""
    user_token_secret: SecretStr | None = None
    """What the shop's server signs user tokens with, by which a browser key may speak for a customer."""
    browser_events_per_second: float = Field(default=1000, gt=0)
    """Events a browser write key may send to one API process, on average; ten times as many at once. Beyond it: 429."""
    server_events_per_second: float = Field(default=50_000, gt=0)
    """Events a server write key may send to one API process, on average; ten seconds' worth at once. Beyond it: 429."""
    browser_profiles_per_second: float = Field(default=100, gt=0)
    """New profiles that events of a browser write key may make in one API process, on average."""
    placeholder_ids: list[str] = Field(default_factory=list)
    """Texts that are no id of a customer, besides those that are known: see `domain/external_ids.py`."""
    cors_origins: list[str] = Field(default_factory=list)
    """Origins whose pages may call the API, e.g. `["https://shop.example"]`: needed by browser libraries."""

    # == Development
    sandbox_url: str = ""
    """Where the provider sandbox answers, for the app's inbox page; empty where none runs."""

    time_scale: float = Field(default=1.0, gt=0, le=1.0)
    """Real seconds per business second: 1 in production; the demo's days pass in seconds."""
    learning_time_scale: float = Field(default=1.0, gt=0, le=1.0)
    """The same in what models learn from. The demo's shop has a past of real days, `make learn`'s one of fast ones."""

    # == Kafka and files
    kafka_servers: str = ""
    """Brokers of the events' topics, `host:port,host:port`; none: no events from Kafka. Needs the extra `kafka`."""
    kafka_topics: list[str] = Field(default_factory=lambda: ["events"])
    """Topics that are read."""
    kafka_group: str = "campaign-flow"
    """The consumer group, whose offsets Kafka keeps."""

    import_max_mb: int = Field(default=2048, ge=1)
    """The largest file of customers or events that is taken."""

    # == Export and BI
    export_folder: str = ""
    """Where Parquet files of the views for BI are written, hourly and nightly; empty: nowhere. See docs/bi.md."""
    bi_host: str = Field(default="", pattern=r"^[A-Za-z0-9.\-]*(:[0-9]{1,5})?$")
    """`host:port` of the database, or of a replica of it, as BI tools reach it; empty: as the application does."""

    # == Logs, metrics and traces
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least severe messages that are logged."""
    log_format: Literal["json", "console"] = "json"
    """One JSON object a line, or text for people."""
    metrics_port: int = Field(default=0, ge=0, le=65535)
    """Where a process answers /metrics, /healthz and /readyz; 0 = nowhere. The API has it besides its own port."""
    metrics_host: str = "127.0.0.1"
    """The interface for it; 0.0.0.0 in a container."""
    gauge_seconds: float = Field(default=15, gt=0, le=30)
    """How often the installation's gauges are read."""
    drain_seconds: float = Field(default=0, ge=0, le=300)
    """How long the API serves on after SIGTERM while /readyz is 503: a load balancer needs a probe or two to see it."""

    tracing: bool = False
    """Whether OpenTelemetry traces are sent, to where `OTEL_EXPORTER_OTLP_*` says. Needs the extra `tracing`."""
    api_reference: bool | None = None
    """Whether /docs and /openapi.json are served to anybody; by default in development only."""

    # == Channels
    email_provider: Literal["sendgrid", "mailchimp", "ses", "smtp", "http", "none"] = "sendgrid"
    """Who sends e-mail. A campaign that needs a channel without a provider cannot be published."""
    sms_provider: Literal["twilio", "http", "none"] = "twilio"
    """Who sends SMS."""
    whatsapp_provider: Literal["twilio", "http", "none"] = "none"
    """Who sends WhatsApp messages."""
    push_provider: Literal["fcm", "http", "none"] = "fcm"
    """Who sends push messages."""
    email_fallback_provider: Literal["sendgrid", "mailchimp", "ses", "smtp", "http", "none"] = "none"
    """Who sends e-mail while its provider fails."""
    sms_fallback_provider: Literal["twilio", "http", "none"] = "none"
    """Who sends SMS while its provider fails."""
    push_fallback_provider: Literal["fcm", "http", "none"] = "none"
    """Who sends push messages while their provider fails."""
    breaker_failures: int = Field(default=5, ge=1, le=1000)
    """After so many failures in a row, of all workers together, the fallback takes over."""
    breaker_seconds: float = Field(default=30, gt=0, le=3600)
    """For so many seconds; then one message tries the provider again."""
    email_tracking: Literal["provider", "own"] = "provider"
    """Who counts opens and clicks of e-mail: the provider, by its webhook, or our own signed links and pixel."""
    sms_help_answer: str = Field(default="", max_length=320)
    """What is answered to HELP by SMS; empty where the provider answers it (Twilio does for most numbers)."""
    sms_link_tracking: bool = True
    """Whether links in an SMS lead through our click counter."""
    email_from: str = "news@shop.example"
    """The sender of e-mail."""
    email_from_name: str = "The Shop"
    """The name of that sender."""

    # == SendGrid
    sendgrid_api_key: SecretStr = SecretStr("")
    """An API key with the right to send."""
    sendgrid_url: str = "https://api.sendgrid.com"
    """Base address of its API."""
    sendgrid_webhook_public_key: str = ""
    """Base64 DER of the ECDSA key that SendGrid shows beside its Signed Event Webhook."""

    # == Twilio
    twilio_account_sid: str = ""
    """The account's SID."""
    twilio_auth_token: SecretStr = SecretStr("")
    """Its token; it also signs the webhooks."""
    twilio_url: str = "https://api.twilio.com"
    """Base address of its API."""
    twilio_from: str = "+15005550006"
    """The number that sends."""
    twilio_whatsapp_from: str = Field(default="", pattern=r"^$|^\+[1-9]\d{6,14}$|^MG[0-9a-f]{32}$")
    """The WhatsApp sender: its number, or a messaging service. Empty: Twilio sends no WhatsApp messages."""

    # == Firebase Cloud Messaging
    fcm_project_id: str = ""
    """The Firebase project."""
    fcm_credentials_json: SecretStr = SecretStr("")
    """A service account's JSON, whole."""
    fcm_url: str = "https://fcm.googleapis.com"
    """Base address of its API."""

    # == Mailchimp Transactional
    mailchimp_api_key: SecretStr = SecretStr("")
    """An API key."""
    mailchimp_url: str = "https://mandrillapp.com/api/1.0"
    """Base address of its API."""
    mailchimp_webhook_key: SecretStr = SecretStr("")
    """The key that signs its webhooks."""

    # == Amazon SES
    ses_region: str = Field(default="", pattern=r"^$|^[a-z]{2,}(-[a-z0-9]+)+$")
    """The region of Amazon SES, e.g. `eu-central-1`. Empty: SES is not used."""
    ses_access_key_id: str = ""
    """The access key of an IAM user that may send."""
    ses_secret_access_key: SecretStr = SecretStr("")
    """Empty: the credentials that the machine has (AWS_* variables, profile, container or instance role)."""
    ses_configuration_set: str = ""
    """The configuration set whose events go to the SNS topic."""
    ses_topic_arn: str = ""
    """The SNS topic whose messages /webhooks/ses takes. Empty: that is closed."""
    ses_tracks_engagement: bool = False
    """Whether the configuration set counts opens and clicks; else our own links and pixel do."""
    ses_url: str = ""
    """Another address of the SES API, e.g. a VPC endpoint or the sandbox's. Empty: Amazon's."""
    ses_sns_url: str = ""
    """Another address of SNS for its certificates and confirmations: the sandbox's. Empty: Amazon's."""

    # == SMTP
    smtp_host: str = ""
    """The mail server."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    """Its port."""
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """`starttls` (port 587) and `tls` (port 465) encrypt and check the certificate; `none` does neither."""
    smtp_username: str = ""
    """The name to log in with; empty: no login."""
    smtp_password: SecretStr = SecretStr("")
    """The password of that name."""
    smtp_ca_file: str = ""
    """PEM file of the authority that signed the server's certificate, where the system doesn't know it."""
    smtp_connections: int = Field(default=8, ge=1, le=100)
    """How many connections a process holds at most."""
    smtp_timeout_seconds: float = Field(default=10, gt=0, le=12)
    """For each of: a new connection, all steps up to the end of a message, the answer to it."""
    smtp_return_path: str = Field(default="", pattern=r"^$|^[^@\s<>]+@[^@\s<>]+$")
    """Where bounces go (the envelope's sender); `{message_id}` in it is replaced. Empty: `email_from`."""
    smtp_webhook_secret: SecretStr = SecretStr("")
    """Proves who posts bounces and complaints to /webhooks/smtp; 16 characters or more. Empty: that is closed."""

    # == HTTP
    http_call_networks: list[str] = Field(default_factory=list)
    """Networks (CIDR) beside the public internet that HTTP call nodes may reach, e.g. `["10.20.0.0/16"]`."""

    http_provider_file: str = ""
    """A JSON file with the settings of HTTP gateways (see docs/providers/http.md)."""

    # == Rates
    email_per_second: float = Field(default=100, gt=0)
    """The most e-mails a second, held by Temporal over all workers."""
    sms_per_second: float = Field(default=50, gt=0)
    """The same for SMS."""
    whatsapp_per_second: float = Field(default=50, gt=0)
    """The same for WhatsApp."""
    push_per_second: float = Field(default=500, gt=0)
    """The same for push messages."""
    in_app_per_second: float = Field(default=1000, gt=0)
    """The same for in-app cards."""
    http_per_second: float = Field(default=50, gt=0)
    """The same for HTTP requests of journeys."""

    # == Retention
    event_retention_days: int | None = Field(default=None, ge=90)
    """Events older than this go, a quarter at a time; unset keeps all. Conditions that look further back miss them."""
    history_retention_days: int | None = Field(default=None, ge=90)
    """How long after a journey's end its steps, what providers told of its messages, and what these said, are kept."""
    event_receipt_days: int = Field(default=400, ge=7)
    """How long an event's id is remembered: a repeat that comes later counts again."""

    visitor_days: int | None = Field(default=400, ge=30)
    """How long a visitor is kept who never said who they are, has no address, journey or message, and came no more."""
    intake_note_days: int = Field(default=30, ge=1)
    """How long the notes on unusable parts of events are kept."""
    webhook_reject_days: int = Field(default=90, ge=1)
    """How long an item of a webhook that could not be taken is kept."""
    possible_opt_out_days: int = Field(default=400, ge=30)
    """How long an inbound SMS that may ask to stop is kept, decided or not."""
    import_reject_days: int = Field(default=90, ge=1)
    """How long the rows that an import could not take are kept after its end."""
    refusal_days: int = Field(default=400, ge=7)
    """How long entry rejections are kept."""
    audience_days: int = Field(default=30, ge=1)
    """How long a launch's list of customers is kept after its end; its journeys stay."""
    audit_days: int | None = Field(default=None, ge=90)
    """How long the record of who changed what is kept; unset keeps all."""

    # == Sending
    consent_default: Literal["opt_in", "opt_out"] = "opt_in"
    """Whether marketing e-mail and SMS need consent in an installation that begins: `opt_in` as in the EU, `opt_out` as
    in the US. The first `python -m store.migrate` writes it into the contact policy, which operators change from then
    on; an installation that has customers keeps what it had."""
    send_deadline_hours: float = Field(default=24, gt=0)
    """How long a message or an HTTP call is offered again to a provider that refuses it, before it is given up and its
    journey goes on by `not_sent` or `failed` (business time). Waiting in a queue does not count."""
    marketing_settle_hours: float = Field(default=72, gt=0)
    """How long an `unknown` message waits for its provider's webhook before it counts as not sent (business time)."""

    # == Intelligence
    channel_exploration: float = Field(default=0.1, ge=0, le=1)
    """Share of a channel split's choices that may try another channel than the best, to go on learning."""
    unsubscribe_cost: float = Field(default=10.0, ge=0)
    """How many answers an unsubscription outweighs, where a model chooses the channel."""

    @model_validator(mode="after")
    def _production(self) -> "Settings":
        if self.environment == "production":
            if self.secret_key.get_secret_value() == DEVELOPMENT_SECRET:
                raise ValueError(
                    "CAMPAIGN_FLOW_SECRET_KEY must be set in production: it still has its development value"
                )
            if self.bootstrap_api_key is not None and len(self.bootstrap_api_key.get_secret_value()) < _SHORTEST_KEY:
                raise ValueError(
                    f"CAMPAIGN_FLOW_BOOTSTRAP_API_KEY must have {_SHORTEST_KEY} characters or more in production, "
                    "or be left out"
                )
            if self.write_key is not None and len(self.write_key.get_secret_value()) < _SHORTEST_KEY:
                raise ValueError(f"CAMPAIGN_FLOW_WRITE_KEY must have {_SHORTEST_KEY} characters or more in production")
            for name in ("browser_write_key", "user_token_secret"):
                value = getattr(self, name)
                if value is not None and len(value.get_secret_value()) < _SHORTEST_KEY:
                    raise ValueError(
                        f"CAMPAIGN_FLOW_{name.upper()} must have {_SHORTEST_KEY} characters or more in production"
                    )
            if len(self.secret_key.get_secret_value()) < _SHORTEST_KEY:
                raise ValueError(f"CAMPAIGN_FLOW_SECRET_KEY must have {_SHORTEST_KEY} characters or more in production")
            if not _reachable(self.public_url):
                raise ValueError(
                    "CAMPAIGN_FLOW_PUBLIC_URL must be an https:// address in production that recipients can open"
                )
            for name in ("time_scale", "learning_time_scale"):
                if getattr(self, name) != 1.0:
                    raise ValueError(f"CAMPAIGN_FLOW_{name.upper()} must be 1 in production")
        return self

    @property
    def serves_reference(self) -> bool:
        """Whether the API describes itself at /docs."""
        return self.environment == "development" if self.api_reference is None else self.api_reference

    @property
    def secret_keys(self) -> list[str]:
        """The key that signs, then those whose links are still taken."""
        return [key.get_secret_value() for key in (self.secret_key, *self.old_secret_keys)]

    @cached_property
    def sqlalchemy_url(self) -> str:
        """The database's URL in SQLAlchemy's spelling, for psycopg 3."""
        for scheme in ("postgresql://", "postgres://"):
            if self.database_url.startswith(scheme):
                return "postgresql+psycopg://" + self.database_url.removeprefix(scheme)
        return self.database_url
