package ledger

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// versions is the table in which goose writes which migrations were run.
const versions = "schema_version"

// known is the newest schema that this leakline knows.
func (s *store) known() (int64, error) {
	p, err := s.provider(nil)
	if err != nil {
		return 0, err
	}
	sources := p.ListSources()
	return sources[len(sources)-1].Version, nil
}

// provider runs migrations. The database is not used until it runs one.
func (s *store) provider(db *sql.DB) (*goose.Provider, error) {
	if db == nil {
		db = &sql.DB{}
	}
	files, err := fs.Sub(migrations, s.dialect.migrations)
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithTableName(versions), goose.WithDisableGlobalRegistry(true)}
	if s.dialect.locker != nil {
		locker, err := s.dialect.locker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(s.dialect.goose, db, files, options...)
}

// querier is a database, a connection or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// schema gives the version of the database's tables, 0 if it has none.
func (s *store) schema(ctx context.Context, q querier) (int64, error) {
	var n int64
	if err := q.QueryRowContext(ctx, s.dialect.hasTable, versions).Scan(&n); err != nil || n == 0 {
		return 0, err
	}
	return version(ctx, q)
}

// version gives the version of tables that are there.
func version(ctx context.Context, q querier) (int64, error) {
	var n sql.NullInt64
	err := q.QueryRowContext(ctx, "SELECT max(version_id) FROM "+versions).Scan(&n)
	return n.Int64, err
}

// migrate brings the tables up to date. On SQLite two processes may try at once:
// the later one fails, changes nothing and finds the tables made.
func (s *store) migrate(ctx context.Context, db *sql.DB, known int64) error {
	var err error
	for range 5 {
		var have int64
		if have, err = s.schema(ctx, db); err != nil {
			return err
		}
		if have > known {
			return &SchemaError{Ledger: s.shown, Have: have, Known: known}
		}
		if have == known {
			return nil
		}
		var p *goose.Provider
		if p, err = s.provider(db); err != nil {
			return err
		}
		if _, err = p.Up(ctx); err == nil {
			return nil
		}
	}
	return err
}
