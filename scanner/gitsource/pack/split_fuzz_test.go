package pack_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"slices"
	"testing"
)

// FuzzSplit compares with a plain reader of packs on the standard library. Each
// input gets a right checksum at its end, or nothing would get past that.
func FuzzSplit(f *testing.F) {
	for _, flags := range [][]string{nil, {"--delta-base-offset"}, {"--compression=0"}} {
		data := stream(f, 2, 60, flags...)
		f.Add(data[:len(data)-20])
	}
	f.Add(packOf()[:12])
	f.Fuzz(func(t *testing.T, body []byte) {
		data := sealed(bytes.Clone(body))
		want, ok := plainOffsets(data)
		got, err := split(t, bytes.NewReader(data), data)
		if ok != (err == nil) || ok && !slices.Equal(got, want) {
			t.Errorf("got %v (%v), want %v (%v)", got, err, want, ok)
		}
	})
}

// plainOffsets reads a sealed pack object by object.
func plainOffsets(data []byte) (offsets []int64, ok bool) {
	body := data[:len(data)-20]
	if len(body) < 12 || string(body[:7]) != "PACK\x00\x00\x00" || body[7] != 2 && body[7] != 3 {
		return nil, false
	}
	r := bytes.NewReader(body)
	_, _ = r.Seek(12, io.SeekStart)
	for range binary.BigEndian.Uint32(body[8:]) {
		at := r.Size() - int64(r.Len())
		offsets = append(offsets, at)
		if !plainEntry(r, at) {
			return nil, false
		}
	}
	return offsets, r.Len() == 0
}

func plainEntry(r *bytes.Reader, at int64) bool {
	c, err := r.ReadByte()
	kind, size := c>>4&7, uint64(c&15)
	for shift := 4; c&0x80 != 0 && err == nil; shift += 7 {
		if shift > 53 {
			return false
		}
		c, err = r.ReadByte()
		size |= uint64(c&0x7f) << shift
	}
	if err != nil {
		return false
	}
	switch kind {
	case 1, 2, 3, 4:
	case 6:
		back := uint64(0)
		for first := true; ; first = false {
			if c, err = r.ReadByte(); err != nil || back > 1<<54 {
				return false
			}
			if !first {
				back++
			}
			if back = back<<7 | uint64(c&0x7f); c&0x80 == 0 {
				break
			}
		}
		if back == 0 || back > uint64(at-12) {
			return false
		}
	case 7:
		if _, err := io.CopyN(io.Discard, r, 20); err != nil {
			return false
		}
	default:
		return false
	}
	z, err := zlib.NewReader(r)
	if err != nil {
		return false
	}
	n, err := io.Copy(io.Discard, z)
	return err == nil && uint64(n) == size
}
