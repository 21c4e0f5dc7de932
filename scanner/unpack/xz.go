package unpack

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

// xzReader reads the blocks of a file in the .xz format (tukaani.org/xz/xz-file-format.txt),
// which is in memory. The container is read here, not by the library, which takes as
// much memory as a header of a few bytes asks for: how much text a block holds is known
// before it is decoded, and no more is needed.
type xzReader struct {
	rest  []byte
	most  int64 // bytes of text that are wanted, and so of memory for one block
	check byte
	block io.Reader
	sum   hash.Hash // of what the block holds; nil if it is not checked
	want  []byte
}

var (
	errXZ       = errors.New("the file does not keep to the .xz format")
	errXZFilter = errors.New("filters other than LZMA2 are not undone")
)

const (
	xzMagic  = "\xfd7zXZ\x00"
	xzFooter = 12
)

func newXZ(data []byte, most int64) (*xzReader, error) {
	r := &xzReader{rest: data, most: most}
	return r, r.header()
}

// header reads a stream's header (2.1.1).
func (r *xzReader) header() error {
	if len(r.rest) < 12 || string(r.rest[:6]) != xzMagic || r.rest[6] != 0 || r.rest[7] > 15 {
		return errXZ
	}
	if crc32.ChecksumIEEE(r.rest[6:8]) != binary.LittleEndian.Uint32(r.rest[8:]) {
		return errXZ
	}
	r.check = r.rest[7]
	r.rest = r.rest[12:]
	return nil
}

func (r *xzReader) Read(p []byte) (int, error) {
	for {
		if r.block == nil {
			if err := r.next(); err != nil {
				return 0, err
			}
		}
		n, err := r.block.Read(p)
		if r.sum != nil {
			_, _ = r.sum.Write(p[:n])
		}
		if errors.Is(err, io.EOF) {
			r.block, err = nil, nil
			if r.sum != nil && !bytes.Equal(r.sum.Sum(nil), r.want) {
				err = errors.New("a block's checksum is wrong")
			}
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// next begins the next block, of the next stream if this one has none any more.
func (r *xzReader) next() error {
	for len(r.rest) > 0 && r.rest[0] == 0 {
		if err := r.index(); err != nil {
			return err
		}
		for len(r.rest) >= 4 && binary.LittleEndian.Uint32(r.rest) == 0 { // 2.2
			r.rest = r.rest[4:]
		}
		if len(r.rest) == 0 {
			return io.EOF
		}
		if err := r.header(); err != nil {
			return err
		}
	}
	if len(r.rest) == 0 {
		return io.ErrUnexpectedEOF
	}
	size := (int(r.rest[0]) + 1) * 4
	if size < 8 || size > len(r.rest) {
		return io.ErrUnexpectedEOF
	}
	dict, err := dictionary(r.rest[:size])
	if err != nil {
		return err
	}
	body := r.rest[size:]
	n, text, err := measure(body)
	if err != nil {
		return err
	}
	memory := max(min(dict, text, r.most), lzma.MinDictCap)
	r.block, err = lzma.Reader2Config{DictCap: int(memory)}.NewReader2(bytes.NewReader(body[:n]))
	if err != nil {
		return err
	}
	end := n + (4-(size+n)%4)%4
	width := []int{0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64}[r.check]
	if end+width > len(body) {
		return io.ErrUnexpectedEOF
	}
	r.want, r.rest = bytes.Clone(body[end:end+width]), body[end+width:]
	switch r.sum = nil; r.check { // 2.1.1.2
	case 1:
		r.sum = crc32.NewIEEE()
	case 4:
		r.sum = crc64.New(crc64.MakeTable(crc64.ECMA))
	case 10:
		r.sum = sha256.New()
	}
	if r.check == 1 || r.check == 4 { // they are written low byte first
		for i, j := 0, len(r.want)-1; i < j; i, j = i+1, j-1 {
			r.want[i], r.want[j] = r.want[j], r.want[i]
		}
	}
	return nil
}

// dictionary reads a block's header (3.1) for the size of its dictionary.
func dictionary(header []byte) (int64, error) {
	end := len(header) - 4
	if crc32.ChecksumIEEE(header[:end]) != binary.LittleEndian.Uint32(header[end:]) {
		return 0, errXZ
	}
	if header[1]&3 != 0 {
		return 0, errXZFilter
	}
	p := header[2:end]
	for _, flag := range []byte{0x40, 0x80} { // the sizes
		if header[1]&flag != 0 {
			_, n := binary.Uvarint(p)
			if n <= 0 {
				return 0, errXZ
			}
			p = p[n:]
		}
	}
	switch {
	case len(p) < 3:
		return 0, errXZ
	case p[0] != 0x21 || p[1] != 1: // 5.3.1
		return 0, errXZFilter
	case p[2] > 40:
		return 0, errXZ
	case p[2] == 40:
		return 1<<32 - 1, nil
	}
	return int64(2|p[2]&1) << (p[2]/2 + 11), nil
}

// measure walks the chunks of LZMA2 and gives their length and that of their text.
func measure(b []byte) (n int, text int64, err error) {
	be := binary.BigEndian.Uint16
	for {
		if n >= len(b) {
			return n, text, io.ErrUnexpectedEOF
		}
		c := b[n]
		switch {
		case c == 0:
			return n + 1, text, nil
		case c <= 2:
			if n+3 > len(b) {
				return n, text, io.ErrUnexpectedEOF
			}
			size := int(be(b[n+1:])) + 1
			text += int64(size)
			n += 3 + size
		case c < 0x80:
			return n, text, errXZ
		default:
			if n+6 > len(b) {
				return n, text, io.ErrUnexpectedEOF
			}
			text += int64(c&0x1f)<<16 + int64(be(b[n+1:])) + 1
			n += 5 + int(be(b[n+3:])) + 1
			if c >= 0xc0 {
				n++
			}
		}
	}
}

// index passes a stream's index and footer (2.1.2, 4).
func (r *xzReader) index() error {
	p := r.rest[1:]
	count, n := binary.Uvarint(p)
	if n <= 0 || count > uint64(len(p)) {
		return errXZ
	}
	p = p[n:]
	for range 2 * count {
		_, n := binary.Uvarint(p)
		if n <= 0 {
			return errXZ
		}
		p = p[n:]
	}
	size := len(r.rest) - len(p)
	size += (4-size%4)%4 + 4
	if size+xzFooter > len(r.rest) || string(r.rest[size+xzFooter-2:size+xzFooter]) != "YZ" {
		return io.ErrUnexpectedEOF
	}
	r.rest = r.rest[size+xzFooter:]
	return nil
}
