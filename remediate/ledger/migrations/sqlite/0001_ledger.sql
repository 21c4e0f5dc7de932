-- +goose Up
-- A migration must fail if it is run twice: it creates a table or adds a column.

-- What the ledger knows of itself: "keys", ids of all its keys, the newest last.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Everything that happened, in order of recording. Body is the JSON that is
-- hashed. Incident is the incident's number, 0 if the event is of the ledger.
CREATE TABLE event (
    seq      INTEGER PRIMARY KEY,
    at       BIGINT NOT NULL,
    kind     TEXT   NOT NULL,
    incident BIGINT NOT NULL,
    body     TEXT   NOT NULL
);
CREATE INDEX event_incident ON event (incident);

-- One row for each chain that an event stands in.
CREATE TABLE link (
    chain TEXT   NOT NULL,
    n     BIGINT NOT NULL,
    event BIGINT NOT NULL,
    hash  TEXT   NOT NULL,
    PRIMARY KEY (chain, n)
) WITHOUT ROWID;
CREATE INDEX link_event ON link (event);

-- The head of each chain, which is locked by whoever appends.
CREATE TABLE chain (
    name   TEXT PRIMARY KEY,
    length BIGINT NOT NULL,
    hash   TEXT   NOT NULL,
    last   BIGINT NOT NULL
) WITHOUT ROWID;
INSERT INTO chain (name, length, hash, last) VALUES
    ('ai-platform', 0, '0000000000000000000000000000000000000000000000000000000000000000', 0),
    ('application-auth', 0, '0000000000000000000000000000000000000000000000000000000000000000', 0),
    ('infrastructure', 0, '0000000000000000000000000000000000000000000000000000000000000000', 0),
    ('unresolved', 0, '0000000000000000000000000000000000000000000000000000000000000000', 0),
    ('ledger', 0, '0000000000000000000000000000000000000000000000000000000000000000', 0);

-- Every id under which an incident is known, its own among them.
CREATE TABLE alias (
    id       TEXT PRIMARY KEY,
    incident BIGINT NOT NULL
) WITHOUT ROWID;

-- Incidents, as their events amount to: what is filtered by, and brief, one line
-- with what statistics need.
CREATE TABLE incident (
    n         INTEGER PRIMARY KEY,
    detected  BIGINT NOT NULL,
    layers    BIGINT NOT NULL,
    detector  TEXT   NOT NULL,
    provider  TEXT   NOT NULL,
    owner     TEXT   NOT NULL,
    closed    BIGINT NOT NULL,
    dismissed TEXT   NOT NULL,
    until     BIGINT NOT NULL,
    brief     TEXT   NOT NULL
);
CREATE INDEX incident_detected ON incident (detected, n);
CREATE INDEX incident_detector ON incident (detector, detected, n);
CREATE INDEX incident_provider ON incident (provider, detected, n);
CREATE INDEX incident_owner ON incident (owner, detected, n) WHERE owner <> '';

-- Where incidents occur.
CREATE TABLE occurrence (
    incident    BIGINT NOT NULL,
    repo        TEXT   NOT NULL,
    introduced  BIGINT NOT NULL,
    removed     BIGINT NOT NULL,
    purged      BIGINT NOT NULL,
    in_branches BIGINT NOT NULL,
    PRIMARY KEY (repo, incident)
) WITHOUT ROWID;
CREATE INDEX occurrence_incident ON occurrence (incident);

-- The names behind persons. A name that was erased stays erased.
CREATE TABLE person (
    id     TEXT PRIMARY KEY,
    name   TEXT   NOT NULL,
    seen   BIGINT NOT NULL,
    erased BIGINT NOT NULL
) WITHOUT ROWID;

-- What was scanned: a repository at the store where it was read.
CREATE TABLE target (
    repo           TEXT   NOT NULL,
    store          TEXT   NOT NULL,
    source         TEXT   NOT NULL,
    scans          BIGINT NOT NULL,
    last_scan      BIGINT NOT NULL,
    last_catalogue TEXT   NOT NULL,
    complete       BIGINT NOT NULL,
    last_complete  BIGINT NOT NULL,
    catalogue      TEXT   NOT NULL,
    failure        TEXT   NOT NULL,
    PRIMARY KEY (repo, store)
) WITHOUT ROWID;
