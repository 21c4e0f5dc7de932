package pack

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/adler32"
	"io"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/klauspost/compress/flate"
)

// ErrBadStream is what Split's errors wrap if the bytes are no whole pack: to
// ask for the same bytes again would not help. An end that comes too early is
// io.ErrUnexpectedEOF instead, as a connection that was cut looks like that.
var ErrBadStream = errors.New("the pack is broken")

// streamHead is how long signature, version and count are, in bytes.
const streamHead = 12

// Split copies a pack from r to w, as it is, and gives the offset of each of its
// entries, in order: all that must be known to read them. The pack is inflated
// once, for nothing in it says how long an entry's deflated bytes are.
//
// Signature, version, the number of entries, the size that each declares, the
// checksum of each deflated stream, and the SHA-1 of the whole are checked; r
// has to end after it. Memory is bounded whatever the stream says, except for
// eight bytes for each entry that really came. An error names the entry and its
// offset, and wraps ErrBadStream, io.ErrUnexpectedEOF, or the error of r, w or
// ctx. What was written until then stays in w.
//
// tell may be nil; it is called from the same goroutine after each block that
// was read, with the entries so far, the number that the pack announces (0 while
// unknown) and the bytes so far.
//
// https://git-scm.com/docs/gitformat-pack and RFC 1950, 2.2
func Split(ctx context.Context, r io.Reader, w io.Writer, tell func(objects, total int, bytes int64)) (offsets []int64, err error) {
	s := &splitter{ctx: ctx, r: r, tell: tell, copy: startCopy(w), adler: adler32.New()}
	s.in = bufio.NewReaderSize(&s.blocks, blockBytes)
	s.blocks.s = s
	s.z = flate.NewReader(s.in)
	defer s.copy.end() // if r panics
	err = s.run()
	if failed := s.copy.end(); failed != nil {
		return nil, failed // and so the cause of the other error, if there is one
	}
	if err == nil && !s.copy.intact() {
		err = badStream("the SHA-1 at the end of the pack is not that of its bytes")
	}
	if err != nil {
		return nil, err
	}
	return s.offsets, nil
}

// streamError is an error of what the bytes say.
type streamError struct{ error }

func (streamError) Is(target error) bool { return target == ErrBadStream }

func badStream(format string, args ...any) error { return streamError{fmt.Errorf(format, args...)} }

// splitter is the state of one Split.
type splitter struct {
	ctx    context.Context
	r      io.Reader
	tell   func(objects, total int, bytes int64)
	copy   *copier
	blocks blockReader
	in     *bufio.Reader // of blocks: flate takes single bytes from it, no more than it needs
	z      io.Reader
	adler  hash.Hash32

	read    int64 // bytes that came from r
	broken  error // of r, other than its end
	total   int
	offsets []int64
	left    int64 // of the size that the entry declares
}

// blockReader reads r in blocks, and hands each to the copier.
type blockReader struct{ s *splitter }

func (b *blockReader) Read(p []byte) (int, error) {
	s := b.s
	if err := s.ctx.Err(); err != nil {
		s.broken = err
		return 0, err
	}
	block, err := s.copy.room()
	if err != nil {
		s.broken = err
		return 0, err
	}
	n, err := s.r.Read(block[:min(len(p), len(block))])
	copy(p, block[:n])
	s.copy.send(block[:n])
	s.read += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		s.broken = err
	}
	if s.tell != nil && n > 0 {
		s.tell(len(s.offsets), s.total, s.read)
	}
	return n, err
}

// at is the offset of the next byte.
func (s *splitter) at() int64 { return s.read - int64(s.in.Buffered()) }

