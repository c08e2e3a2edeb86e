#!/bin/sh
# Run once by the PostgreSQL image when its data folder is new: the login of DATABASE_URL, the three roles, the database.
set -e
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres -v password="$DB_PASSWORD" <<'SQL'
CREATE ROLE conductatlas LOGIN PASSWORD :'password';
SQL
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres -v login=conductatlas -v database=conductatlas -f /roles.sql
