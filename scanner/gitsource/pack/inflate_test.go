package pack

import (
	"bytes"
	"compress/flate"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// deflated compresses with the standard library.
func deflated(t testing.TB, data []byte, level int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sameInflated compares the decoder with the standard library's reader on bytes
// that may be no deflate stream at all.
func sameInflated(t *testing.T, d *decoder, src []byte, size int) {
	t.Helper()
	out := make([]byte, size+slack)
	used, err := d.inflate(out, size, src)
	in := bytes.NewReader(src)
	want, wantErr := io.ReadAll(io.LimitReader(flate.NewReader(in), int64(size)+1))
	good := wantErr == nil && len(want) == size
	if good != (err == nil) {
		t.Fatalf("the decoder says %v, the library gave %d bytes of %d and %v", err, len(want), size, wantErr)
	}
	if !good {
		return
	}
	if !bytes.Equal(out[:size], want) {
		t.Fatal("the decoder gives other bytes than the library")
	}
	if n := len(src) - in.Len(); used != n {
		t.Fatalf("the decoder took %d bytes, the library %d", used, n)
	}
}

// texts makes data of many kinds.
func texts(r *rand.Rand) []byte {
	n := r.IntN(1 << r.IntN(17))
	b := make([]byte, 0, n)
	words := strings.Fields("key = value func return the a of commit tree parent 0123456789abcdef \n\t { } ( ) // password")
	for kind := r.IntN(5); len(b) < n; {
		switch kind {
		case 0:
			b = append(b, byte(r.Uint32()))
		case 1:
			b = append(b, 'a')
		case 2:
			b = append(b, "ab\n"[r.IntN(3)])
		case 3:
			b = append(append(b, words[r.IntN(len(words))]...), ' ')
		default:
			if len(b) > 0 && r.IntN(3) == 0 {
				from := r.IntN(len(b))
				b = append(b, b[from:min(len(b), from+r.IntN(400))]...)
			}
			b = append(b, byte('a'+r.IntN(26)))
		}
	}
	return b
}

// TestInflate compares the decoder with the standard library on streams of all
// levels, whole, with other sizes than they have, cut short and damaged.
func TestInflate(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var d decoder
	for range 3000 {
		data := texts(r)
		src := deflated(t, data, []int{flate.HuffmanOnly, 0, 1, 6, 9}[r.IntN(5)])
		sameInflated(t, &d, src, len(data))
		sameInflated(t, &d, append(src[:len(src):len(src)], "what follows"...), len(data))
		sameInflated(t, &d, src, max(0, len(data)+r.IntN(9)-4))
		sameInflated(t, &d, src[:r.IntN(len(src)+1)], len(data))
		bad := bytes.Clone(src)
		for range 1 + r.IntN(3) {
			bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
		}
		sameInflated(t, &d, bad, len(data))
	}
}

// FuzzInflate does the same with whatever bytes.
func FuzzInflate(f *testing.F) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		data := texts(r)
		f.Add(deflated(f, data[:min(len(data), 4000)], r.IntN(10)), uint16(min(len(data), 4000)))
	}
	var d decoder
	f.Fuzz(func(t *testing.T, src []byte, size uint16) { sameInflated(t, &d, src, int(size)) })
}

// BenchmarkInflate compares the decoder with the library that streams go through.
func BenchmarkInflate(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{200, 2000, 50_000} {
		data := []byte{}
		for len(data) < n {
			data = append(data, texts(r)...)
		}
		data = data[:n]
		src := deflated(b, data, 6)
		b.Run(strings.Join([]string{"decoder", "of", byteCount(n)}, " "), func(b *testing.B) {
			var d decoder
			out := make([]byte, n+slack)
			b.SetBytes(int64(n))
			for b.Loop() {
				if _, err := d.inflate(out, n, src); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(strings.Join([]string{"compress/flate of", byteCount(n)}, " "), func(b *testing.B) {
			in := bytes.NewReader(src)
			z := flate.NewReader(in)
			out := make([]byte, n)
			b.SetBytes(int64(n))
			for b.Loop() {
				in.Reset(src)
				if err := z.(flate.Resetter).Reset(in, nil); err != nil {
					b.Fatal(err)
				}
				if _, err := io.ReadFull(z, out); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func byteCount(n int) string {
	if n < 1000 {
		return "small"
	}
	if n < 10_000 {
		return "medium"
	}
	return "large"
}
