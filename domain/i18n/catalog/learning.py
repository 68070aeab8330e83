"""What came of learning a score: who makes it from now on, or what is missing to learn it."""

from collections.abc import Mapping

LEARNING: Mapping[str, str] = {
    "not_learned": "not learned: {missing}",
    "training_failed": "failed, the model in use stays: {why}",
    "needs_moments": "{moments} of the three moments needed have a history: two to learn from, one to judge on",
    "needs_customers_to_learn": "{customers} customers to learn from, {rarer} of the rarer answer; {fewest} and"
    " {answers} are needed",
    "needs_customers_to_judge": "{customers} customers to judge on, {rarer} of the rarer answer; {fewest} and"
    " {answers} are needed",
    "needs_choices": "{choices} channel choices were made and could be answered; {fewest} are needed",
    "needs_contacted": "{customers} customers were contacted long enough ago, {rarer} of the rarer answer; {fewest} and"
    " {answers} are needed",
    "needs_held_out": "{customers} customers were held out long enough ago, {rarer} of the rarer answer; {fewest} and"
    " {answers} are needed",
    "needs_holdout": "no published campaign of that score holds anybody out",
    "needs_anybody": "there are no customers",
    "needs_orders": "{customers} customers had ordered by {day}, and ordered {orders} times since; {fewest} of both are"
    " needed",
    "needs_histories": "{customers} customers have a history; {fewest} are needed",
    "needs_seen": "{customers} customers were seen before the last weeks and in them; {fewest} are needed",
    "needs_baskets": "{customers} customers took products before the last weeks and new ones in them, {products}"
    " products are known; {fewest} and {fewest_products} are needed",
    "no_holdouts": "no campaign holds anybody out",
    "model_boosted": "boosted trees",
    "model_baseline": "plain baseline",
    "records_stay": "customers' own records stay: log-loss {record}, a plain model of these {plain}, and the best new"
    " model, {new}, is not surely better than both",
    "model_stays": "the model in use stays: log-loss {used}, the best new one {new}",
    "model_takes_over": "taken over by {model}: log-loss {new}, baseline {baseline}",
    "model_takes_over_from": "taken over by {model}: log-loss {new}, baseline {baseline}, the model in use {used}",
    "value_stays": "the model in use stays: RMSE {used}, the new one {new}",
    "value_takes_over": "takes over: RMSE {new}, spending rate {baseline}",
    "own_hours": "hours of one's own foretell better: log-loss {own}, everybody's {everyone}",
    "no_own_hours": "no hours of one's own found: everybody's hold: log-loss {own}, everybody's {everyone}",
    "clusters_found": "{count} clusters, stability {stability}: {names}",
    "clusters_unstable": "not stable enough to replace the last run's: {found}",
    "products_take_over": "{learner} takes over: NDCG@{shown} {new}, {plain} {old}",
    "products_stay": "{plain} is no worse and stays: NDCG@{shown} of {learner} {new}, {plain} {old}",
    "choices_judged": "earned {earned} a message; {best}: {value} (doubly robust)",
    "uplift_ranks": "{learner} ranks customers: {figures}",
    "uplift_unusable": "no usable heterogeneity found: {figures}",
    "uplift_figures": "effect {effect} % ({low} to {high}), Qini {qini} ({qini_low} to {qini_high}),"
    " evidence {evidence}",
}
