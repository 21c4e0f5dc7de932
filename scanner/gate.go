package scanner

import "sync"

// gateBytes bounds the data of all chunks in flight. Two windows of filesource
// for each of two workers fit in it.
const gateBytes = 256 << 20

// gate lets bytes through as long as there is room for them. One goroutine
// takes, many give back.
type gate struct {
	mu   sync.Mutex
	wake *sync.Cond
	room int64
	size int64
}

func newGate(size int64) *gate {
	g := &gate{room: size, size: size}
	g.wake = sync.NewCond(&g.mu)
	return g
}

// take waits for room for n bytes and returns what give must return. What is
// larger than the gate passes when nothing else is in flight.
func (g *gate) take(n int) int64 {
	w := min(int64(n), g.size)
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.room < w {
		g.wake.Wait()
	}
	g.room -= w
	return w
}

func (g *gate) give(w int64) {
	g.mu.Lock()
	g.room += w
	g.mu.Unlock()
	g.wake.Signal()
}
