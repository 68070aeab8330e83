-- The views for BI, in the shape of a star. What stands behind "--" becomes the comment of the view or column.
-- Only text, bigint, integer, numeric, boolean, date and timestamptz: older drivers read no others. Times are UTC.

-- Old drivers hold 28 digits: what has more is no amount of money.
CREATE FUNCTION facts.readable(amount numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN abs(amount) < 1e18 THEN round(amount, 6) END
$$;

CREATE VIEW bi_v1.dim_campaign AS -- Campaigns, broadcasts included
SELECT c.id::text AS campaign_key, -- Key
       c.slug::text AS slug, -- Short name, as in addresses
       c.name::text AS name, -- Name
       c.state::text AS state, -- draft, active, paused, retired or stopped
       c.folder::text AS folder, -- Folder of the list
       (b.campaign_id IS NOT NULL) AS broadcast, -- Whether it is a broadcast
       c.created_at AS created_at -- When it was created
  FROM campaigns AS c LEFT JOIN broadcasts AS b ON b.campaign_id = c.id;

CREATE VIEW bi_v1.dim_version AS -- Published versions of campaigns
SELECT v.id::text AS version_key, -- Key
       v.campaign_id::text AS campaign_key, -- Campaign
       v.number AS number, -- Number, from 1
       v.published_at AS published_at -- When it was published
  FROM campaign_versions AS v;

CREATE VIEW bi_v1.dim_step AS -- Steps (nodes) of campaigns, as their newest version has them
SELECT DISTINCT ON (v.campaign_id, n.node ->> 'id')
       v.campaign_id::text || '/' || (n.node ->> 'id') AS step_key, -- Key
       v.campaign_id::text AS campaign_key, -- Campaign
       n.node ->> 'id' AS node, -- Id within the campaign
       n.node ->> 'type' AS kind, -- Kind: send_email, wait, check ...
       coalesce(nullif(n.node #>> '{data,label}', ''), n.node ->> 'id') AS name -- Its label, else its id
  FROM campaign_versions AS v
 CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(v.flow -> 'nodes') WHEN 'array' THEN v.flow -> 'nodes'
                                              ELSE '[]' END) AS n(node)
 ORDER BY v.campaign_id, n.node ->> 'id', v.number DESC;

CREATE VIEW bi_v1.dim_run AS -- Launches of campaigns
SELECT r.id::text AS run_key, -- Key
       r.campaign_id::text AS campaign_key, -- Campaign
       r.version_id::text AS version_key, -- Version
       r.state::text AS state, -- State of the launch
       r.audience AS audience, -- Customers in its audience
       r.created_at AS created_at, -- When it began
       r.finished_at AS finished_at -- When it had enrolled everybody
  FROM campaign_runs AS r;

CREATE VIEW bi_v1.dim_channel AS -- Channels
SELECT c.channel AS channel_key, -- Key: email, sms ...
       c.name AS name, -- Name
       c.tells_opens AS tells_opens, -- Whether opens are told on it
       c.tells_clicks AS tells_clicks -- Whether clicks are told on it
  FROM (VALUES ('email', 'E-mail', true, true), ('sms', 'SMS', false, true), ('whatsapp', 'WhatsApp', true, true),
               ('push', 'Push', true, true), ('silent_push', 'Silent push', false, false), ('in_app', 'In-app', true, true)
       ) AS c(channel, name, tells_opens, tells_clicks);

CREATE VIEW bi_v1.dim_date AS -- Days from 2020 to the end of the year after next
SELECT d.day::date AS date_key, -- The day
       extract(year FROM d.day)::integer AS year, -- Year
       extract(quarter FROM d.day)::integer AS quarter, -- Quarter, 1 to 4
       extract(month FROM d.day)::integer AS month, -- Month, 1 to 12
       extract(day FROM d.day)::integer AS day, -- Day of the month
       extract(isoyear FROM d.day)::integer AS iso_year, -- Year of the ISO week
       extract(week FROM d.day)::integer AS iso_week, -- ISO week, 1 to 53
       extract(isodow FROM d.day)::integer AS weekday, -- 1 = Monday to 7 = Sunday
       (extract(isodow FROM d.day) > 5) AS weekend -- Saturday or Sunday
  FROM generate_series('2020-01-01'::timestamp,
                       date_trunc('year', (now() AT TIME ZONE 'UTC')) + interval '3 years - 1 day',
                       interval '1 day') AS d(day);

CREATE VIEW bi_v1.dim_customer AS -- Customers without personal data; those who were erased are left out
SELECT c.id::text AS customer_key, -- Key; says nothing of who it is
       c.country::text AS country, -- Country, ISO 3166-1
       split_part(replace(c.locale, '_', '-'), '-', 1) AS language, -- Language, ISO 639
       c.timezone::text AS timezone, -- Time zone, IANA
       (c.email IS NOT NULL) AS has_email, -- Whether an e-mail address is known
       (c.phone IS NOT NULL) AS has_phone, -- Whether a phone number is known
       (c.external_id IS NULL AND c.email IS NULL AND c.phone IS NULL) AS anonymous, -- Whether only a visitor
       c.created_at AS created_at, -- When the profile was created
       (c.created_at AT TIME ZONE 'UTC')::date AS created_date, -- The same as a day of UTC
       c.last_seen_at AS last_seen_at -- When last seen
  FROM customers AS c WHERE c.erased_at IS NULL;

CREATE VIEW bi_v1.dim_product AS -- Products, as the newest events name them
SELECT p.id::text AS product_key, -- The shop's id
       p.details ->> 'name' AS name, -- Name
       p.details ->> 'category' AS category, -- Category
       p.details ->> 'brand' AS brand -- Brand
  FROM products AS p;

CREATE VIEW bi_v1.dim_segment AS -- Saved segments
SELECT s.id::text AS segment_key, -- Key
       s.name::text AS name, -- Name
       s.tracked AS tracked, -- Whether its members are kept (fact_segment_members)
       s.persona AS persona, -- Whether it is shown on profiles
       s.created_at AS created_at -- When it was created
  FROM segments AS s WHERE s.owner_campaign_id IS NULL;

CREATE VIEW bi_v1.dim_experiment AS -- Experiments
SELECT e.id::text AS experiment_key, -- Key
       e.campaign_id::text AS campaign_key, -- Campaign
       e.campaign_id::text || '/' || e.node_id AS step_key, -- The random split
       e.name::text AS name, -- Name
       e.state::text AS state, -- State
       e.winner::text AS winner, -- Arm that won
       e.started_at AS started_at, -- When it began
       e.ended_at AS ended_at -- When it ended
  FROM experiments AS e;

CREATE VIEW bi_v1.dim_promotion AS -- Promotions
SELECT p.id::text AS promotion_key, -- Key
       p.name::text AS name, -- Name
       p.state::text AS state, -- draft, active, paused or ended
       p.definition ->> 'currency' AS currency, -- Currency, ISO 4217
       p.created_at AS created_at -- When it was created
  FROM promotions AS p;

CREATE VIEW bi_v1.fact_campaign_days AS -- Counters by day: exact at any moment, and kept when customers are erased
SELECT md5(concat_ws('/', c.campaign_id, c.run_id, c.node_id, c.channel, c.metric, c.dimension,
                     (c.at AT TIME ZONE 'UTC')::date)) AS figure_key, -- Key
       c.campaign_id::text AS campaign_key, -- Campaign
       nullif(c.run_id, '00000000-0000-0000-0000-000000000000')::text AS run_key, -- Launch
       c.campaign_id::text || '/' || nullif(c.node_id, '') AS step_key, -- Step
       nullif(c.channel, '') AS channel_key, -- Channel
       (c.at AT TIME ZONE 'UTC')::date AS date_key, -- Day of UTC; 1970-01-01 for levels (active)
       c.metric::text AS metric, -- entered, sent, opened, conversions, ... : counters of docs/metrics.md
       nullif(c.dimension, '') AS detail, -- Currency of amounts, exit reason, state, code of a rejection
       sum(c.n)::bigint AS count, -- How often
       facts.readable(sum(c.amount)) AS amount -- Money, in the currency that detail names
  FROM facts.counters AS c
 GROUP BY c.campaign_id, c.run_id, c.node_id, c.channel, c.metric, c.dimension, (c.at AT TIME ZONE 'UTC')::date;

CREATE VIEW bi_v1.fact_journeys AS -- A journey a row
SELECT j.id::text AS journey_key, -- Key
       j.campaign_id::text AS campaign_key, -- Campaign
       j.version_id::text AS version_key, -- Version
       nullif(j.run_id, '00000000-0000-0000-0000-000000000000')::text AS run_key, -- Launch
       j.customer_id::text AS customer_key, -- Customer
       j.campaign_id::text || '/' || nullif(j.node_id, '') AS step_key, -- Where it stands or ended
       j.state::text AS state, -- starting, active, paused, failed or ended
       j.exit_reason::text AS exit_reason, -- Why it ended
       j.created_at AS entered_at, -- When it began
       (j.created_at AT TIME ZONE 'UTC')::date AS entered_date, -- The same as a day of UTC
       j.ended_at AS ended_at -- When it ended
  FROM facts.journeys AS j;

CREATE VIEW bi_v1.fact_journey_steps AS -- A visit of a step a row
SELECT s.journey_id::text || '/' || s.seq AS journey_step_key, -- Key
       s.journey_id::text AS journey_key, -- Journey
       s.seq AS number, -- Which visit of the journey, from 1
       s.campaign_id::text AS campaign_key, -- Campaign
       s.version_id::text AS version_key, -- Version
       s.customer_id::text AS customer_key, -- Customer
       s.campaign_id::text || '/' || s.node_id AS step_key, -- Step
       s.kind::text AS kind, -- Kind of the step
       s.port::text AS port, -- The outcome by which it was left
       s.entered_at AS entered_at, -- When the customer came
       (s.entered_at AT TIME ZONE 'UTC')::date AS entered_date, -- The same as a day of UTC
       s.left_at AS left_at -- When the customer went on
  FROM facts.steps AS s;

CREATE VIEW bi_v1.fact_messages AS -- A message a row; tests by hand are left out
SELECT m.id::text AS message_key, -- Key
       m.journey_id::text AS journey_key, -- Journey
       m.campaign_id::text AS campaign_key, -- Campaign
       m.version_id::text AS version_key, -- Version
       nullif(m.run_id, '00000000-0000-0000-0000-000000000000')::text AS run_key, -- Launch
       m.customer_id::text AS customer_key, -- Customer
       m.campaign_id::text || '/' || nullif(m.node_id, '') AS step_key, -- Step
       m.channel::text AS channel_key, -- Channel
       m.category::text AS category, -- marketing or transactional
       m.topic::text AS topic, -- Subscription group
       m.provider::text AS provider, -- Who delivered it
       m.state::text AS state, -- reserved, deferred, accepted, delivered, bounced, failed, unknown or skipped
       m.skip_reason::text AS skip_reason, -- Why it was not sent
       m.attempts AS attempts, -- How often it was offered to a provider
       m.reserved_at AS attempted_at, -- When it was queued or skipped
       (m.reserved_at AT TIME ZONE 'UTC')::date AS attempted_date, -- The same as a day of UTC
       m.sent_at AS sent_at, -- When a provider took it
       (m.sent_at AT TIME ZONE 'UTC')::date AS sent_date, -- The same as a day of UTC
       m.delivered_at AS delivered_at, -- When delivery was confirmed
       m.opened_at AS opened_at, -- When a person first opened it
       m.clicked_at AS clicked_at -- When a person first clicked
  FROM facts.messages AS m;

CREATE VIEW bi_v1.fact_engagements AS -- What was reported of messages, each report a row
SELECT e.id::text AS engagement_key, -- Key
       e.message_id::text AS message_key, -- Message
       e.journey_id::text AS journey_key, -- Journey
       e.campaign_id::text AS campaign_key, -- Campaign
       e.version_id::text AS version_key, -- Version
       nullif(e.run_id, '00000000-0000-0000-0000-000000000000')::text AS run_key, -- Launch
       e.customer_id::text AS customer_key, -- Customer
       e.campaign_id::text || '/' || nullif(e.node_id, '') AS step_key, -- Step
       e.channel::text AS channel_key, -- Channel
       e.kind::text AS kind, -- sent, delivered, opened, clicked, bounced, complained, unsubscribed, replied, or as the provider says
       e.machine AS machine, -- By a mail proxy or link scanner, not by a person
       e.first AS first, -- The first of its kind to become known of the message
       e.occurred_at AS occurred_at, -- When it happened
       (e.occurred_at AT TIME ZONE 'UTC')::date AS occurred_date, -- The same as a day of UTC
       e.received_at AS received_at -- When it became known
  FROM facts.engagements AS e;

CREATE VIEW bi_v1.fact_conversions AS -- A journey that reached its goal a row
SELECT c.journey_id::text AS journey_key, -- Journey; the key
       c.campaign_id::text AS campaign_key, -- Campaign
       c.version_id::text AS version_key, -- Version
       nullif(c.run_id, '00000000-0000-0000-0000-000000000000')::text AS run_key, -- Launch
       c.customer_id::text AS customer_key, -- Customer
       c.message_id::text AS message_key, -- The last message before
       c.campaign_id::text || '/' || nullif(c.node_id, '') AS step_key, -- That message's step
       nullif(c.channel, '') AS channel_key, -- That message's channel
       c.event::text AS event, -- The goal's event
       c.occurred_at AS occurred_at, -- When the goal was reached
       (c.occurred_at AT TIME ZONE 'UTC')::date AS occurred_date, -- The same as a day of UTC
       nullif(c.currency, '') AS currency, -- Of the amounts, ISO 4217
       facts.readable(c.amount) AS revenue, -- Less refunds up to now
       facts.readable(c.refunded) AS refunded -- What refunds have taken off
  FROM facts.conversions AS c;

CREATE VIEW bi_v1.fact_entry_rejections AS -- Triggers that started no journey
SELECT r.id::text AS rejection_key, -- Key
       r.campaign_id::text AS campaign_key, -- Campaign
       nullif(r.run_id, '00000000-0000-0000-0000-000000000000')::text AS run_key, -- Launch
       r.customer_id::text AS customer_key, -- Customer
       r.code::text AS code, -- Why
       r.at AS rejected_at, -- When
       (r.at AT TIME ZONE 'UTC')::date AS rejected_date -- The same as a day of UTC
  FROM facts.rejections AS r;

CREATE VIEW bi_v1.fact_assignments AS -- Customers in arms of experiments
SELECT a.experiment_id::text || '/' || a.customer_id AS assignment_key, -- Key
       a.experiment_id::text AS experiment_key, -- Experiment
       a.customer_id::text AS customer_key, -- Customer
       a.arm::text AS arm, -- Arm
       (a.counted AND NOT a.crossed) AS counted, -- Whether the experiment counts the customer
       a.assigned_at AS assigned_at, -- When the arm was given
       a.exposed_at AS exposed_at -- When it could first make a difference
  FROM experiment_assignments AS a;

CREATE VIEW bi_v1.fact_redemptions AS -- A promotion of an order a row
SELECT r.id::text AS redemption_key, -- Key
       r.order_key::text AS order_key, -- Order
       r.promotion_id::text AS promotion_key, -- Promotion
       r.customer_id::text AS customer_key, -- Customer
       r.campaign_id::text AS campaign_key, -- Campaign that gave the code
       r.version_id::text AS version_key, -- Its version
       r.journey_id::text AS journey_key, -- Journey that gave the code
       r.state::text AS state, -- redeemed or returned
       r.redeemed_at AS redeemed_at, -- When
       (r.redeemed_at AT TIME ZONE 'UTC')::date AS redeemed_date, -- The same as a day of UTC
       r.currency AS currency, -- Of the amounts, ISO 4217
       facts.readable(r.amount) AS discount, -- Discount of the order
       facts.readable(r.returned) AS returned, -- What of it came back by returns
       facts.readable(r.kept) AS kept -- Discount less what came back
  FROM facts.redemptions AS r;

CREATE VIEW bi_v1.fact_costs AS -- What campaigns cost: discounts, an amount a row
SELECT 'discount/' || r.id AS cost_key, -- Key
       'discount' AS kind, -- discount
       r.campaign_id::text AS campaign_key, -- Campaign
       r.customer_id::text AS customer_key, -- Customer
       r.redeemed_at AS occurred_at, -- When
       (r.redeemed_at AT TIME ZONE 'UTC')::date AS occurred_date, -- The same as a day of UTC
       r.currency AS currency, -- Of the amount, ISO 4217
       facts.readable(r.kept) AS amount -- How much
  FROM facts.redemptions AS r;

CREATE VIEW bi_v1.fact_orders AS -- Orders of customers, whether of a campaign or not
SELECT e.id::text AS order_key, -- Key
       e.customer_id::text AS customer_key, -- Customer
       e.occurred_at AS ordered_at, -- When
       (e.occurred_at AT TIME ZONE 'UTC')::date AS ordered_date, -- The same as a day of UTC
       nullif(counter_currency(e.properties), '') AS currency, -- Of the revenue, ISO 4217
       facts.readable(counter_amount(e.properties)) AS revenue -- Less refunds up to now
  FROM events AS e WHERE e.name = 'Order Completed';

CREATE VIEW bi_v1.fact_order_lines AS -- Products of orders
SELECT e.id::text || '/' || l.number AS order_line_key, -- Key
       e.id::text AS order_key, -- Order
       e.customer_id::text AS customer_key, -- Customer
       l.product ->> 'product_id' AS product_key, -- Product
       e.occurred_at AS ordered_at, -- When
       (e.occurred_at AT TIME ZONE 'UTC')::date AS ordered_date, -- The same as a day of UTC
       CASE jsonb_typeof(l.product -> 'quantity') WHEN 'number' THEN facts.readable((l.product ->> 'quantity')::numeric) ELSE 1 END AS quantity, -- Units
       CASE jsonb_typeof(l.product -> 'price') WHEN 'number' THEN facts.readable((l.product ->> 'price')::numeric) END AS price -- Of one unit
  FROM events AS e
 CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(e.properties -> 'products')
                                              WHEN 'array' THEN e.properties -> 'products' ELSE '[]' END)
       WITH ORDINALITY AS l(product, number)
 WHERE e.name = 'Order Completed' AND jsonb_typeof(l.product) = 'object';

CREATE VIEW bi_v1.fact_segment_members AS -- Members of tracked segments
SELECT m.segment_id::text || '/' || m.customer_id AS membership_key, -- Key
       m.segment_id::text AS segment_key, -- Segment
       m.customer_id::text AS customer_key, -- Customer
       m.since AS since -- Since when
  FROM segment_members AS m JOIN segments AS s ON s.id = m.segment_id WHERE s.owner_campaign_id IS NULL;

CREATE VIEW bi_v1.fact_consents AS -- What customers said about being contacted, as it is now
SELECT c.customer_id::text || '/' || c.channel || '/' || c.topic AS consent_key, -- Key
       c.customer_id::text AS customer_key, -- Customer
       c.channel::text AS channel_key, -- Channel
       nullif(c.topic, '*') AS topic, -- Subscription group; empty: the whole channel
       c.status::text AS status, -- subscribed or unsubscribed
       c.at AS at -- When
  FROM consents AS c;

CREATE VIEW bi_v1_personal.dim_customer AS -- Who customers are: for those who may know
SELECT c.id::text AS customer_key, -- Key
       c.external_id::text AS external_id, -- The shop's id
       c.email::text AS email, -- E-mail address
       c.phone::text AS phone, -- Phone number
       c.first_name::text AS first_name, -- First name
       c.last_name::text AS last_name, -- Last name
       c.gender::text AS gender, -- Gender
       c.birth_date AS birth_date, -- Date of birth
       c.city::text AS city -- City
  FROM customers AS c WHERE c.erased_at IS NULL;
