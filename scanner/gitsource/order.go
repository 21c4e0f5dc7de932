package gitsource

import (
	"container/heap"

	"github.com/go-git/go-git/v5/plumbing"
)

// sorted orders the steps from the given one on: by committer time, but parents
// before their children whatever the clocks said, and ties by id.
func (w *walk) sorted(from int) []int32 {
	waits := make([]int32, len(w.steps))
	children := make(map[plumbing.Hash][]int32, len(w.steps)-from)
	ready := &byTime{steps: w.steps}
	for i := from; i < len(w.steps); i++ {
		for _, p := range w.steps[i].parents {
			if k, ok := w.stepOf[p]; ok && k >= from {
				waits[i]++
				children[p] = append(children[p], int32(i))
			}
		}
		if waits[i] == 0 {
			ready.next = append(ready.next, int32(i))
		}
	}
	heap.Init(ready)
	order := w.order
	for len(ready.next) > 0 {
		i := heap.Pop(ready).(int32)
		order = append(order, i)
		for _, k := range children[w.steps[i].id] {
			if waits[k]--; waits[k] == 0 {
				heap.Push(ready, k)
			}
		}
	}
	return order
}

// byTime is a heap of steps.
type byTime struct {
	steps []step
	next  []int32
}

func (h *byTime) Len() int      { return len(h.next) }
func (h *byTime) Swap(i, k int) { h.next[i], h.next[k] = h.next[k], h.next[i] }
func (h *byTime) Push(x any)    { h.next = append(h.next, x.(int32)) }
func (h *byTime) Less(i, k int) bool {
	a, b := h.steps[h.next[i]], h.steps[h.next[k]]
	if a.when != b.when {
		return a.when < b.when
	}
	return compareIDs(a.id, b.id) < 0
}

func (h *byTime) Pop() any {
	x := h.next[len(h.next)-1]
	h.next = h.next[:len(h.next)-1]
	return x
}
