package unpack

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Limits bounds what comes out of one archive, all that is nested in it included.
type Limits struct {
	Depth   int   // archives within archives; 1: the archive alone, 0: nothing
	Members int   // at most
	Member  int64 // bytes of one
	Total   int64 // bytes of all
}

// DefaultLimits are for archives as they lie in repositories.
func DefaultLimits() Limits {
	return Limits{Depth: 3, Members: 50_000, Member: 64 << 20, Total: 512 << 20}
}

// Entry is one member.
type Entry struct {
	Path string // in the archive; "inner.zip!a.txt" for one of an archive within it
	Data []byte // belongs to the receiver
}

// Error is something of an archive that could not be read.
type Error struct {
	Class string // "corrupt", "encrypted", "bound" or "unreadable", as scanner.Unread has it
	Path  string // of the member; empty for the archive itself
	Err   error
}

func (e *Error) Error() string { return e.Class + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// kind is a format of archives.
type kind int

const (
	none kind = iota
	zipped
	gzipped
	bzipped
	zstandard
	xzipped
	rared
	tarred
)

// sniff tells a format by its first bytes.
//
// ZIP: APPNOTE 4.3.7 and, for an empty one, 4.3.16. gzip: RFC 1952, 2.3.1 (with the one
// method there is). zstd: RFC 8878, 3.1.1. bzip2: "BZh", a level and the magic of a
// block. xz: its format's 2.1.1.1. RAR: the signature of version 1.5, of which that of
// version 5 is a longer form. tar: POSIX pax, the field magic at byte 257.
func sniff(head []byte) kind {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return zipped
	case bytes.HasPrefix(head, []byte("\x1f\x8b\x08")):
		return gzipped
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		return zstandard
	case bytes.HasPrefix(head, []byte(xzMagic)):
		return xzipped
	case bytes.HasPrefix(head, []byte("Rar!\x1a\x07")):
		return rared
	case len(head) > 10 && string(head[:3]) == "BZh" && string(head[4:10]) == "1AY&SY":
		return bzipped
	case len(head) > 262 && string(head[257:262]) == "ustar":
		return tarred
	}
	return none
}

// Is says whether bytes begin an archive that Entries reads.
func Is(head []byte) bool { return sniff(head) != none }

// Unknown names the format of an archive that can't be read here, empty if it is none.
// 7z: the signature that its own description of the format gives.
func Unknown(head []byte) string {
	if bytes.HasPrefix(head, []byte("7z\xbc\xaf\x27\x1c")) {
		return "7z"
	}
	return ""
}

// Archive is an archive in memory.
type Archive struct {
	Name   string // of the file: what a compressed file is called without its ending
	Data   []byte
	Limits Limits
}

// Entries yields the members in the archive's order. An *Error says what could not be
// read; the rest goes on.
func (a Archive) Entries() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		u := unpacker{limits: a.Limits, yield: yield}
		u.open("", a.Name, a.Data, 0)
	}
}

// unpacker walks one archive.
type unpacker struct {
	limits  Limits
	members int
	total   int64
	yield   func(Entry, error) bool
	done    bool
}

func (u *unpacker) fail(class, path string, err error) {
	if !u.done && !u.yield(Entry{}, &Error{class, path, err}) {
		u.done = true
	}
}

// open reads the archive data that stands at prefix.
func (u *unpacker) open(prefix, name string, data []byte, depth int) {
	if depth >= u.limits.Depth {
		if depth > 0 {
			u.fail("bound", strings.TrimSuffix(prefix, "!"), fmt.Errorf("archives within archives deeper than %d", u.limits.Depth))
		}
		return
	}
	switch sniff(data) {
	case zipped:
		u.zip(prefix, data, depth)
	case tarred:
		u.tar(prefix, bytes.NewReader(data), depth)
	case gzipped:
		r, err := gzip.NewReader(bytes.NewReader(data))
		u.stream(prefix, name, r, err, depth)
	case bzipped:
		u.stream(prefix, name, bzip2.NewReader(bytes.NewReader(data)), nil, depth)
	case xzipped:
		r, err := newXZ(data, u.limits.Member)
		u.stream(prefix, name, guard{r}, err, depth)
	case rared:
		u.rar(prefix, data, depth)
	case zstandard:
		r, err := zstd.NewReader(bytes.NewReader(data), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(uint64(u.limits.Member)))
		if err == nil {
			defer r.Close()
		}
		u.stream(prefix, name, r, err, depth)
	}
}

