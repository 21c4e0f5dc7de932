package gitsource

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// The classes of what could not be read, see scanner.Unread.
const (
	classMissing    = "missing"
	classPromised   = "promised"
	classCorrupt    = "corrupt"
	classUnreadable = "unreadable"
	classBound      = "bound"
	classSpecial    = "special"
	classVanished   = "vanished"
)

// readError says why an object could not be read.
type readError struct {
	class string
	err   error
}

func (e *readError) Error() string { return e.err.Error() }
func (e *readError) Unwrap() error { return e.err }

// errShort says that a content ends before its end.
var errShort = errors.New("it ends too early")

// badness makes a readError of whatever a reader returned: what the system
// refused is unreadable, all else is corrupt.
func badness(err error) *readError {
	var known *readError
	var system *fs.PathError
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, fs.ErrNotExist):
		return &readError{classVanished, err}
	case errors.As(err, &system):
		return &readError{classUnreadable, err}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &readError{classCorrupt, errShort}
	}
	return &readError{classCorrupt, err}
}

// guard turns a panic inside the readers of hostile data into an error.
func guard(err *error) {
	if p := recover(); p != nil {
		*err = &readError{classCorrupt, fmt.Errorf("reader gave up: %v", p)}
	}
}
