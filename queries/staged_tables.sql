-- The tables that staging fills, with their types. They are there in every build, whatever the exports hold.

-- One row per line and rule that it breaks. A line that is no record has item number 0.
create table staging.findings (
    data_set varchar,
    rule varchar,
    action varchar,
    file_number integer,
    line_number bigint,
    item_number bigint,
    column_name varchar,
    value varchar,
    other_file_number integer,
    other_line_number bigint
);

-- One row per line that tells of a thing of which another line is kept.
create table staging.repeats (
    data_set varchar,
    file_number integer,
    line_number bigint,
    item_number bigint,
    id varchar,
    kept_file_number integer,
    kept_line_number bigint,
    is_replaced boolean,
    is_same_content boolean
);

-- One row per line of activities that tells a count too small to be shown.
create table staging.small_counts (
    file_number integer,
    line_number bigint
);

-- One row per kind of code and spelling that the exports use for one: looked up once, not once a line.
create table staging.spellings (
    kind varchar,
    spelling varchar
);

-- One row per accepted intervention.
create table staging.interventions (
    file_number integer,
    line_number bigint,
    item_number bigint,
    intervention_number bigint,
    intervention_id varchar,
    zone_code varchar,
    nis_code varchar,
    priority varchar,
    origin varchar,
    nature varchar,
    received_date date,
    received_at timestamp,
    received_seconds bigint,
    received_in_clock_change boolean,
    closed_at timestamp
);

-- One row per accepted deployment.
create table staging.deployments (
    file_number integer,
    line_number bigint,
    item_number bigint,
    intervention_number bigint,
    unit_id varchar,
    unit_zone_code varchar,
    assistance varchar,
    dispatched_at timestamp,
    departed_at timestamp,
    arrived_at timestamp,
    cleared_at timestamp,
    dispatched_seconds bigint,
    departed_seconds bigint,
    arrived_seconds bigint,
    cleared_seconds bigint,
    dispatched_is_uncertain boolean,
    arrived_is_uncertain boolean,
    cleared_is_uncertain boolean
);

-- One row per accepted ledger line.
create table staging.costs (
    file_number integer,
    line_number bigint,
    item_number bigint,
    booking_date date,
    zone_code varchar,
    domain_code varchar,
    service varchar,
    category varchar,
    description varchar,
    amount_eur decimal(18, 2),
    joint_purchase_id varchar
);

-- One row per accepted joint purchase.
create table staging.investments (
    file_number integer,
    line_number bigint,
    item_number bigint,
    investment_id varchar,
    name varchar,
    domain_code varchar,
    purchase_date date,
    price_eur decimal(18, 2),
    lifetime_years decimal(18, 6),
    key_id varchar
);

-- One row per accepted share of a zone in a key.
create table staging.distribution_keys (
    file_number integer,
    line_number bigint,
    item_number bigint,
    key_id varchar,
    zone_code varchar,
    share decimal(18, 12),
    valid_from date
);

-- One row per accepted estimate of what one zone would have paid alone.
create table staging.standalone_estimates (
    file_number integer,
    line_number bigint,
    item_number bigint,
    investment_id varchar,
    zone_code varchar,
    estimate_eur decimal(18, 2),
    basis varchar
);

-- One row per accepted quantity of one indicator.
create table staging.activities (
    file_number integer,
    line_number bigint,
    item_number bigint,
    activity_date date,
    domain_code varchar,
    indicator_code varchar,
    zone_code varchar,
    partner_zone_code varchar,
    quantity decimal(18, 6)
);
