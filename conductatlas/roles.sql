-- The three roles of ConductAtlas and the login that may take them. Run once by a superuser; running it again is safe:
--   psql -d postgres -v login=conductatlas -v database=conductatlas -f conductatlas/roles.sql
-- The login and its password are made by you before (CREATE ROLE conductatlas LOGIN PASSWORD '…'); the embedded server
-- makes its own. CREATEDB lets the owner make the databases of the tests; production may take it away.
SELECT format('CREATE ROLE %I NOLOGIN', name)
  FROM (VALUES ('conductatlas_owner'), ('conductatlas_app'), ('conductatlas_worker')) wanted(name)
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE conductatlas_owner NOSUPERUSER NOBYPASSRLS CREATEDB;
ALTER ROLE conductatlas_app NOSUPERUSER NOBYPASSRLS;
ALTER ROLE conductatlas_worker NOSUPERUSER BYPASSRLS;
SELECT format('CREATE ROLE %I LOGIN', :'login') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'login') \gexec
-- PostgreSQL 16 and newer. Up to 15: ALTER ROLE … NOINHERIT on the login, and GRANT without the WITH.
GRANT conductatlas_owner, conductatlas_app, conductatlas_worker TO :"login" WITH INHERIT FALSE, SET TRUE;
SELECT format('CREATE DATABASE %I OWNER conductatlas_owner', :'database')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
\connect :"database"
-- A database from before the roles: its tables belonged to the login.
REASSIGN OWNED BY :"login" TO conductatlas_owner;
