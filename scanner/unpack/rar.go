package unpack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/nwaples/rardecode/v2"
)

// rar reads a RAR archive of one volume. A dictionary is no larger than a member may be.
func (u *unpacker) rar(prefix string, data []byte, depth int) {
	at := strings.TrimSuffix(prefix, "!")
	r, err := rardecode.NewReader(bytes.NewReader(data), rardecode.MaxDictionarySize(u.limits.Member))
	for err == nil && !u.done && !u.full(prefix) {
		var h *rardecode.FileHeader
		err = guarded(func() error {
			var err error
			h, err = r.Next()
			return err
		})
		if err != nil {
			break
		}
		switch {
		case h.IsDir:
		case h.Encrypted:
			u.fail("encrypted", prefix+h.Name, errors.New("it needs a password"))
		default:
			u.member(prefix+h.Name, guard{r}, depth)
		}
	}
	switch {
	case err == nil, errors.Is(err, io.EOF):
	case errors.Is(err, rardecode.ErrArchiveEncrypted):
		u.fail("encrypted", at, errors.New("it needs a password"))
	case errors.Is(err, rardecode.ErrMultiVolume):
		u.fail("unreadable", at, errors.New("it goes on in another volume"))
	case errors.Is(err, rardecode.ErrDictionaryTooLarge):
		u.fail("bound", at, err)
	default:
		u.fail("corrupt", at, err)
	}
}

// guard turns a panic of a decoder into an error.
type guard struct{ r io.Reader }

func (g guard) Read(p []byte) (n int, err error) {
	err = guarded(func() error {
		var err error
		n, err = g.r.Read(p)
		return err
	})
	return n, err
}

func guarded(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic of type %T while it was unpacked", r)
		}
	}()
	return f()
}
