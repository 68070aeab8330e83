"""Every sentence, by its code, in English; {names} are what `sentence` must be given.

web/src/i18n/en/sentences.json says the same in the app.
"""

from collections.abc import Mapping

from domain.i18n.catalog.answers import ANSWERS
from domain.i18n.catalog.conditions import CONDITIONS
from domain.i18n.catalog.intake import INTAKE
from domain.i18n.catalog.journeys import JOURNEYS
from domain.i18n.catalog.learning import LEARNING
from domain.i18n.catalog.messages import MESSAGES
from domain.i18n.catalog.problems import PROBLEMS
from domain.i18n.catalog.surveys import SURVEYS

SENTENCES: Mapping[str, str] = {
    "as_written": "{words}",
    "joined": "{parts}",
    "quoted": "'{words}'",
    "channel_email": "e-mail",
    "channel_sms": "SMS",
    "channel_whatsapp": "WhatsApp",
    "channel_push": "push",
    "channel_silent_push": "silent push",
    "channel_in_app": "in-app",
    **JOURNEYS,
    **MESSAGES,
    **CONDITIONS,
    **ANSWERS,
    **LEARNING,
    **PROBLEMS,
    **INTAKE,
    **SURVEYS,
}
