-- Small definitions that staging, profiles, marts and pages share. A macro takes columns and values as arguments.

-- A text without blanks around it, NULL where it is empty or stands for "nothing"; `missing` holds such words in
-- capitals.
create or replace macro said_text(trimmed_text, missing) as
    case when list_contains(missing, upper(trimmed_text)) then null else nullif(trimmed_text, '') end;

-- The text of a cell, NULL where it is blank or stands for "nothing".
create or replace macro cell(cell_text, missing) as said_text(trim(cell_text), missing);

-- Whether a cell is a number of seconds or milliseconds since 1970, between September 2001 and May 2033. One that
-- begins with a 2 would be as much a day written in digits.
create or replace macro is_epoch(moment_text) as
    length(moment_text) in (10, 13) and regexp_full_match(moment_text, '1\d{9}(\d{3})?');

-- A local date and time as contract exports write it: day first, ISO, either with AM or PM, ISO with an offset, or
-- seconds or milliseconds since 1970.
-- NULL for anything else: a cast alone would pass over what stands behind the time, and make 8 PM eight in the morning.
-- The fifth character tells which formats to try: trying all of them on each cell takes fifty times as long.
create or replace macro moment(moment_text, time_zone) as
    case
        when not (moment_text >= '0' and moment_text < ':') then null
        when is_epoch(moment_text)
            then timezone(time_zone, to_timestamp(try_cast(rpad(moment_text, 13, '0') as bigint) / 1000))
        when moment_text[5] in ('-', '/')
            then case
                when regexp_full_match(
                    moment_text, '\d{4}-\d\d?-\d\d?([ T]\d\d?:\d\d?(:\d\d?(\.\d+)?)?)?'
                ) then try_cast(moment_text as timestamp)
                when regexp_matches(moment_text, '\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)$')
                    then timezone(time_zone, try_cast(moment_text as timestamptz))
                else try_strptime(moment_text, [
                    '%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p', '%Y/%m/%d %H:%M:%S', '%Y/%m/%d %H:%M', '%Y/%m/%d'
                ])
            end
        else try_strptime(moment_text, [
            '%d/%m/%Y %H:%M:%S', '%d/%m/%Y %H:%M', '%d/%m/%Y',
            '%d-%m-%Y %H:%M:%S', '%d-%m-%Y %H:%M', '%d-%m-%Y',
            '%d.%m.%Y %H:%M:%S', '%d.%m.%Y %H:%M', '%d.%m.%Y',
            '%d/%m/%Y %I:%M:%S %p', '%d/%m/%Y %I:%M %p', '%d/%m/%Y %H:%M:%S.%f', '%d-%m-%Y %H:%M:%S.%f'
        ])
    end;

-- Whether a cell that is a moment tells the time of day too: a response time from midnight would be invented.
create or replace macro has_time_of_day(moment_text) as length(moment_text) > 10 or is_epoch(moment_text);

-- The moment of a cell, NULL for a date alone.
create or replace macro moment_of_day(moment_text, time_zone) as
    case when has_time_of_day(moment_text) then moment(moment_text, time_zone) end;

-- The day of a cell that holds a date, with or without a time.
create or replace macro day_of(date_text, time_zone) as moment(date_text, time_zone)::date;

-- What a number is made of: bracket, signs, whole part and decimals; all empty where the cell is no number with this
-- decimal mark. Groups of three may be set apart by the other mark, blanks or apostrophes, by one of them at a time.
-- Blanks and minus signs come in more widths than one, and a decimal comma is read as a point and the other way round.
create or replace macro number_parts(number_text, decimal_mark) as
    regexp_extract(
        trim(translate(
            number_text,
            concat(chr(160), chr(8239), chr(8201), chr(9), chr(8722), chr(8211), '.,'),
            concat('    --', case decimal_mark when ',' then ',.' when '.' then '.,' end)
        )),
        '(?i)^(?:(?:€|euro?)\s*)?(\(?)\s*([-+]?)\s*(?:(?:€|euro?)\s*)?([-+]?)\s*'
        || '(\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d{1,3}(?:''\d{3})+|)(?:\.(\d+|--?))?'
        || '\s*([-+]?)\s*(?:€|euro?)?\s*(\)?)\s*(?:€|euro?)?$',
        ['opened', 'sign', 'sign_behind_currency', 'whole', 'decimals', 'sign_behind', 'closed']
    );

