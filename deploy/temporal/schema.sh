#!/bin/sh
# Temporal's own databases, made and brought to the newest schema. May run any number of times.
set -eu

sql_tool() {
    database=$1
    shift
    temporal-sql-tool --plugin "$SQL_PLUGIN" --ep "$SQL_HOST" -p "$SQL_PORT" -u "$SQL_USER" --db "$database" "$@"
}

bring_up_to_date() {
    versions=/etc/temporal/schema/postgresql/v12/$2/versioned
    if ! sql_tool "$1" update-schema -d "$versions"; then
        echo "$1 is new: creating it"
        sql_tool "$1" create
        sql_tool "$1" setup-schema -v 0.0
        sql_tool "$1" update-schema -d "$versions"
    fi
}

bring_up_to_date temporal temporal
bring_up_to_date temporal_visibility visibility
