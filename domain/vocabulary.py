"""The words of the house. Each is spelt the same in Postgres, Python, JSON and TypeScript."""

from enum import StrEnum


class Channel(StrEnum):
    """A way to reach a customer."""

    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    PUSH = "push"
    SILENT_PUSH = "silent_push"
    IN_APP = "in_app"


OPEN_TRACKING_CHANNELS = frozenset({Channel.EMAIL, Channel.WHATSAPP, Channel.PUSH, Channel.IN_APP})
"""A rate of opens is of these channels' messages: that an SMS was read is never told, and nobody sees a silent push."""
CLICK_TRACKING_CHANNELS = OPEN_TRACKING_CHANNELS | {Channel.SMS}


PHONE_CHANNELS = frozenset({Channel.SMS, Channel.WHATSAPP})
"""They go to the customer's phone number."""
ALWAYS_OPT_IN = frozenset({Channel.WHATSAPP})
"""Marketing on these needs consent by the rules of who runs them, whatever the contact policy says."""


class Category(StrEnum):
    """Why a message is sent. Transactional ones pass caps and quiet hours, never suppression."""

    MARKETING = "marketing"
    TRANSACTIONAL = "transactional"


class CampaignState(StrEnum):
    """Life of a campaign. `retired` takes nobody new and lets those inside finish; `stopped` ends them."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    RETIRED = "retired"
    STOPPED = "stopped"


class RunState(StrEnum):
    """Life of one launch of a campaign."""

    STARTING = "starting"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    REFUSED = "refused"
    """It enrolled nobody: the campaign was not active when its time came."""
    CANCELLED = "cancelled"
    """Taken back before its first message left."""


class ModelKind(StrEnum):
    """What a learned model is."""

    BOOSTED = "boosted"
    BASELINE = "baseline"
    VALUE = "value"
    CLUSTERS = "clusters"
    HOURS = "hours"
    UPLIFT = "uplift"
    RECOMMENDATIONS = "recommendations"
    POLICY = "policy"


class ModelState(StrEnum):
    """Life of a model. One `champion` a name makes its scores; a `challenger` lost to it; `retired` was one once."""

    CHAMPION = "champion"
    CHALLENGER = "challenger"
    RETIRED = "retired"


class JourneyState(StrEnum):
    """Life of one customer's walk. `starting` rows exist before their workflow does."""

    STARTING = "starting"
    ACTIVE = "active"
    PAUSED = "paused"
    FAILED = "failed"
    """Its step can't be taken: it stands until an operator retries or ends it."""
    ENDED = "ended"


class FailureCode(StrEnum):
    """Why a journey failed."""

    FLOW = "flow"
    """Its version leads nowhere from there."""
    REFUSED = "refused"
    """The step asks for what is not there any more, a deleted segment for instance."""
    DATA = "data"
    """The database refuses what the step writes."""
    FAULT = "fault"
    """A defect of the program."""


class MessageState(StrEnum):
    """Where a message stands in the ledger.

    `reserved` is written before the provider is called; `deferred` means that the provider, or a limit, said no for
    now, so that it may be sent later; `unknown` means that nobody knows whether the provider took it, until its webhook
    says so; `skipped` was never offered to a provider, and its row says why (consent, cap, goal reached, ...).
    """

    RESERVED = "reserved"
    DEFERRED = "deferred"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class BlockReason(StrEnum):
    """Why a message was put off or skipped, for counting; `messages.reason` says it in words."""

    CONSENT = "consent"
    SUPPRESSION = "suppression"
    NO_ADDRESS = "no_address"
    SAME_ADDRESS = "same_address"
    NO_PROVIDER = "no_provider"
    CAP = "cap"
    COOLDOWN = "cooldown"
    FATIGUE = "fatigue"
    PRIORITY = "priority"
    QUIET_HOURS = "quiet_hours"
    SESSION_CLOSED = "session_closed"
    SURVEY = "survey"
    """Its survey is closed, or the customer was asked by one too short a time ago."""
    JOURNEY_ENDED = "journey_ended"


class MessageEventKind(StrEnum):
    """What can happen to a message after it left; also the tail of the event name `message_<engagement>`."""

    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    CLICKED = "clicked"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    REPLIED = "replied"


class ImportState(StrEnum):
    """Life of a file on its way in."""

    UPLOADING = "uploading"
    READY = "ready"
    """Looked at, and waiting for somebody to say how it is to be read."""
    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    STOPPED = "stopped"


class ConsentStatus(StrEnum):
    """A customer's word about a channel."""

    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"


class ExitReason(StrEnum):
    """Why a journey ended. An `end` node may name its own reason beside these."""

    COMPLETED = "completed"
    GOAL = "goal"
    EXIT_EVENT = "exit_event"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    """The launch was taken back before its first message left."""
    ERASED = "erased"
    NODE_REMOVED = "node_removed"
    OVER_LIMIT = "over_limit"
    FAILED = "failed"
    """An operator ended a journey that had failed."""
    PROFILE_MERGED = "profile_merged"
    """Its profile was merged with one that was in the campaign before, and re-entry does not allow both."""


class Role(StrEnum):
    """What an API key may do, each including the one before."""

    TILL = "till"
    """Evaluates and redeems promotions, and nothing else."""
    VIEWER = "viewer"
    MARKETER = "marketer"
    OPERATOR = "operator"
    ADMIN = "admin"
