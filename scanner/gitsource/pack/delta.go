package pack

import (
	"encoding/binary"
	"errors"
)

// Copy is a range that a delta takes over from its base: Len bytes at Src of the
// base stand at Dst of the object.
type Copy struct{ Dst, Src, Len int }

// deltaSizes reads the sizes of base and result that a delta begins with.
func deltaSizes(delta []byte) (base, result int64, rest []byte, err error) {
	b, n := binary.Uvarint(delta)
	if n <= 0 || int64(b) < 0 {
		return 0, 0, nil, errors.New("its delta has no sizes")
	}
	r, m := binary.Uvarint(delta[n:])
	if m <= 0 || int64(r) < 0 {
		return 0, 0, nil, errors.New("its delta has no sizes")
	}
	return int64(b), int64(r), delta[n+m:], nil
}

var errDelta = errors.New("its delta is malformed")

// apply carries out a delta's instructions. It fills out, which has the size of
// the result, and appends what was copied to copies, in the order of Dst.
func apply(base, ops, out []byte, copies []Copy) ([]Copy, error) {
	at := 0
	for i := 0; i < len(ops); {
		op := ops[i]
		i++
		if op&0x80 == 0 { // insert
			n := int(op)
			if n == 0 || i+n > len(ops) || at+n > len(out) {
				return copies, errDelta
			}
			at += copy(out[at:], ops[i:i+n])
			i += n
			continue
		}
		var src, n int
		for k := range 7 {
			if op>>k&1 == 0 {
				continue
			}
			if i == len(ops) {
				return copies, errDelta
			}
			if k < 4 {
				src |= int(ops[i]) << (8 * k)
			} else {
				n |= int(ops[i]) << (8 * (k - 4))
			}
			i++
		}
		if n == 0 {
			n = 1 << 16
		}
		if src+n > len(base) || at+n > len(out) {
			return copies, errDelta
		}
		copies = append(copies, Copy{Dst: at, Src: src, Len: n})
		at += copy(out[at:], base[src:src+n])
	}
	if at != len(out) {
		return copies, errDelta
	}
	return copies, nil
}
