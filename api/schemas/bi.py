"""The views for BI."""

from pydantic import Field

from api.schemas.base import View


class BiColumnView(View):
    """A column."""

    name: str
    type: str = Field(description="As Postgres names it.", examples=["bigint"])
    comment: str


class BiViewView(View):
    """A view of the schema `bi_v1`."""

    name: str
    comment: str
    columns: list[BiColumnView] = Field(description="The first one tells rows apart.")


class BiAddressView(View):
    """Where BI tools connect."""

    host: str
    port: int
    database: str
    schema_name: str
    odata_url: str
    export_folder: bool = Field(description="Whether Parquet files are written.")
    views: list[BiViewView]
