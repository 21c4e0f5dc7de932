package intake

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// The bounds of a report. A larger one is refused, not cut.
const (
	maxReport   = 1 << 30 // bytes of all of it
	maxElement  = 8 << 20 // bytes of one element
	maxElements = 2_000_000
	maxDepth    = 64 // of objects and arrays in one element
)

// errBound is the cause of an error for what is too large.
var errBound = errors.New("too large")

// bounded gives a reader's bytes up to a bound that moves on with the elements.
type bounded struct {
	r           io.Reader
	read, bound int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.read >= b.bound {
		return 0, errBound
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.bound-b.read)])
	b.read += int64(n)
	return n, err
}

// elements gives take every element of a report with its number: the values of one
// array or of several, one behind the other as a paging client writes them, or
// values one behind the other. Empty says that nothing at all is a report too.
func elements(r io.Reader, empty bool, take func(n int, raw json.RawMessage) error) error {
	head := bufio.NewReader(r)
	first, err := begin(head)
	switch {
	case errors.Is(err, io.EOF) && empty:
		return nil
	case errors.Is(err, io.EOF):
		return errors.New("it is empty: was the tool stopped before it wrote?")
	case err != nil:
		return err
	}
	b := &bounded{r: head, bound: maxElement}
	w := walk{d: json.NewDecoder(b), b: b, take: take}
	if first != '[' {
		return w.values(func() bool { return true })
	}
	for {
		b.bound = min(w.d.InputOffset()+maxElement, maxReport)
		open, err := w.d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil || open != json.Delim('[') {
			return w.broken(err, "there is something behind the array")
		}
		if err := w.values(w.d.More); err != nil {
			return err
		}
		if _, err := w.d.Token(); err != nil {
			return w.broken(err, "")
		}
	}
}

// begin passes a byte order mark and white space, and tells the first byte.
func begin(r *bufio.Reader) (byte, error) {
	if mark, _ := r.Peek(3); bytes.HasPrefix(mark, []byte{0xff, 0xfe}) || bytes.HasPrefix(mark, []byte{0xfe, 0xff}) {
		return 0, errors.New("it is UTF-16, as some shells write it: convert it to UTF-8")
	} else if bytes.Equal(mark, []byte("\ufeff")) {
		_, _ = r.Discard(3)
	}
	for {
		c, err := r.ReadByte()
		if err != nil {
			return 0, err
		}
		if !bytes.ContainsRune([]byte(" \t\r\n"), rune(c)) {
			return c, r.UnreadByte()
		}
	}
}

// walk reads values from a decoder.
type walk struct {
	d    *json.Decoder
	b    *bounded
	n    int
	take func(n int, raw json.RawMessage) error
}

// values takes values as long as there are more.
func (w *walk) values(more func() bool) error {
	for {
		w.b.bound = min(w.d.InputOffset()+maxElement, maxReport)
		if !more() {
			return nil
		}
		var raw json.RawMessage
		err := w.d.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return w.broken(err, "")
		}
		if w.n++; w.n > maxElements {
			return fmt.Errorf("it has more than %d elements: split it", maxElements)
		}
		if err := w.take(w.n, raw); err != nil {
			return err
		}
	}
}

// broken says where a report stops being one, without quoting it.
func (w *walk) broken(err error, why string) error {
	at := w.d.InputOffset()
	switch {
	case errors.Is(err, errBound) && w.b.bound == maxReport:
		return fmt.Errorf("it is larger than %d MiB: split it", maxReport>>20)
	case errors.Is(err, errBound):
		return fmt.Errorf("element %d, which begins near byte %d, is larger than %d MiB", w.n+1, at, maxElement>>20)
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return fmt.Errorf("it breaks off in element %d, which begins near byte %d: was it written to its end?", w.n+1, at)
	case why != "":
		return fmt.Errorf("%s, near byte %d", why, at)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("element %d is not JSON, near byte %d", w.n+1, syntax.Offset)
	}
	return fmt.Errorf("element %d, near byte %d: %w", w.n+1, at, err)
}

// decode puts an element into v. The error names the member that is not of its type
// and quotes nothing.
func decode(raw json.RawMessage, v any) error {
	if depth(raw) > maxDepth {
		return fmt.Errorf("it is nested more than %d deep", maxDepth)
	}
	if len(raw) == 0 || raw[0] != '{' {
		return errors.New("it is no object")
	}
	err := json.Unmarshal(raw, v)
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong) && wrong.Field != "":
		return fmt.Errorf("member %q is not of type %s", wrong.Field, wrong.Type)
	case err != nil:
		return errors.New("its members are not of their types")
	}
	return nil
}

// depth is how deep objects and arrays are nested in valid JSON.
func depth(raw []byte) int {
	deep, now, quoted := 0, 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			now++
			deep = max(deep, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return deep
}