-- A number cell as plain text such as -1234.56; NULL where it contradicts the decimal mark of its file, holds no digit,
-- two signs or half a pair of brackets. The lambda gives the parts a name, so that they are taken apart once.
create or replace macro plain_number(number_text, decimal_mark) as
    list_transform(
        [number_parts(number_text, decimal_mark)],
        lambda parts: case
            when
                regexp_matches(parts.whole || parts.decimals, '\d')
                and (parts.opened = '') = (parts.closed = '')
                and length(parts.opened || parts.sign || parts.sign_behind_currency || parts.sign_behind) <= 1
                then concat(
                    case
                        when regexp_matches(parts.opened || parts.sign || parts.sign_behind_currency
                            || parts.sign_behind, '[-(]') then '-'
                    end,
                    '0', regexp_replace(parts.whole, '\D', '', 'g'), '.', replace(parts.decimals, '-', ''), '0'
                )
        end
    )[1];

-- Whether a plain number has more than cents; as an amount it is rounded to them, half away from zero.
create or replace macro has_part_cents(plain) as regexp_matches(plain, '\.\d\d\d*[1-9]');

-- A part of a whole, written as 0,6 or 60 %, exact to twelve decimals.
create or replace macro part_of_whole(share_text, decimal_mark) as
    try_cast(
        try_cast(
            plain_number(regexp_replace(share_text, '\s*%$', ''), decimal_mark) as decimal(27, 14)
        ) * case when suffix(share_text, '%') then 0.01 else 1.00 end as decimal(18, 12)
    );

-- A word as it is looked up: capitals, accents, hyphens and curly apostrophes do not matter, and a police zone may say
-- that it is one or not.
create or replace macro word_key(word) as
    regexp_replace(
        regexp_replace(lower(strip_accents(translate(trim(word), '-_’', '  '''))), '\s+', ' ', 'g'),
        '^(pz|zp|politiezone|zone de police|police zone) ', ''
    );

-- A time of day, with or without seconds, with or without AM or PM; NULL for anything else.
create or replace macro clock_time(clock_text) as
    try_strptime(clock_text, ['%H:%M:%S', '%H:%M', '%I:%M:%S %p', '%I:%M %p'])::time;

-- The moment that a clock time without a date means: the one from 6 hours before `anchor` to 18 hours after it.
-- Looking back a little keeps a clock that runs behind visible as such, where "the next day" would hide it as 24 hours.
create or replace macro clock_after(anchor, clock_text) as
    case
        when clock_time(clock_text) is null then null
        when anchor::date + clock_time(clock_text) < anchor - interval 6 hours
            then anchor::date + clock_time(clock_text) + interval 1 day
        when anchor::date + clock_time(clock_text) >= anchor + interval 18 hours
            then anchor::date + clock_time(clock_text) - interval 1 day
        else anchor::date + clock_time(clock_text)
    end;

-- The elements of a list in one cell, NULL where there is none; blanks, line ends and empty elements left aside.
create or replace macro list_parts(list_text, separator) as
    nullif(list_filter(
        list_transform(string_split(list_text, separator), lambda element: trim(element, E' \t\r\n')),
        lambda element: element <> ''
    ), []);

-- The elements of a comma list.
create or replace macro list_elements(list_text) as list_parts(list_text, ',');

