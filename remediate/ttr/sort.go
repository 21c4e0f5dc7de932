package ttr

// key is a record's place in the order.
type key struct {
	ttr int64
	i   int32
}

// sort orders the records by the time from detection to their end. It copies them:
// to exchange them in place would wait for the memory at every step.
func (t *table) sort() {
	keys := make([]key, 0, t.count)
	most := int64(0)
	for i, r := range t.all() {
		keys = append(keys, key{r.ttr, i})
		most = max(most, r.ttr)
	}
	keys = radix(keys, most)
	sorted := make([][]record, 0, len(t.chunks))
	for len(keys) > 0 {
		n := min(len(keys), chunk)
		c := make([]record, n)
		for i, k := range keys[:n] {
			c[i] = *t.at(k.i)
		}
		sorted, keys = append(sorted, c), keys[n:]
	}
	t.chunks = sorted
}

// radix sorts keys by ttr, of which none is below 0 or above most, and keeps the
// order of equal ones: digit by digit, from the lowest on.
func radix(keys []key, most int64) []key {
	const width = 11
	other := make([]key, len(keys))
	for shift := 0; most>>shift > 0; shift += width {
		var begin [1<<width + 1]int
		for _, k := range keys {
			begin[k.ttr>>shift&(1<<width-1)+1]++
		}
		for d := range 1 << width {
			begin[d+1] += begin[d]
		}
		for _, k := range keys {
			d := k.ttr >> shift & (1<<width - 1)
			other[begin[d]] = k
			begin[d]++
		}
		keys, other = other, keys
	}
	return keys
}

// split divides the records, in their order, by the groups that each is in. Sizes
// are how many each group has.
func (t *table) split(sizes []int, of func(r *record, in func(int32))) [][]int32 {
	sum := 0
	for _, n := range sizes {
		sum += n
	}
	all, lists := make([]int32, sum), make([][]int32, len(sizes))
	at := 0
	for g, n := range sizes {
		lists[g] = all[at : at : at+n]
		at += n
	}
	i := int32(0)
	in := func(g int32) { lists[g] = append(lists[g], i) }
	for n, r := range t.all() {
		i = n
		of(r, in)
	}
	return lists
}
