-- +goose Up
-- A migration must fail if it is run twice: it creates a table or adds a column.

-- When an incident's credential was asked about last, and what came of it. It is
-- no part of any chain: what changed something is an event too. Known is when it
-- was asked about last and the outcome was not unknown; same is how often the
-- outcome was the one before as well.
CREATE TABLE checks (
    incident BIGINT PRIMARY KEY,
    at       BIGINT NOT NULL,
    outcome  TEXT   NOT NULL,
    source   TEXT   NOT NULL,
    host     TEXT   NOT NULL,
    reason   TEXT   NOT NULL,
    known    BIGINT NOT NULL,
    same     BIGINT NOT NULL
);
