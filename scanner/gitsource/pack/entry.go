package pack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/adler32"
	"io"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/klauspost/compress/zlib"
)

// entry is what the header of an object in the pack says.
type entry struct {
	kind   plumbing.ObjectType
	size   int64 // of what is deflated: the object, or the delta
	data   int64 // offset of the deflated bytes
	base   int   // position of the delta's base, -1 if it is no delta
	baseID plumbing.Hash
	byName bool // the delta names its base by id
}

// header reads the header of the entry at a position.
func (f *File) header(pos int) (e entry, err error) {
	at, end := f.offsets[pos], f.offsets[pos+1]
	if at < 0 || end > int64(len(f.data)) || at >= end {
		return e, errShort
	}
	b := f.data[at:end]
	c, i := b[0], 1
	e.kind, e.size, e.base = plumbing.ObjectType(c>>4&7), int64(c&15), -1
	for shift := 4; c&0x80 != 0; shift += 7 {
		if i == len(b) || shift > 56 {
			return e, errors.New("its header has no size")
		}
		c = b[i]
		i++
		e.size |= int64(c&0x7f) << shift
	}
	switch e.kind {
	case plumbing.CommitObject, plumbing.TreeObject, plumbing.BlobObject, plumbing.TagObject:
	case plumbing.OFSDeltaObject:
		back := int64(0)
		for first := true; ; first = false {
			if i == len(b) || back > 1<<54 {
				return e, errors.New("its header names no delta base")
			}
			c = b[i]
			i++
			if !first {
				back++
			}
			back = back<<7 | int64(c&0x7f)
			if c&0x80 == 0 {
				break
			}
		}
		if e.base = f.at(at - back); e.base < 0 || back == 0 {
			return e, errors.New("no object begins where its delta base should")
		}
	case plumbing.REFDeltaObject:
		if len(b) < i+idLen {
			return e, errShort
		}
		copy(e.baseID[:], b[i:])
		i += idLen
		e.byName = true
		if e.base = f.Find(e.baseID); e.base < 0 && !f.unnamed() {
			return e, fmt.Errorf("its delta base %s is not in the pack", e.baseID)
		}
	default:
		return e, fmt.Errorf("unknown type %d of pack entry", e.kind)
	}
	e.data = at + int64(i)
	return e, nil
}

// maxRatio is how many bytes one deflated byte can stand for: 258 for two bits.
// RFC 1951, 3.2.5
const maxRatio = 1032

// inflater inflates entries. It is used by one goroutine.
type inflater struct {
	decoder decoder
	r       bytes.Reader // of stream
	z       io.ReadCloser
}

// inflate fills buf, grown as needed, with what an entry deflates.
func (z *inflater) inflate(f *File, pos int, e entry, buf []byte) ([]byte, error) {
	end := f.offsets[pos+1]
	packed := f.data[e.data:end]
	if e.size/maxRatio > int64(len(packed)) {
		return buf, fmt.Errorf("its header says %d bytes, more than %d deflated ones can hold", e.size, len(packed))
	}
	if err := zlibHead(packed); err != nil {
		return buf, err
	}
	buf = sized(buf, int(e.size))
	// The decoder reads words: what follows the entry may be in them.
	used, err := z.decoder.inflate(buf[:len(buf)+slack], len(buf), f.data[e.data+2:min(end+8, int64(len(f.data)))])
	switch {
	case err != nil:
		return buf, err
	case 2+used+adler32.Size > len(packed):
		return buf, errShort
	case !f.sums() && adler32.Checksum(buf) != binary.BigEndian.Uint32(packed[2+used:]):
		return buf, errors.New("its bytes do not have the checksum that follows them")
	}
	return buf, nil
}

// zlibHead checks the two bytes that a zlib stream begins with: they say deflate,
// and that no dictionary is needed. RFC 1950, 2.2
func zlibHead(packed []byte) error {
	const deflate, dictionary = 8, 0x20
	if len(packed) < 2+adler32.Size {
		return errShort
	}
	if packed[0]&15 != deflate || packed[1]&dictionary != 0 || binary.BigEndian.Uint16(packed)%31 != 0 {
		return errors.New("it is not deflated as zlib does it")
	}
	return nil
}

// stream begins to inflate piece by piece.
func (z *inflater) stream(packed []byte) (_ io.Reader, err error) {
	z.r.Reset(packed)
	if z.z == nil {
		z.z, err = zlib.NewReader(&z.r)
		return z.z, err
	}
	return z.z, z.z.(zlib.Resetter).Reset(&z.r, nil)
}

// ended says of an end that came too early that it did.
func ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errShort
	}
	return err
}

// sized gives a slice of n bytes with slack behind them, in b's memory if it is large
// enough.
func sized(b []byte, n int) []byte {
	if cap(b) < n+slack {
		return make([]byte, n, n+slack)
	}
	return b[:n]
}
