package rules

import (
	"fmt"
	"math/rand/v2"
	"regexp/syntax"
	"strings"
	"unicode"
)

// writer writes texts that an expression matches.
type writer struct{ *rand.Rand }

func newWriter(seed string) writer {
	var key [32]byte
	copy(key[:], seed)
	for i := range seed {
		key[i%32] ^= seed[i] * byte(i+1)
	}
	return writer{rand.New(rand.NewChaCha8(key))}
}

// text writes one text. What the expression demands of what stands around it, it
// leaves to the caller.
func (w writer) text(expr string) string {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", expr, err))
	}
	var b strings.Builder
	w.node(&b, re)
	return b.String()
}

func (w writer) node(b *strings.Builder, re *syntax.Regexp) {
	repeat := func(lo, hi int) {
		if hi < 0 || hi > lo+12 {
			hi = lo + 12
		}
		for range lo + w.IntN(hi-lo+1) {
			w.node(b, re.Sub[0])
		}
	}
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			if re.Flags&syntax.FoldCase != 0 {
				r = unicode.ToLower(r)
			}
			b.WriteRune(r)
		}
	case syntax.OpCharClass:
		b.WriteRune(w.class(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteRune(w.class([]rune{0, unicode.MaxRune}))
	case syntax.OpStar:
		repeat(0, 12)
	case syntax.OpPlus:
		repeat(1, 12)
	case syntax.OpQuest:
		repeat(0, 1)
	case syntax.OpRepeat:
		repeat(re.Min, re.Max)
	case syntax.OpAlternate:
		w.node(b, re.Sub[w.IntN(len(re.Sub))])
	default:
		for _, sub := range re.Sub {
			w.node(b, sub)
		}
	}
}

// favourites are the characters that a class is most likely to mean.
const favourites = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// class picks a character of a class: a letter or digit if there is one, else
// something that can be printed.
func (w writer) class(ranges []rune) rune {
	in := func(c rune) bool {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= c && c <= ranges[i+1] {
				return true
			}
		}
		return false
	}
	for _, set := range []string{favourites, " =:'\"-_./+,;>", "\n\t"} {
		var fit []rune
		for _, c := range set {
			if in(c) {
				fit = append(fit, c)
			}
		}
		if len(fit) > 0 {
			return fit[w.IntN(len(fit))]
		}
	}
	return ranges[0]
}

// hosts are lines in which secrets stand.
var hosts = []string{"%s\n", "token = \"%s\"\n", "  value: %s\n", "const v = '%s';\n", "{\"v\": \"%s\", \"n\": 1}\n", "# see %s here\n"}

// example is one file of the corpus.
type example struct {
	rule, path, text string
	near             bool // a near-miss
}

// examples writes positives and near-misses of a rule. A positive is what the package
// finds: whether it is right is for the real tool to say.
func examples(c *Config, r *rule) (out []example) {
	const positives, misses, tries = 3, 2, 400
	dir := strings.Map(func(c rune) rune {
		if c == '/' || c == '.' {
			return '-'
		}
		return c
	}, r.id)
	w := newWriter(r.id)
	path := func(n int) string {
		name := fmt.Sprintf("%s/x%d.txt", dir, n)
		if r.path != nil {
			name = fmt.Sprintf("%s/x%d/%s", dir, n, strings.Trim("y"+w.text(r.path.text), "/"))
		}
		return name
	}
	if r.regex == nil {
		for n := range positives {
			out = append(out, example{rule: r.id, path: path(n), text: "content\n"})
		}
		for n := range misses {
			out = append(out, example{rule: r.id, path: path(n) + ".txt", text: "content\n", near: true})
		}
		return out
	}
	for n := 0; n < tries && len(out) < positives; n++ {
		e := example{rule: r.id, path: path(len(out)), text: fmt.Sprintf(hosts[(n+len(out))%len(hosts)], w.text(r.regex.text))}
		if len(r.keywords) > 0 && n%2 == 0 {
			e.text += "# " + r.keywords[0] + "\n"
		}
		if hasRule(c.Find(e.path, []byte(e.text)), r.id) {
			out = append(out, e)
		}
	}
	for n := range min(misses, len(out)) {
		e := out[n]
		for _, f := range c.Find(e.path, []byte(e.text)) {
			if f.Rule == r.id {
				e.text = w.spoil(e.text, f, n)
				break
			}
		}
		e.near, e.path = true, path(positives+n)
		out = append(out, e)
	}
	return out
}

// spoil makes a near-miss: a secret cut short, with a wrong character, or all of one.
func (w writer) spoil(text string, f Found, n int) string {
	secret := text[f.SecretStart:f.SecretEnd]
	switch n + w.IntN(2) {
	case 0:
		secret = secret[:len(secret)*2/3]
	case 1:
		at := w.IntN(len(secret))
		secret = secret[:at] + "!" + secret[min(at+1, len(secret)):]
	default:
		secret = secret[:len(secret)/3] + strings.Repeat("x", len(secret)-len(secret)/3)
	}
	return text[:f.SecretStart] + secret + text[f.SecretEnd:]
}

func hasRule(found []Found, id string) bool {
	for _, f := range found {
		if f.Rule == id {
			return true
		}
	}
	return false
}