-- The entries of a list such as 'A1=08:15:00, B2=08:16:30, A1=09:02:10', in order, as structs: the unit, its turn
-- (2 for its second entry) and the clock; [] where there is no list.
create or replace macro unit_clocks(list_text) as
    list_transform(
        coalesce(list_elements(list_text), []),
        lambda entry, place: {
            unit: nullif(trim(split_part(entry, '=', 1)), ''),
            turn: len(list_filter(
                list_elements(list_text)[:place],
                lambda earlier: trim(split_part(earlier, '=', 1)) = trim(split_part(entry, '=', 1))
            )),
            clock: trim(split_part(entry, '=', 2))
        }
    );

-- Entries of `unit_clocks` with the moment of each, for a list in order of time: the first clock is placed by
-- `clock_after`, and wherever a clock is earlier than the one before it, midnight was passed.
create or replace macro unit_moments(anchor, clocks) as
    list_transform(
        clocks,
        lambda entry, place: {
            unit: entry.unit,
            turn: entry.turn,
            clock: entry.clock,
            moment: clock_after(anchor, clocks[1].clock)::date + clock_time(entry.clock)
                + to_days(len(list_filter(
                    range(2, place + 1),
                    lambda later:
                        clock_time(clocks[later].clock) < clock_time(clocks[later - 1].clock)
                ))::integer)
        }
    );

-- Each unit and turn in one of several lists of `unit_moments`, once: none is lost for want of a dispatch.
create or replace macro unit_turns(lists) as
    list_sort(list_distinct(
        list_transform(flatten(lists), lambda entry: {unit: entry.unit, turn: entry.turn})
    ));

-- The moment of a unit's turn in a list of `unit_moments`: the clock as written where that is none, NULL where the
-- unit is not in the list.
create or replace macro moment_of(unit_turn, moments) as
    list_extract(
        list_transform(
            list_filter(
                moments,
                lambda entry: entry.unit is not distinct from unit_turn.unit and entry.turn = unit_turn.turn
            ),
            lambda entry: coalesce(cast(entry.moment as varchar), entry.clock)
        ),
        1
    );

-- Whole seconds since 1970 in universal time, so that differences are right across a clock change.
create or replace macro utc_seconds(local_moment, time_zone) as
    floor(epoch(timezone(time_zone, local_moment)))::bigint;

-- Whether a field, by its code or in the words of an export, is the one of which no count is ever imported or shown.
-- Stands here and not in the settings: none may soften it.
create or replace macro is_confidential(domain_code, word) as
    coalesce(domain_code = 'informant_management', false)
    or coalesce(regexp_matches(word_key(word), 'informant|informateur'), false);

-- Elapsed seconds, NULL where either end is unknown or the order is wrong.
create or replace macro elapsed(from_seconds, until_seconds) as
    case when until_seconds >= from_seconds then (until_seconds - from_seconds)::integer end;

-- Before or after the zone began to work together with the others.
create or replace macro cooperation_phase(on_day, joined_on) as
    case when on_day < joined_on then 'before' when on_day >= joined_on then 'after' end;

-- A part of a whole between 0 and 1, NULL where there is no whole.
create or replace macro share(part, whole) as part / nullif(whole, 0);

-- An amount in euro as whole cents; exact, as money always is: / would turn a decimal into a float.
create or replace macro cents(amount_eur) as (amount_eur * 100)::hugeint;

-- Whole cents as an amount in euro.
create or replace macro euros(whole_cents) as whole_cents::decimal(30, 0) * 0.01::decimal(2, 2);