func (s *splitter) run() error {
	var head [streamHead]byte
	if _, err := io.ReadFull(s.in, head[:]); err != nil {
		return fmt.Errorf("read the head of the pack: %w", s.cause(err))
	}
	if string(head[:4]) != "PACK" {
		return badStream("it begins like no pack")
	}
	if v := binary.BigEndian.Uint32(head[4:]); v != 2 && v != 3 {
		return badStream("unknown pack version %d", v)
	}
	s.total = int(binary.BigEndian.Uint32(head[8:]))
	s.offsets = make([]int64, 0, min(s.total, 1<<16))
	for i := range s.total {
		at := s.at()
		s.offsets = append(s.offsets, at)
		if err := s.entry(at); err != nil {
			return fmt.Errorf("read pack entry %d of %d at offset %d: %w", i+1, s.total, at, s.cause(err))
		}
	}
	var sum [20]byte
	if _, err := io.ReadFull(s.in, sum[:]); err != nil {
		return fmt.Errorf("read the checksum at the end of the pack: %w", s.cause(err))
	}
	// The pack is whole. How the connection ended does not matter any more, unless
	// more came.
	if _, err := s.in.ReadByte(); err == nil {
		return badStream("more bytes follow at offset %d, after the %d entries that it announces", s.at()-1, s.total)
	}
	if s.tell != nil {
		s.tell(len(s.offsets), s.total, s.read)
	}
	return s.ctx.Err()
}

// cause gives what made the stream end, if it was not what it says.
func (s *splitter) cause(err error) error {
	switch {
	case s.broken != nil:
		return s.broken
	case errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, ErrBadStream):
		return err
	}
	return streamError{err}
}

// entry reads over one entry.
func (s *splitter) entry(at int64) error {
	c, err := s.in.ReadByte()
	if err != nil {
		return err
	}
	kind, size := plumbing.ObjectType(c>>4&7), int64(c&15)
	for shift := 4; c&0x80 != 0; shift += 7 {
		if shift > 53 {
			return badStream("its size has too many digits")
		}
		if c, err = s.in.ReadByte(); err != nil {
			return err
		}
		size |= int64(c&0x7f) << shift
	}
	switch kind {
	case plumbing.CommitObject, plumbing.TreeObject, plumbing.BlobObject, plumbing.TagObject:
	case plumbing.OFSDeltaObject:
		err = s.back(at)
	case plumbing.REFDeltaObject:
		_, err = s.in.Discard(len(plumbing.ZeroHash))
	default:
		return badStream("unknown type %d", kind)
	}
	if err != nil {
		return err
	}
	return s.inflate(size)
}

// back reads how far before an entry its delta base stands.
func (s *splitter) back(at int64) error {
	c, err := s.in.ReadByte()
	if err != nil {
		return err
	}
	back := int64(c & 0x7f)
	for c&0x80 != 0 {
		if back > 1<<54 {
			return badStream("the offset of its delta base has too many digits")
		}
		if c, err = s.in.ReadByte(); err != nil {
			return err
		}
		back = (back+1)<<7 | int64(c&0x7f)
	}
	if back == 0 || back > at-streamHead {
		return badStream("its delta base stands %d bytes before it, where no entry can begin", back)
	}
	return nil
}

// errTooLong ends an entry at the size that it declares.
var errTooLong = badStream("it inflates to more than the size that it declares")

// inflate reads over a deflated stream, and checks its size and checksum.
func (s *splitter) inflate(size int64) error {
	var head [2]byte
	if _, err := io.ReadFull(s.in, head[:]); err != nil {
		return err
	}
	if v := binary.BigEndian.Uint16(head[:]); v%31 != 0 || head[0]&15 != 8 || head[0]>>4 > 7 || head[1]&0x20 != 0 {
		return badStream("its deflated bytes have no zlib header")
	}
	s.left = size
	s.adler.Reset()
	if err := s.z.(flate.Resetter).Reset(s.in, nil); err != nil {
		return err
	}
	if _, err := s.z.(io.WriterTo).WriteTo((*entrySink)(s)); err != nil {
		return err
	}
	if s.left != 0 {
		return badStream("it inflates to %d bytes, not to the %d that it declares", size-s.left, size)
	}
	var sum [4]byte
	if _, err := io.ReadFull(s.in, sum[:]); err != nil {
		return err
	}
	if binary.BigEndian.Uint32(sum[:]) != s.adler.Sum32() {
		return badStream("the checksum of its inflated bytes is wrong")
	}
	return nil
}

// entrySink takes what an entry inflates to, and no more than it declares.
type entrySink splitter

func (e *entrySink) Write(p []byte) (int, error) {
	if int64(len(p)) > e.left {
		return 0, errTooLong
	}
	e.left -= int64(len(p))
	return e.adler.Write(p)
}
