package pack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

const idLen = len(plumbing.ZeroHash)

// index is a pack index of version 2 or 1: where each object begins, by name.
// Names are looked up in the file itself; nothing is decoded beforehand.
type index struct {
	data    []byte
	count   int
	version int
	names   int // offset of the first name
	stride  int // from one name to the next
	offsets int // offset of the table of offsets
	sums    int // of the CRC-32 of each entry; 0 if there are none
	far     int // of the table of offsets beyond 31 bits; 0 if there is none
}

// errIndex is for an index that fits no format.
var errIndex = errors.New("the index is malformed")

const fanout = 256

func parseIndex(data []byte) (*index, error) {
	x := &index{data: data, version: 1, stride: 4 + idLen}
	table := 0
	if bytes.HasPrefix(data, []byte("\xfftOc")) {
		if len(data) < 8 || binary.BigEndian.Uint32(data[4:]) != 2 {
			return nil, fmt.Errorf("%w: unknown version", errIndex)
		}
		x.version, x.stride, table = 2, idLen, 8
	}
	if len(data) < table+4*fanout+2*idLen {
		return nil, fmt.Errorf("%w: it ends too early", errIndex)
	}
	last := uint32(0)
	for i := range fanout {
		n := binary.BigEndian.Uint32(data[table+4*i:])
		if n < last {
			return nil, fmt.Errorf("%w: its table of counts is wrong", errIndex)
		}
		last = n
	}
	x.count = int(last)
	begin, size := table+4*fanout, len(data)-2*idLen
	if x.version == 1 {
		x.names, x.offsets = begin+4, begin
		if begin+x.count*x.stride != size {
			return nil, fmt.Errorf("%w: its size fits no number of objects", errIndex)
		}
		return x, nil
	}
	x.names = begin
	x.sums = x.names + x.count*idLen
	x.offsets = x.sums + 4*x.count
	x.far = x.offsets + 4*x.count
	if x.far > size || (size-x.far)%8 != 0 {
		return nil, fmt.Errorf("%w: its size fits no number of objects", errIndex)
	}
	return x, nil
}

// name gives the i-th name. Ranks go by name.
func (x *index) name(i int) []byte {
	at := x.names + i*x.stride
	return x.data[at : at+idLen]
}

// offset gives where the object of rank i begins, -1 if the index does not say.
func (x *index) offset(i int) int64 {
	if x.version == 1 {
		return int64(binary.BigEndian.Uint32(x.data[x.offsets+i*x.stride:]))
	}
	off := binary.BigEndian.Uint32(x.data[x.offsets+4*i:])
	if off>>31 == 0 {
		return int64(off)
	}
	at := x.far + 8*int(off&(1<<31-1))
	if at+8 > len(x.data)-2*idLen {
		return -1
	}
	return int64(binary.BigEndian.Uint64(x.data[at:]))
}

// sum gives the CRC-32 of the entry of rank i.
func (x *index) sum(i int) (uint32, bool) {
	if x.sums == 0 {
		return 0, false
	}
	return binary.BigEndian.Uint32(x.data[x.sums+4*i:]), true
}

// find gives the rank of a name, -1 if it is not there.
func (x *index) find(id *plumbing.Hash) int {
	table := 0
	if x.version == 2 {
		table = 8
	}
	lo, hi := 0, int(binary.BigEndian.Uint32(x.data[table+4*int(id[0]):]))
	if id[0] > 0 {
		lo = int(binary.BigEndian.Uint32(x.data[table+4*int(id[0])-4:]))
	}
	key := binary.BigEndian.Uint64(id[:])
	lo, hi = x.near(lo, hi, key)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		switch k := x.key(mid); {
		case k < key:
			lo = mid + 1
		case k > key:
			hi = mid
		default:
			switch c := bytes.Compare(x.name(mid), id[:]); {
			case c < 0:
				lo = mid + 1
			case c > 0:
				hi = mid
			default:
				return mid
			}
		}
	}
	return -1
}

// key is the begin of a name.
func (x *index) key(i int) uint64 { return binary.BigEndian.Uint64(x.data[x.names+i*x.stride:]) }

// near narrows the ranks [lo, hi) in which names with a key would stand. Names are
// hashes, and so spread evenly: it looks around the place where this one should be.
func (x *index) near(lo, hi int, key uint64) (int, int) {
	if hi-lo < 32 {
		return lo, hi
	}
	at := lo + int(uint64(hi-lo)*(key<<8>>32)>>32)
	if x.key(at) < key {
		lo = at
		for step := 16; at+step < hi; step *= 2 {
			switch k := x.key(at + step); {
			case k > key:
				return lo, at + step
			case k < key:
				lo = at + step
			}
		}
		return lo, hi
	}
	if x.key(at) > key {
		hi = at
	}
	for step := 16; at-step > lo; step *= 2 {
		switch k := x.key(at - step); {
		case k < key:
			return at - step, hi
		case k > key:
			hi = at - step
		}
	}
	return lo, hi
}

// packSum is the checksum of the pack that the index was made for.
func (x *index) packSum() []byte { return x.data[len(x.data)-2*idLen : len(x.data)-idLen] }

// order gives the ranks in the order in which their objects stand in the pack:
// from the reverse index beside the pack, if it is there and right, else sorted.
func (x *index) order(reverse []byte) ([]uint32, []int64, error) {
	ranks, offsets := make([]uint32, x.count), make([]int64, x.count)
	if x.reversed(reverse, ranks, offsets) {
		return ranks, offsets, nil
	}
	for i := range ranks {
		ranks[i] = uint32(i)
	}
	slices.SortFunc(ranks, func(a, b uint32) int { return int(x.offset(int(a)) - x.offset(int(b))) })
	for p, r := range ranks {
		offsets[p] = x.offset(int(r))
		if offsets[p] < 0 || p > 0 && offsets[p] == offsets[p-1] {
			return nil, nil, fmt.Errorf("%w: it names one place twice, or none", errIndex)
		}
	}
	return ranks, offsets, nil
}

// reversed reads a reverse index: signature, version, kind of hash, then the
// ranks in pack order.
func (x *index) reversed(data []byte, ranks []uint32, offsets []int64) bool {
	const head = 12
	if len(data) != head+4*x.count+2*idLen || string(data[:4]) != "RIDX" {
		return false
	}
	for p := range ranks {
		r := binary.BigEndian.Uint32(data[head+4*p:])
		if int(r) >= x.count {
			return false
		}
		ranks[p], offsets[p] = r, x.offset(int(r))
		if offsets[p] < 0 || p > 0 && offsets[p] <= offsets[p-1] {
			return false
		}
	}
	return true
}
