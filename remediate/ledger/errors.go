package ledger

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
)

// What [Ledger.Find] says if there is no one incident.
var (
	ErrNone    = errors.New("no incident has this id")
	ErrSeveral = errors.New("several incidents have ids that begin so: give more of it")
)

// errRaced says that another transaction created what this one was about to.
var errRaced = errors.New("another transaction was quicker")

// KeyError says that fingerprints can't be made with the key that the ledger
// names, so that secrets would not be found again.
type KeyError struct {
	Ledger string // its URL, without a password
	Want   string // id of the key in force
	Have   string // id of the key that was given; empty: none
}

func (e *KeyError) Error() string {
	switch {
	case e.Have == "" && e.Want == "":
		return fmt.Sprintf("ledger %q: a ledger needs a key that is kept: give one by LEAKLINE_KEY or --key-file", e.Ledger)
	case e.Have == "":
		return fmt.Sprintf("ledger %q: the key of this ledger (id %s) was not given: set LEAKLINE_KEY or --key-file to it; if it is lost, begin a new key: what is found again is then a new incident", e.Ledger, e.Want)
	}
	return fmt.Sprintf("ledger %q: the key of this ledger has id %s, the one given has id %s: set LEAKLINE_KEY or --key-file to the former, or rotate to the latter", e.Ledger, e.Want, e.Have)
}

// SchemaError says that the ledger's tables are not those that this leakline
// knows.
type SchemaError struct {
	Ledger      string
	Have, Known int64 // the ledger's version, and ours
}

func (e *SchemaError) Error() string {
	if e.Have > e.Known {
		return fmt.Sprintf("the ledger %q was written by a newer leakline (schema %d, this one knows %d): upgrade leakline", e.Ledger, e.Have, e.Known)
	}
	return fmt.Sprintf("the ledger %q was written by an older leakline (schema %d, this one reads %d): open it once for writing, which brings it up to date", e.Ledger, e.Have, e.Known)
}

// storeError is a failure of the store, told in one line.
type storeError struct {
	text  string
	cause error
}

func (e *storeError) Error() string { return e.text }
func (e *storeError) Unwrap() error { return e.cause }

// scanError begins what database/sql says of a value that is not of its column's
// kind. https://pkg.go.dev/database/sql#Rows.Scan
const scanError = "sql: Scan error"

// fail says what could not be done, with which ledger, and what to do now.
func (s *store) fail(doing string, err error) error {
	var (
		key    *KeyError
		schema *SchemaError
		told   *storeError
	)
	if err == nil || errors.As(err, &key) || errors.As(err, &schema) || errors.As(err, &told) || errors.Is(err, ErrNone) || errors.Is(err, ErrSeveral) {
		return err
	}
	text, ok := s.dialect.advice(err)
	if !ok {
		text, ok = adviseFile(err)
	}
	switch {
	case errors.Is(err, context.Canceled):
		text = "interrupted, and nothing of this was recorded"
	case errors.Is(err, errRaced):
		text = "others were quicker each time: run it again"
	case !ok && strings.Contains(err.Error(), scanError):
		text = "it is damaged, for it holds a value of another kind than was written: run leakline ledger check, and restore a copy or import an export into a new one"
	case !ok:
		text = s.scrub(err.Error())
	}
	return &storeError{text: fmt.Sprintf("%s: ledger %q: %s", doing, s.shown, text), cause: err}
}

// scrub makes one line of a text and takes out the password.
func (s *store) scrub(text string) string {
	if s.hide != "" {
		text = strings.ReplaceAll(text, s.hide, "…")
	}
	return strings.Join(strings.Fields(text), " ")
}

// adviseFile speaks of the file before any database does.
func adviseFile(err error) (string, bool) {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "there is no such file: scan with --ledger to begin one", true
	case errors.Is(err, os.ErrPermission), errors.Is(err, syscall.EROFS):
		return "the file or its folder can't be written: change its permissions, or choose another place with --ledger", true
	case errors.Is(err, syscall.ENOSPC):
		return "the disk is full, and nothing of this was recorded: make room and run it again", true
	}
	return "", false
}

// isClosed says that a connection ended under us.
func isClosed(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
