"""What a customer is called, in SQL."""

from sqlalchemy import ColumnElement, String, func, type_coerce
from sqlmodel import col

from models import Customer


def full_name() -> ColumnElement[str | None]:
    """First and last name; null for whom neither is known of."""
    return func.nullif(func.btrim(func.concat_ws(" ", col(Customer.first_name), col(Customer.last_name))), "")


def sort_name() -> ColumnElement[str]:
    """What a list by name is ordered by: the name, else the external id, else the e-mail address, in small letters."""
    parts = (col(Customer.first_name), col(Customer.last_name), col(Customer.external_id), col(Customer.email))
    return type_coerce(func.customer_sort_name(*parts), String)
