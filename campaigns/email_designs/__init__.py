"""Ready e-mails to start from, each in every language of the web app."""

from typing import Any, cast
from uuid import UUID

from campaigns.email_designs.parts import Say
from campaigns.email_designs.shop import DESIGNS, Design
from campaigns.test_send import TestMessage, write
from domain.content import EmailContent
from domain.email_document import BrandKit
from models import Customer
from rendering.email_document import compiled

__all__ = ["DESIGNS", "Design", "content_of", "designed"]

_SAMPLES = [
    {"product_id": f"sample-{number}", "name": name, "price": price, "currency": "EUR", "url": "https://shop.example"}
    for number, (name, price) in enumerate((("Linen shirt", 59), ("Canvas tote", 34.5), ("Wool cap", 29)))
]
_COUPON = "WELCOME"


def content_of(key: str, language: str, *, public_url: str) -> EmailContent:
    """Subject, preview text and document of a design; its pictures are served by this installation."""
    design = DESIGNS[key]
    say = Say(language, f"{public_url}/app/email")
    document = {"version": 1, "language": language, "rows": design.rows(say)}
    return EmailContent.model_validate(
        {"subject": say(*design.subject), "preheader": say(*design.preheader), "document": document}
    )


def designed(key: str, language: str, kit: BrandKit, *, public_url: str) -> dict[str, Any]:
    """A design as the API shows it, with its HTML for a made-up customer."""
    content = compiled(content_of(key, language, public_url=public_url), kit)
    pictures = (f"{public_url}/app/email/product-{number}.jpg" for number in (1, 2, 3))
    samples = [sample | {"image_url": picture} for sample, picture in zip(_SAMPLES, pictures, strict=True)]
    ada = Customer(
        id=UUID(int=0),
        first_name="Ada",
        locale=language,
        traits={"browsed": samples, "last_order": {"products": samples}},
    )
    trial = TestMessage(content, coupons={_COUPON: "WELCOME-7K2M"}, recommended=samples)
    return {
        "key": key,
        "name": DESIGNS[key].name[0 if language == "en" else 1],
        "subject": content.subject,
        "preheader": content.preheader,
        "document": content.document,
        "html": cast("EmailContent", write(trial, ada, public_url=public_url)).html,
    }
