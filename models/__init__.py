"""SQLModel tables, one aggregate a file. Tables have no methods: `store` owns the queries."""

from models.access import ApiKey
from models.attribute import AttributeDefinition
from models.audit import AuditEntry
from models.broadcast import BroadcastRow
from models.campaign import AudienceMember, Campaign, CampaignRun, CampaignVersion, EntryRejectionRow
from models.campaign_counter import CampaignCounter, CounterDelta
from models.contact import CircuitBreaker, ContactPolicyRow, Topic
from models.customer import Consent, Customer, CustomerIdentity, CustomerMerge, Device, EarlierAddress, Suppression
from models.email_design import BrandKitRow, SavedBlock
from models.erasure import ErasedName, Erasure
from models.event import Event, EventReceipt
from models.experiment import Experiment, ExperimentAssignment, ExperimentDecision, ExperimentLook
from models.heartbeat import Heartbeat
from models.imports import Import, ImportChunk, ImportCustomer, ImportMapping, ImportReject
from models.intake_note import IntakeNote
from models.journey import Coupon, Journey, JourneyStep
from models.message import Message, MessageEvent
from models.migration import JourneyMigration
from models.model import Model
from models.outbox import Outbox
from models.possible_opt_out import PossibleOptOut
from models.product import Product
from models.promotion import (
    PromotionCode,
    PromotionCounter,
    PromotionEntry,
    PromotionOrder,
    PromotionRedemption,
    PromotionRefusal,
    PromotionReturn,
    PromotionRow,
)
from models.property_percentiles import PropertyPercentiles
from models.score import CustomerScores, Score, ScoreBatch, ScoreColumn
from models.segment import Segment, SegmentMember
from models.shop import ShopSettings
from models.survey import SurveyAnswer, SurveyInvitation, SurveyRow, SurveyTheme
from models.template import Template
from models.training import TrainingRun
from models.webhook import WebhookReject

__all__ = [
    "ApiKey",
    "AttributeDefinition",
    "AudienceMember",
    "AuditEntry",
    "BrandKitRow",
    "BroadcastRow",
    "Campaign",
    "CampaignCounter",
    "CampaignRun",
    "CampaignVersion",
    "CircuitBreaker",
    "Consent",
    "ContactPolicyRow",
    "CounterDelta",
    "Coupon",
    "Customer",
    "CustomerIdentity",
    "CustomerMerge",
    "CustomerScores",
    "Device",
    "EarlierAddress",
    "EntryRejectionRow",
    "ErasedName",
    "Erasure",
    "Event",
    "EventReceipt",
    "Experiment",
    "ExperimentAssignment",
    "ExperimentDecision",
    "ExperimentLook",
    "Heartbeat",
    "Import",
    "ImportChunk",
    "ImportCustomer",
    "ImportMapping",
    "ImportReject",
    "IntakeNote",
    "Journey",
    "JourneyMigration",
    "JourneyStep",
    "Message",
    "MessageEvent",
    "Model",
    "Outbox",
    "PossibleOptOut",
    "Product",
    "PromotionCode",
    "PromotionCounter",
    "PromotionEntry",
    "PromotionOrder",
    "PromotionRedemption",
    "PromotionRefusal",
    "PromotionReturn",
    "PromotionRow",
    "PropertyPercentiles",
    "SavedBlock",
    "Score",
    "ScoreBatch",
    "ScoreColumn",
    "Segment",
    "SegmentMember",
    "ShopSettings",
    "Suppression",
    "SurveyAnswer",
    "SurveyInvitation",
    "SurveyRow",
    "SurveyTheme",
    "Template",
    "Topic",
    "TrainingRun",
    "WebhookReject",
]
