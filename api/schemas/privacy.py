"""What is handed out about a customer, and what proves that they were erased."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.schemas.base import View


class ErasureView(View):
    """Proof that a customer was erased."""

    id: UUID
    former_id: UUID = Field(description="Of the customer's row, which stays, empty: the anonymous ledger refers to it.")
    subject_hash: str = Field(description="SHA-256 of `campaign-flow:erased:` and their external id.")
    removed: dict[str, int] = Field(description="Rows deleted or emptied, by table.")
    requested_by: str
    at: datetime
