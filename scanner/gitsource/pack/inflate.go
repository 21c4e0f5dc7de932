package pack

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// decoder inflates a deflate stream (RFC 1951) that is in memory as a whole into
// memory of known size. That is what a pack needs, and it is twice as fast as a
// reader, which must keep a window and hand it over piece by piece (measured in
// DESIGN.md; compress/flate is its oracle in the tests). Streams that don't fit in
// memory go through a library.
type decoder struct {
	src  []byte
	in   int    // next byte of src
	over int    // bytes that were read beyond src, as zeros
	buf  uint64 // bits that were read and not used, lowest first
	bits uint   // how many

	literals  codeTable
	distances codeTable
	lengths   [maxLiterals + maxDistances]uint8
	known     *fixedTables // made when first needed
}

// fixedTables are those of the codes that are not sent.
type fixedTables struct{ literals, distances codeTable }

const (
	maxLiterals  = 288
	maxDistances = 32
	maxCodeBits  = 15
	literalBits  = 9 // that the first look-up takes
	distanceBits = 8
	// slack is how many bytes beyond its end the output must have room for: the
	// longest match, and one word.
	slack = 258 + 8
)

// entries of a code table: the low byte is how many bits the code has, the next
// byte says what it stands for, the upper half is a value.
const (
	isLiteral  = 1 << 15 // the value is a byte
	isLink     = 1 << 14 // the value is where the table for the rest begins; bits 8-11 are its size
	isEnd      = 1 << 13 // end of the block, or no code
	extraShift = 8       // of a length or distance: bits 8-11 are how many bits are added to the value
)

// codeTable decodes one alphabet: a table for the first bits, behind it the tables
// for longer codes.
type codeTable struct {
	entries [1<<literalBits + maxLiterals<<(maxCodeBits-literalBits)]uint32
	bits    uint
}

var (
	errDeflate = errors.New("its deflated bytes are malformed")
	errLonger  = errors.New("it is longer than its header says")
)

