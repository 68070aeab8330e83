"""Every sentence, by its code, in English; {names} are what `sentence` must be given.

web/src/i18n/en/sentences.json says the same in the app.
"""

from collections.abc import Mapping

from domain.sentences.catalogue.answers import ANSWERS
from domain.sentences.catalogue.conditions import CONDITIONS
from domain.sentences.catalogue.journeys import JOURNEYS
from domain.sentences.catalogue.learning import LEARNING
from domain.sentences.catalogue.messages import MESSAGES
from domain.sentences.catalogue.problems import PROBLEMS

SENTENCES: Mapping[str, str] = {
    "as_written": "{words}",
    "joined": "{parts}",
    "quoted": "'{words}'",
    "channel_email": "e-mail",
    "channel_sms": "SMS",
    "channel_push": "push",
    "channel_silent_push": "silent push",
    "channel_in_app": "in-app",
    **JOURNEYS,
    **MESSAGES,
    **CONDITIONS,
    **ANSWERS,
    **LEARNING,
    **PROBLEMS,
}
