package unpack

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"github.com/ulikunitz/xz"
)

func xzOf(t *testing.T, data []byte, c xz.WriterConfig) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := c.NewWriter(&b)
	must(t, err)
	_, err = w.Write(data)
	must(t, err)
	must(t, w.Close())
	return b.Bytes()
}

// TestXZ: blocks, streams and checks of all kinds are read, by the library that wrote
// them and by the tool that people use.
func TestXZ(t *testing.T) {
	two := files{"a/x.env": "KEY=1", "b.txt": "text"}
	var long strings.Builder
	for i := range 40_000 {
		fmt.Fprintln(&long, "line", i*i)
	}
	text := []byte(long.String())
	twice := append(xzOf(t, text[:1000], xz.WriterConfig{}), make([]byte, 8)...)
	twice = append(twice, xzOf(t, text[1000:], xz.WriterConfig{})...)
	same := func(name string, data []byte, want files) {
		t.Helper()
		got, failed := read(name, data, DefaultLimits())
		if fmt.Sprint(got) != fmt.Sprint(want) || len(failed) > 0 {
			t.Errorf("%s: %d bytes are read as %d, failed %v", name, len(want["log"]), len(got["log"]), failed)
		}
	}
	same("x.tar.xz", xzOf(t, tarOf(t, two), xz.WriterConfig{}), two)
	same("log.xz", twice, files{"log": string(text)})
	for _, check := range []byte{xz.CRC32, xz.CRC64, xz.SHA256} {
		same("log.xz", xzOf(t, text, xz.WriterConfig{CheckSum: check, BlockSize: 50_000}), files{"log": string(text)})
	}
	same("log.xz", xzOf(t, text, xz.WriterConfig{NoCheckSum: true}), files{"log": string(text)})
	if _, err := exec.LookPath("xz"); err != nil {
		t.Log("xz is not installed")
		return
	}
	for _, args := range [][]string{{"-9"}, {"-0", "--check=none"}, {"--block-size=30000", "--check=crc32"}, {"-T2", "--block-size=100000", "--check=sha256"}} {
		cmd := exec.Command("xz", append(args, "-c")...)
		cmd.Stdin = bytes.NewReader(text)
		out, err := cmd.Output()
		must(t, err)
		same("log.xz", out, files{"log": string(text)})
	}
}

// TestXZBad: what is cut, changed or asks for too much is told and breaks nothing.
func TestXZBad(t *testing.T) {
	text := []byte(strings.Repeat("a line of text\n", 500))
	good := xzOf(t, text, xz.WriterConfig{})
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 400 {
		bad := bytes.Clone(good)
		if n%2 == 0 {
			bad = bad[:8+r.IntN(len(bad)-8)]
		} else {
			bad[6+r.IntN(len(bad)-6)] ^= byte(1 + r.IntN(255))
		}
		got, failed := read("log.xz", bad, DefaultLimits())
		if len(failed) == 0 && fmt.Sprint(got) != fmt.Sprint(files{"log": string(text)}) {
			t.Fatalf("%d: %d bytes are read from damaged ones, and nothing is told", n, len(got["log"]))
		}
	}
	_, failed := read("log.xz", good, Limits{Depth: 1, Members: 1, Member: 100, Total: 100})
	if fmt.Sprint(failed) != fmt.Sprint(files{"": "corrupt "}) && fmt.Sprint(failed) != fmt.Sprint(files{"log": "bound "}) {
		t.Errorf("what is too large: %v", failed)
	}
	// A dictionary of four gigabytes for a line.
	huge := bytes.Clone(good)
	header := huge[12 : 12+(int(huge[12])+1)*4]
	for i := range header[:len(header)-4] {
		if header[i] == 0x21 {
			header[i+2] = 40
		}
	}
	binary.LittleEndian.PutUint32(header[len(header)-4:], crc32.ChecksumIEEE(header[:len(header)-4]))
	if n := testing.AllocsPerRun(1, func() { _, failed = read("log.xz", huge, DefaultLimits()) }); len(failed) > 0 || n > 10_000 {
		t.Errorf("a large dictionary: %v, %.0f", failed, n)
	}
}

// rarOf writes a RAR archive of version 1.5 to 4 whose members are stored.
func rarOf(members files, flags uint16) []byte {
	out := []byte("Rar!\x1a\x07\x00")
	block := func(kind byte, flags uint16, body, data []byte) {
		h := []byte{kind}
		h = binary.LittleEndian.AppendUint16(h, flags)
		h = binary.LittleEndian.AppendUint16(h, uint16(7+len(body)))
		h = append(h, body...)
		out = binary.LittleEndian.AppendUint16(out, uint16(crc32.ChecksumIEEE(h)))
		out = append(append(out, h...), data...)
	}
	block(0x73, 0, make([]byte, 6), nil)
	for name, text := range members {
		le := binary.LittleEndian
		b := le.AppendUint32(nil, uint32(len(text)))
		b = le.AppendUint32(b, uint32(len(text)))
		b = append(b, 3)
		b = le.AppendUint32(b, crc32.ChecksumIEEE([]byte(text)))
		b = le.AppendUint32(b, 0)
		b = append(b, 20, 0x30)
		b = le.AppendUint16(b, uint16(len(name)))
		b = le.AppendUint32(b, 0o100644)
		block(0x74, 0x8000|flags, append(b, name...), []byte(text))
	}
	block(0x7b, 0x4000, nil, nil)
	return out
}

func TestRAR(t *testing.T) {
	two := files{"a/x.env": "KEY=1", "b.txt": "text"}
	got, failed := read("x.rar", rarOf(two, 0), DefaultLimits())
	if fmt.Sprint(got) != fmt.Sprint(two) || len(failed) > 0 {
		t.Errorf("read as %v, failed %v", got, failed)
	}
	got, failed = read("x.rar", rarOf(files{"in.zip": string(zipOf(t, two))}, 0), DefaultLimits())
	if fmt.Sprint(got) != fmt.Sprint(files{"in.zip!a/x.env": "KEY=1", "in.zip!b.txt": "text"}) || len(failed) > 0 {
		t.Errorf("an archive in it is read as %v, failed %v", got, failed)
	}
	got, failed = read("x.rar", rarOf(two, 4), DefaultLimits())
	if len(got) > 0 || fmt.Sprint(failed) != fmt.Sprint(files{"a/x.env": "encrypted ", "b.txt": "encrypted "}) {
		t.Errorf("with a password it is read as %v, failed %v", got, failed)
	}
	r := rand.New(rand.NewPCG(1, 2))
	good := rarOf(two, 0)
	for n := range 400 {
		bad := bytes.Clone(good)
		if n%2 == 0 {
			bad = bad[:7+r.IntN(len(bad)-7)]
		} else {
			bad[7+r.IntN(len(bad)-7)] ^= byte(1 + r.IntN(255))
		}
		read("x.rar", bad, DefaultLimits()) // it returns
	}
}

func FuzzXZ(f *testing.F) {
	f.Add([]byte(xzMagic))
	f.Fuzz(func(t *testing.T, data []byte) {
		l := Limits{Depth: 2, Members: 10, Member: 1 << 20, Total: 1 << 20}
		got, _ := read("x", data, l)
		for path, text := range got {
			if len(text) > 1<<20 {
				t.Fatalf("%s has %d bytes", path, len(text))
			}
		}
	})
}