// What the symbols for lengths and distances mean. RFC 1951, 3.2.5
var (
	lengthBase = [31]uint16{
		3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
	}
	lengthExtra  = [31]uint8{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	distanceBase = [30]uint16{
		1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
		8193, 12289, 16385, 24577,
	}
	distanceExtra = [30]uint8{
		0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
	}
	// codeOrder is the order in which the lengths of code lengths are sent.
	codeOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
)

// inflate fills out[:size] from src, and returns how many bytes of src it took. out
// has slack bytes more than size, which are overwritten.
func (d *decoder) inflate(out []byte, size int, src []byte) (used int, err error) {
	d.src, d.in, d.over, d.buf, d.bits = src, 0, 0, 0, 0
	out = out[:size+slack]
	at := 0
	for last := false; !last; {
		d.refill()
		last = d.take(1) == 1
		switch d.take(2) {
		case 0:
			at, err = d.stored(out, at, size)
		case 1:
			if d.known == nil {
				d.fixed()
			}
			at, err = d.block(out, at, size, &d.known.literals, &d.known.distances)
		case 2:
			if err = d.dynamic(); err == nil {
				at, err = d.block(out, at, size, &d.literals, &d.distances)
			}
		default:
			err = errDeflate
		}
		if err != nil {
			return 0, err
		}
		if d.taken() > len(src) {
			return 0, errShort
		}
	}
	if at != size {
		return 0, errShort
	}
	return d.taken(), nil
}

// taken is how many bytes of the input were used, those begun included.
func (d *decoder) taken() int { return d.in + d.over - int(d.bits>>3) }

// refill reads until there are at least 56 bits.
func (d *decoder) refill() {
	if d.in+8 <= len(d.src) {
		d.buf |= binary.LittleEndian.Uint64(d.src[d.in:]) << (d.bits & 63)
		d.in += int((63 - d.bits) >> 3)
		d.bits |= 56
		return
	}
	for d.bits < 56 {
		if d.in < len(d.src) {
			d.buf |= uint64(d.src[d.in]) << d.bits
			d.in++
		} else {
			d.over++
		}
		d.bits += 8
	}
}

// take takes up to 16 bits.
func (d *decoder) take(n uint) uint {
	v := uint(d.buf) & (1<<n - 1)
	d.buf >>= n
	d.bits -= n
	return v
}

// stored copies a block that is not compressed.
func (d *decoder) stored(out []byte, at, size int) (int, error) {
	d.take(d.bits & 7)
	d.in, d.over, d.buf, d.bits = d.taken(), 0, 0, 0
	if d.in+4 > len(d.src) {
		return at, errShort
	}
	n := int(binary.LittleEndian.Uint16(d.src[d.in:]))
	if n != int(^binary.LittleEndian.Uint16(d.src[d.in+2:])) {
		return at, errDeflate
	}
	d.in += 4
	switch {
	case d.in+n > len(d.src):
		return at, errShort
	case at+n > size:
		return at, errLonger
	}
	copy(out[at:], d.src[d.in:d.in+n])
	d.in += n
	return at + n, nil
}

// fixed makes the tables of the codes that are not sent. RFC 1951, 3.2.6
func (d *decoder) fixed() {
	d.known = &fixedTables{}
	for i := range maxLiterals {
		switch {
		case i < 144:
			d.lengths[i] = 8
		case i < 256:
			d.lengths[i] = 9
		case i < 280:
			d.lengths[i] = 7
		default:
			d.lengths[i] = 8
		}
	}
	_ = d.known.literals.build(d.lengths[:maxLiterals], literalBits, &literalEntries)
	for i := range maxDistances {
		d.lengths[i] = 5
	}
	_ = d.known.distances.build(d.lengths[:maxDistances], distanceBits, &distanceEntries)
}

// dynamic reads the codes of a block. RFC 1951, 3.2.7
func (d *decoder) dynamic() error {
	literals, distances, codes := int(d.take(5))+257, int(d.take(5))+1, int(d.take(4))+4
	if literals > 286 || distances > 30 {
		return errDeflate
	}
	var lengths [19]uint8
	for i := range codes {
		if i == 13 {
			d.refill()
		}
		lengths[codeOrder[i]] = uint8(d.take(3))
	}
	t := &d.distances // its own come later
	if err := t.build(lengths[:], 7, &plainEntries); err != nil {
		return err
	}
	for i := 0; i < literals+distances; {
		d.refill()
		e := t.entries[d.buf&(1<<t.bits-1)]
		if e&isEnd != 0 {
			return errDeflate
		}
		d.take(uint(e & 15))
		symbol := e >> 16
		if symbol < 16 {
			d.lengths[i] = uint8(symbol)
			i++
			continue
		}
		n, value := 0, uint8(0)
		switch symbol {
		case 16:
			if i == 0 {
				return errDeflate
			}
			n, value = int(d.take(2))+3, d.lengths[i-1]
		case 17:
			n = int(d.take(3)) + 3
		default:
			n = int(d.take(7)) + 11
		}
		if i+n > literals+distances {
			return errDeflate
		}
		for ; n > 0; n-- {
			d.lengths[i] = value
			i++
		}
	}
	if d.lengths[256] == 0 { // such a block has no end
		return errDeflate
	}
	if err := d.literals.build(d.lengths[:literals], literalBits, &literalEntries); err != nil {
		return err
	}
	return d.distances.build(d.lengths[literals:literals+distances], distanceBits, &distanceEntries)
}

// The entries for the symbols of the three alphabets, without the code's length.
var literalEntries, distanceEntries, plainEntries = symbolEntries()

func symbolEntries() (literals, distances, plain [maxLiterals]uint32) {
	for i := range maxLiterals {
		plain[i] = uint32(i) << 16
		switch {
		case i < 256:
			literals[i] = isLiteral | uint32(i)<<16
		case i == 256, i > 285:
			literals[i] = isEnd | uint32(i)<<16
		default:
			literals[i] = uint32(lengthExtra[i-257])<<extraShift | uint32(lengthBase[i-257])<<16
		}
		distances[i] = isEnd
		if i < len(distanceBase) {
			distances[i] = uint32(distanceExtra[i])<<extraShift | uint32(distanceBase[i])<<16
		}
	}
	return literals, distances, plain
}

// build makes the table of a code from the lengths of its words. A code must be
// complete, but for one of a single word of one bit, and for one without any, as
// zlib and compress/flate have it.
func (t *codeTable) build(lengths []uint8, first uint, entries *[maxLiterals]uint32) error {
	var counts, next [maxCodeBits + 1]int
	longest := 0
	for _, n := range lengths {
		counts[n]++
		longest = max(longest, int(n))
	}
	t.bits = min(first, uint(max(longest, 1)))
	counts[0] = 0
	code, used := 0, 0
	for n := 1; n <= longest; n++ {
		code = (code + counts[n-1]) << 1
		next[n] = code
		used += counts[n] << (maxCodeBits - n)
	}
	if used != 1<<maxCodeBits {
		if !(longest == 0 || longest == 1 && counts[1] == 1) {
			return errDeflate
		}
		for i := range t.entries[:1<<t.bits] {
			t.entries[i] = isEnd | 1
		}
	}
	t.fill(lengths, &next, uint(longest), entries)
	return nil
}

// fill enters the words of a code.
func (t *codeTable) fill(lengths []uint8, next *[maxCodeBits + 1]int, longest uint, entries *[maxLiterals]uint32) {
	size := 1 << t.bits
	if longest > t.bits {
		clear(t.entries[:size]) // links are recognised by not being there yet
	}
	free := size
	for symbol, length := range lengths {
		if length == 0 {
			continue
		}
		n := uint(length)
		code := next[n]
		next[n]++
		word := int(bits.Reverse16(uint16(code)) >> (16 - n))
		e := entries[symbol]
		if n <= t.bits {
			for ; word < size; word += 1 << n {
				t.entries[word] = e | uint32(n)
			}
			continue
		}
		// The second table takes all the bits that the longest word has left: that
		// may be more than needed, and saves finding out.
		rest := longest - t.bits
		link := &t.entries[word&(size-1)]
		if *link == 0 {
			*link = isLink | uint32(free)<<16 | uint32(rest)<<extraShift | uint32(t.bits)
			free += 1 << rest
		}
		begin := int(*link >> 16)
		for w := word >> t.bits; w < 1<<rest; w += 1 << (n - t.bits) {
			t.entries[begin+w] = e | uint32(n-t.bits)
		}
	}
}

// block inflates one compressed block.
func (d *decoder) block(out []byte, at, size int, lit, dist *codeTable) (int, error) {
	litMask, distMask := uint64(1)<<lit.bits-1, uint64(1)<<dist.bits-1
	buf, n, in, src := d.buf, d.bits, d.in, d.src
	for {
		if in+8 <= len(src) {
			buf |= binary.LittleEndian.Uint64(src[in:]) << (n & 63)
			in += int((63 - n) >> 3)
			n |= 56
		} else {
			d.buf, d.bits, d.in = buf, n, in
			d.refill()
			buf, n, in = d.buf, d.bits, d.in
			if d.over > 8 {
				return at, errShort
			}
		}
		e := lit.entries[buf&litMask]
		// Three literals need 45 bits, of the 56 that there are.
		for range 2 {
			if e&isLiteral == 0 {
				break
			}
			buf >>= e & 63
			n -= uint(e & 63)
			out[at] = byte(e >> 16)
			at++
			e = lit.entries[buf&litMask]
		}
		if at > size {
			return at, errLonger
		}
		if e&isLink != 0 {
			buf >>= e & 63
			n -= uint(e & 63)
			e = lit.entries[uint64(e>>16)+buf&(1<<(e>>extraShift&15)-1)]
		}
		buf >>= e & 63
		n -= uint(e & 63)
		if e&isLiteral != 0 {
			out[at] = byte(e >> 16)
			if at++; at > size {
				return at, errLonger
			}
			continue
		}
		if e&isEnd != 0 {
			d.buf, d.bits, d.in = buf, n, in
			if e>>16 != 256 {
				return at, errDeflate
			}
			return at, nil
		}
		extra := e >> extraShift & 15
		length := int(e>>16) + int(buf&(1<<extra-1))
		buf >>= extra
		n -= uint(extra)
		if n < 28 { // a distance has up to 15 bits, and 13 more
			d.buf, d.bits, d.in = buf, n, in
			d.refill()
			buf, n, in = d.buf, d.bits, d.in
		}
		e = dist.entries[buf&distMask]
		if e&isLink != 0 {
			buf >>= e & 63
			n -= uint(e & 63)
			e = dist.entries[uint64(e>>16)+buf&(1<<(e>>extraShift&15)-1)]
		}
		if e&isEnd != 0 {
			return at, errDeflate
		}
		buf >>= e & 63
		n -= uint(e & 63)
		extra = e >> extraShift & 15
		distance := int(e>>16) + int(buf&(1<<extra-1))
		buf >>= extra
		n -= uint(extra)
		if distance > at {
			return at, errDeflate
		}
		if at+length > size {
			return at, errLonger
		}
		repeat(out, at, distance, length)
		at += length
	}
}

// repeat copies length bytes from distance bytes before at to at. It may write up
// to seven bytes more.
func repeat(out []byte, at, distance, length int) {
	from := at - distance
	if distance >= 8 {
		for i := 0; i < length; i += 8 {
			binary.LittleEndian.PutUint64(out[at+i:], binary.LittleEndian.Uint64(out[from+i:]))
		}
		return
	}
	if distance == 1 {
		b := out[from]
		for i := range out[at : at+length] {
			out[at+i] = b
		}
		return
	}
	for i := range length {
		out[at+i] = out[from+i]
	}
}