-- The whole number nearest to a quotient of whole numbers, halves away from zero; the denominator is positive.
create or replace macro nearest_whole(numerator, denominator) as
    sign(numerator) * ((2 * abs(numerator) + denominator) // (2 * denominator));

-- A price index in whole units, millionths of a point.
create or replace macro index_units(index_value) as (index_value::decimal(18, 6) * 1_000_000)::hugeint;

-- An amount of one calendar year in the prices of another: as it was paid, or by an index of both years in whole units.
-- NULL where one of the two has no index: never the nominal amount instead.
create or replace macro in_prices(amount_eur, prices, base_units, year_units) as
    case
        when prices = 'nominal' then amount_eur
        else euros(nearest_whole(cents(amount_eur) * base_units, year_units))
    end;

-- A sum that is unknown where one of its parts is.
create or replace macro whole_sum(amount) as case when count(*) = count(amount) then sum(amount) end;

-- A lifetime in whole months: 2.5 years is 30 of them; NULL for a lifetime of no month at all.
create or replace macro lifetime_in_months(lifetime_years) as
    nullif(greatest(round(lifetime_years * 12), 0), 0)::integer;

-- Parts in whole cents that add up to `total_cents`, by largest remainder: each part is cut to whole cents, and the
-- cents that are left go to the parts that lost most; of equal losses, to the zone with the lowest code.
-- `exact_parts` names a relation of item, zone_code, numerator, denominator (the exact part in cents) and total_cents.
create or replace macro largest_remainder(exact_parts) as table
    select
        *,
        numerator // denominator + (
            row_number() over (
                partition by item order by numerator % denominator desc, zone_code asc nulls last
            ) <= total_cents - sum(numerator // denominator) over (partition by item)
        )::hugeint as part_cents
    from query_table(exact_parts);

-- One row per purchase, month of its lifetime and zone: the zone's share and what the month costs it.
-- `purchases` names a relation of investment_id, purchase_date, price_eur, lifetime_months and key_id, `key_shares` one
-- of key_id, zone_code, share and valid_from. The month of purchase is the first. A month is divided by the key that is
-- valid on its first day, the first month by the one of the purchase date. What is owed up to and including a month is
-- rounded to the cent over the zones together; a month costs what is owed with it less what was owed before. So nothing
-- drifts, and a key that changes later never moves a month that is past. A month without a key has no zone.
create or replace macro depreciation(purchases, key_shares) as table
    with

    versions as (
        -- A key that does not add up would charge more or less than the price: it divides nothing.
        select key_id, valid_from, sum(share) = 1 as adds_up
        from query_table(key_shares)
        group by key_id, valid_from
    ),

    months as (
        select
            investment_id,
            key_id,
            cents(price_eur) as price_cents,
            lifetime_months,
            month_number,
            (date_trunc('month', purchase_date) + to_months(month_number - 1))::date as month,
            greatest(month, purchase_date) as divided_on
        from query_table(purchases)
        cross join unnest(range(1, lifetime_months + 1)) as numbers(month_number)
        where price_eur > 0
    ),

    keyed as (
        select
            months.*,
            case when versions.adds_up then versions.valid_from end as valid_from
        from months
        asof left join versions
            on months.key_id = versions.key_id and months.divided_on >= versions.valid_from
    ),

    -- Every zone that ever has a share, also in months without one: what it owed stays owed.
    zones_of_purchases as (
        select distinct keyed.investment_id, shares.zone_code
        from keyed
        left join query_table(key_shares) as shares
            on keyed.key_id = shares.key_id and keyed.valid_from = shares.valid_from
    ),

    shared as (
        select
            keyed.*,
            zones_of_purchases.zone_code,
            case
                when keyed.valid_from is null then (zones_of_purchases.zone_code is null)::decimal(18, 12)
                else coalesce(shares.share, 0)
            end as share
        from keyed
        inner join zones_of_purchases using (investment_id)
        left join query_table(key_shares) as shares
            on keyed.key_id = shares.key_id and keyed.valid_from = shares.valid_from
            and zones_of_purchases.zone_code = shares.zone_code
    ),

    exact as (
        select
            *,
            {investment_id: investment_id, month: month} as item,
            price_cents * sum((share * 1_000_000_000_000)::hugeint) over (
                partition by investment_id, zone_code order by month_number
            ) as numerator,
            lifetime_months::hugeint * 1_000_000_000_000 as denominator,
            nearest_whole(price_cents * month_number, lifetime_months) as total_cents
        from shared
    )

    select
        investment_id,
        month,
        zone_code,
        valid_from,
        share,
        euros(part_cents - lag(part_cents, 1, 0) over (
            partition by investment_id, zone_code order by month
        )) as amount_eur,
        euros(part_cents) as owed_eur
    from largest_remainder('exact');