// stream reads a compressed file: one member, or the tar that it is.
func (u *unpacker) stream(prefix, name string, r io.Reader, err error, depth int) {
	if err != nil {
		u.fail("corrupt", strings.TrimSuffix(prefix, "!"), err)
		return
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(r, head)
	head = head[:n]
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		u.fail("corrupt", strings.TrimSuffix(prefix, "!"), err)
	}
	r = io.MultiReader(bytes.NewReader(head), r)
	if sniff(head) == tarred {
		u.tar(prefix, r, depth)
		return
	}
	u.member(prefix+plain(name), r, depth)
}

// plain is the name of a compressed file without its last ending.
func plain(name string) string {
	base := path.Base(name)
	if ext := path.Ext(base); len(ext) > 1 && len(ext) < len(base) {
		return strings.TrimSuffix(base, ext)
	}
	return "data"
}

func (u *unpacker) zip(prefix string, data []byte, depth int) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		u.fail("corrupt", strings.TrimSuffix(prefix, "!"), err)
		return
	}
	for _, f := range z.File {
		if u.done || u.full(prefix) {
			return
		}
		at := prefix + f.Name
		if f.FileInfo().IsDir() {
			continue
		}
		if f.Flags&1 != 0 { // APPNOTE 4.4.4
			u.fail("encrypted", at, errors.New("it needs a password"))
			continue
		}
		r, err := f.Open()
		if err != nil {
			class := "corrupt"
			if errors.Is(err, zip.ErrAlgorithm) {
				class = "unreadable"
			}
			u.fail(class, at, err)
			continue
		}
		u.member(at, r, depth)
		_ = r.Close()
	}
}

func (u *unpacker) tar(prefix string, r io.Reader, depth int) {
	t := tar.NewReader(r)
	for !u.done && !u.full(prefix) {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			u.fail("corrupt", strings.TrimSuffix(prefix, "!"), err)
			return
		}
		if h.Typeflag == tar.TypeReg {
			u.member(prefix+h.Name, t, depth)
		}
	}
}

// full says that a bound is reached, and tells of it.
func (u *unpacker) full(prefix string) bool {
	switch at := strings.TrimSuffix(prefix, "!"); {
	case u.members >= u.limits.Members:
		u.fail("bound", at, fmt.Errorf("more than %d members; the rest was left out", u.limits.Members))
	case u.total >= u.limits.Total:
		u.fail("bound", at, fmt.Errorf("more than %d bytes in all; the rest was left out", u.limits.Total))
	default:
		return false
	}
	return true
}

// member reads one member and yields it, and its own members if it is an archive.
func (u *unpacker) member(at string, r io.Reader, depth int) {
	u.members++
	most := min(u.limits.Member, u.limits.Total-u.total)
	var b bytes.Buffer
	n, err := b.ReadFrom(io.LimitReader(r, most+1))
	u.total += n
	data := b.Bytes()
	if err != nil {
		u.fail("corrupt", at, err)
	}
	if n > most {
		data = data[:most]
		u.fail("bound", at, fmt.Errorf("it is larger than %d bytes; the rest was left out", most))
	}
	if u.done || len(data) == 0 {
		return
	}
	if Is(data) {
		u.open(at+"!", at, data, depth+1)
		return
	}
	if !u.yield(Entry{Path: at, Data: data}, nil) {
		u.done = true
	}
}
