package changes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// errMissing says that an object is not in the repository.
var errMissing = errors.New("the object is not in the repository")

// batch reads objects through one git cat-file.
// https://git-scm.com/docs/git-cat-file#_batch_output
type batch struct{ *process }

func (r runner) batch(ctx context.Context) (*batch, error) {
	p, err := r.start(ctx, true, "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	return &batch{p}, nil
}

// ask asks for objects: they are to be read in this order. It does not wait until
// git has read the names. It is called again only when all was read.
func (b *batch) ask(names []string) {
	if len(names) == 0 {
		return
	}
	go func() { // its error shows when the answers end
		const atOnce = 256
		for len(names) > 0 {
			n := min(atOnce, len(names))
			if _, err := io.WriteString(b.in, strings.Join(names[:n], "\n")+"\n"); err != nil {
				return
			}
			names = names[n:]
		}
	}()
}

// object is one answer. Its content follows, size bytes, and then the end.
type object struct {
	id, kind string
	size     int64
}

// next reads the head of the answer for a name. errMissing leaves the batch in
// order; after any other error it is of no more use.
func (b *batch) next(name string) (object, error) {
	line, err := b.out.ReadString('\n')
	if err != nil {
		return object{}, b.died(err)
	}
	line = line[:len(line)-1]
	if rest, ok := strings.CutPrefix(line, name+" "); ok && rest == "missing" {
		return object{}, errMissing
	}
	parts := strings.Split(line, " ")
	if len(parts) == 3 {
		size, err := strconv.ParseInt(parts[2], 10, 64)
		if err == nil && size >= 0 {
			return object{parts[0], parts[1], size}, nil
		}
	}
	return object{}, fmt.Errorf("%s: an answer that nobody can read, for %q", b.name, name)
}

// data reads a content into memory.
func (b *batch) data(o object) ([]byte, error) {
	data := make([]byte, o.size)
	if _, err := io.ReadFull(b.out, data); err != nil {
		return nil, b.died(err)
	}
	return data, b.end()
}

// skip passes over a content.
func (b *batch) skip(o object) error {
	if _, err := io.CopyN(io.Discard, b.out, o.size); err != nil {
		return b.died(err)
	}
	return b.end()
}

// end reads what follows a content.
func (b *batch) end() error {
	c, err := b.out.ReadByte()
	if err != nil {
		return b.died(err)
	}
	if c != '\n' {
		return fmt.Errorf("%s: an answer that is longer than it says", b.name)
	}
	return nil
}

// died ends the process and says why there is no more to read.
func (b *batch) died(err error) error {
	if failed := b.wait(); failed != nil {
		return failed
	}
	return cut(b.name, err)
}
