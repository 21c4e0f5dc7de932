package scanner

import (
	"sync"
	"time"
)

// progress tells how far the scan has come, at most every progressEvery.
type progress struct {
	tell    func(Progress)
	now     func() time.Time
	started time.Time
	last    time.Time

	mu      sync.Mutex // a source tells from goroutines of its own
	state   Progress
	scanned int64 // by the source itself
}

// progressEvery is the least time between two calls of Scanner.Progress.
const progressEvery = 100 * time.Millisecond

// chunk notes that one more chunk was judged.
func (p *progress) chunk(bytes int64, findings int, done float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.Chunks++
	p.state.Bytes += bytes
	p.state.Findings = findings
	p.state.Done = done
	p.tick()
}

// source notes how far the source says that it has come.
func (p *progress) source(bytes int64, done float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.Bytes += bytes - p.scanned
	p.scanned = bytes
	p.state.Done = done
	p.tick()
}

// tick tells, unless it has just told.
func (p *progress) tick() {
	if p.tell == nil {
		return
	}
	if t := p.now(); t.Sub(p.last) >= progressEvery {
		p.last = t
		p.say(t)
	}
}

func (p *progress) say(t time.Time) {
	p.state.Elapsed = t.Sub(p.started)
	if p.tell != nil {
		p.tell(p.state)
	}
}
