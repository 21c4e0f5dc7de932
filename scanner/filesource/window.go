package filesource

import (
	"bytes"
	"io"

	"golang.org/x/text/transform"

	"leakline/scanner"
)

// splitter makes chunks of one content: one whole chunk if it fits into a
// window, else windows that overlap. A large text in UTF-16 or UTF-32 is also
// yielded decoded; package scanner decodes those that are whole.
type splitter struct {
	raw     *window
	text    *window        // of the decoded text; nil for none
	decoder io.WriteCloser // onto text
}

// newSplitter makes chunks at loc of size bytes, as far as the size is known.
func newSplitter(loc scanner.Location, width, size int64, emit func(scanner.Chunk) bool) *splitter {
	first := width
	if size > width {
		first = later(width)
	}
	s := &splitter{raw: &window{
		location: loc, width: int(first), later: int(later(width)), emit: emit,
		data: make([]byte, 0, min(size, first+scanner.WindowOverlap)), line: 1, column: 1,
	}}
	s.raw.split = func(all, more []byte) bool {
		dec, name := scanner.TextDecoder(all)
		if dec == nil {
			return true
		}
		s.text = &window{
			location: loc, width: int(later(width)), later: int(later(width)), emit: emit,
			line: 1, column: 1, decoded: []string{name},
		}
		s.decoder = transform.NewWriter(s.text, dec)
		if _, err := s.decoder.Write(all); err != nil {
			return false
		}
		_, err := s.decoder.Write(more)
		return err == nil
	}
	return s
}

// later is the width of the windows of what is not scanned whole: several are in
// flight at once.
func later(width int64) int64 { return max(width/4, 1) }

// write takes the next bytes and says whether the receiver wants more.
func (s *splitter) write(p []byte) bool {
	if s.decoder != nil {
		if _, err := s.decoder.Write(p); err != nil {
			return false
		}
	}
	return s.raw.add(p)
}

// close yields what is left.
func (s *splitter) close() bool {
	if !s.raw.close() {
		return false
	}
	return s.text == nil || s.decoder.Close() == nil && s.text.close()
}

// window cuts one stream into chunks. It holds at most a window and an overlap on
// either side of it.
type window struct {
	location scanner.Location
	width    int // of the next chunk
	later    int // of those behind it
	decoded  []string
	emit     func(scanner.Chunk) bool
	// split, if not nil, is given everything that was added, in two parts, when
	// the content turns out to be longer than one window.
	split func(all, more []byte) bool

	data         []byte
	offset       int64 // of data[0] in the content
	line, column int   // of data[0]
	from         int   // where the next chunk's secrets may begin
	cut          bool  // a chunk was yielded
}

// add takes the next bytes and yields the windows that they complete.
func (w *window) add(p []byte) bool {
	for {
		full := w.from + w.width + scanner.WindowOverlap
		n := min(len(p), full-len(w.data))
		w.data = append(w.data, p[:n]...)
		p = p[n:]
		if len(p) == 0 {
			return true
		}
		// There is more than this window holds, so it is not the last one.
		if !w.cut {
			w.cut = true
			if w.split != nil && !w.split(w.data, p) {
				return false
			}
		}
		if !w.next() {
			return false
		}
	}
}

// next yields a full window and keeps what the following one shares with it.
func (w *window) next() bool {
	to := w.from + w.width
	keep := max(0, to-scanner.WindowOverlap)
	rest := make([]byte, len(w.data)-keep, to-keep+w.later+scanner.WindowOverlap)
	copy(rest, w.data[keep:])
	full := w.chunk(w.from, to)
	if n := bytes.Count(w.data[:keep], []byte{'\n'}); n > 0 {
		w.line += n
		w.column = keep - bytes.LastIndexByte(w.data[:keep], '\n')
	} else {
		w.column += keep
	}
	w.offset += int64(keep)
	w.data, w.from, w.width = rest, to-keep, w.later
	return w.emit(full)
}

// close yields the last window, or the whole content.
func (w *window) close() bool {
	if !w.cut {
		return w.emit(w.chunk(0, 0))
	}
	return w.emit(w.chunk(w.from, len(w.data)))
}

func (w *window) chunk(from, to int) scanner.Chunk {
	return scanner.Chunk{
		Data: w.data, Location: w.location, Offset: w.offset, Line: w.line, Column: w.column,
		From: from, To: to, Decoded: w.decoded,
	}
}

// Write makes a window the end of a decoder.
func (w *window) Write(p []byte) (int, error) {
	if !w.add(p) {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}
