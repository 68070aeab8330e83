"""Households of The Complete Journey as known at a moment. Nothing after the moment is looked at."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from intelligence.classifier import Slice
from intelligence.evaluation_metrics import Numbers

DAY = 86_400.0
WINDOWS = (7, 14, 30, 60, 90)
CLUSTERING = (
    "frequency",
    "recency",
    "spend_90",
    "mean_basket",
    "discount_share",
    "coupon_share",
    "weekend_share",
    "hour",
    "stores",
)


@dataclass(frozen=True)
class CampaignSends:
    """One campaign's recipients, and whether each redeemed."""

    start: pd.Timestamp
    end: pd.Timestamp
    slice: Slice


class Households:
    """Features and outcomes."""

    def __init__(self, tables: dict[str, pd.DataFrame]) -> None:
        baskets = tables["baskets"]
        self._baskets = baskets.assign(
            at=baskets["local_timestamp"],
            day=baskets["local_timestamp"].dt.floor("D"),
            weekend=baskets["local_timestamp"].dt.dayofweek >= 5,
            hour=baskets["local_timestamp"].dt.hour,
        ).sort_values(["household_id", "at"])
        self._sends = tables["campaigns"].merge(tables["campaign_descriptions"], on="campaign_id")
        self._redeemed = tables["coupon_redemptions"]

    def features(self, moment: pd.Timestamp) -> pd.DataFrame:
        """One row a household that had bought before the moment."""
        before = self._baskets[self._baskets["at"] < moment]
        by = before.groupby("household_id")
        frame = pd.DataFrame(index=by.size().index)
        frame["recency"] = (moment - by["at"].max()).dt.total_seconds() / DAY
        frame["tenure"] = (moment - by["at"].min()).dt.total_seconds() / DAY
        frame = frame.join(_gaps(before))
        frame["frequency"] = frame["days"] / frame["tenure"].clip(lower=7) * 30
        frame["overdue"] = frame["recency"] / frame["gap_mean"]
        for window in WINDOWS:
            recent = before[before["at"] >= moment - pd.Timedelta(days=window)].groupby("household_id")
            frame[f"days_{window}"] = recent["day"].nunique().reindex(frame.index, fill_value=0)
            frame[f"spend_{window}"] = recent["sales_value"].sum().reindex(frame.index, fill_value=0)
        frame["trend"] = frame["days_30"] / (frame["days_90"] / 3 + 0.5)
        spend = by["sales_value"].sum().clip(lower=1)
        frame["mean_basket"] = by["sales_value"].mean()
        frame["lines"] = by["lines"].mean()
        frame["discount_share"] = by["retail_disc"].sum() / spend
        frame["coupon_share"] = by["coupon_disc"].sum() / spend
        frame["stores"] = by["store_id"].nunique()
        frame["weekend_share"] = by["weekend"].mean()
        frame["hour"] = by["hour"].mean()
        return frame

    def purchase_slice(self, moment: pd.Timestamp, horizon: pd.Timedelta) -> Slice:
        """Whether each household buys within the horizon."""
        features = self.features(moment)
        return Slice(moment, features, self._buys(features.index, moment, horizon))

    def churn_slice(self, moment: pd.Timestamp, horizon: pd.Timedelta) -> Slice:
        """Whether a household that bought within the last 60 days buys nothing within the horizon."""
        features = self.features(moment)
        active = features[features["recency"] <= 60]
        return Slice(moment, active, 1.0 - self._buys(active.index, moment, horizon))

    def coupon_sends(self) -> list[CampaignSends]:
        """Every campaign with its recipients, as known when it began, within the year of the baskets."""
        year = self._baskets["at"].min()
        result = []
        for _, sends in self._sends.groupby("campaign_id"):
            start, end = sends["start_date"].iloc[0], sends["end_date"].iloc[0]
            if start < year + pd.Timedelta(days=30):
                continue
            result.append(CampaignSends(start, end, self._coupon_slice(sends, start)))
        return result

    def _coupon_slice(self, sends: pd.DataFrame, start: pd.Timestamp) -> Slice:
        known = self.features(start).reindex(sends["household_id"])
        earlier = self._sends[self._sends["start_date"] < start]
        redeemed = self._redeemed[self._redeemed["redemption_date"] < start]
        campaigns = redeemed.drop_duplicates(["household_id", "campaign_id"]).groupby("household_id").size()
        known["campaigns_received"] = earlier.groupby("household_id").size().reindex(known.index, fill_value=0)
        known["campaigns_redeemed"] = campaigns.reindex(known.index, fill_value=0)
        known["coupons_redeemed"] = redeemed.groupby("household_id").size().reindex(known.index, fill_value=0)
        known["type"] = sends["campaign_type"].map({"Type A": 0.0, "Type B": 1.0, "Type C": 2.0}).to_numpy()
        took = self._redeemed[self._redeemed["campaign_id"] == sends["campaign_id"].iloc[0]]["household_id"]
        return Slice(start, known, np.isin(sends["household_id"], took).astype(float))

    def _buys(self, households: pd.Index, moment: pd.Timestamp, horizon: pd.Timedelta) -> Numbers:
        within = self._baskets[(self._baskets["at"] >= moment) & (self._baskets["at"] < moment + horizon)]
        return np.isin(households, within["household_id"].unique()).astype(float)


def _gaps(before: pd.DataFrame) -> pd.DataFrame:
    """Days with a purchase, and the gaps between them."""
    days = before.drop_duplicates(["household_id", "day"])
    gaps = days.groupby("household_id")["day"].diff().dt.total_seconds() / DAY
    by = gaps.groupby(days["household_id"])
    return pd.DataFrame(
        {
            "days": days.groupby("household_id").size(),
            "gap_mean": by.mean(),
            "gap_deviation": by.std(),
            "gap_longest": by.max(),
            "gap_last": by.last(),
        }
    )
