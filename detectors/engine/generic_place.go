package engine

import (
	"bytes"
	"strings"
)

// What makes a text a password by its place, beyond calls and clauses: the cell of a
// table, a copy in C, a step of a browser's test, a directive of a server's settings, the
// text that is piped into a command.

// placed reads a value whose place the name's surroundings make a secret's.
func (a *assigned) placed(v *view) bool {
	c := v.at(a.nameHi)
	switch {
	case c == '`' && v.at(a.nameLo-1) == '`':
		return a.cell(v, a.nameHi+1)
	case c == ',':
		return a.copied(v)
	case isQuote(c) && v.has(a.nameHi+1, ", with: "):
		return readName(a.text(v)).kind == passwordName && a.clause(v, a.nameHi+len("', with: "))
	case c == '(':
		return a.equals(v)
	case c == ' ':
		return a.directive(v) || a.piped(v)
	case c == '\n' || c == '\r' || c == outside || isQuote(c):
		return a.piped(v)
	}
	return false
}

func (a *assigned) text(v *view) string { return string(v.data[a.nameLo:a.nameHi]) }

// cell reads the cell behind the name's in a row of a Markdown table: | `NAME` | `VALUE` |.
func (a *assigned) cell(v *view, p int) bool {
	p = v.blanks(p)
	if v.at(p) != '|' {
		return false
	}
	p = v.blanks(p + 1)
	next, quote := v.quoteAt(p)
	if quote != '`' || readName(a.text(v)).kind == noSecret {
		return false
	}
	a.quote, a.op = 0, ":"
	a.valLo, a.valHi = next, v.run(next, maxArgument, flagStop)
	a.finish(v, false, false)
	return v.at(a.valHi) == '`' && v.at(v.blanks(a.valHi+1)) == '|' && (hasAny(a.value, isDigit) || hasAny(a.value, isUpper) && hasAny(a.value, isLower))
}

// copied reads the text that C copies to the name or compares it with:
// strcpy(conf->password, "…").
func (a *assigned) copied(v *view) bool {
	lo := v.runBack(a.nameLo, maxWrapper, calleeBytes)
	before := string(v.data[lo:a.nameLo])
	i := strings.LastIndex(before, "cpy(")
	if i < 0 {
		i = strings.LastIndex(before, "cmp(")
	}
	if i < 0 || !strings.Contains(before[:i], "str") || readName(a.text(v)).kind != passwordName {
		return false
	}
	return a.clause(v, v.blanks(a.nameHi+1))
}

var calleeBytes = bytesOf("A-Za-z0-9_.>*&()[] -")

// equals reads the text that a password is compared with: password.equals("…").
func (a *assigned) equals(v *view) bool {
	name, ok := strings.CutSuffix(a.text(v), ".equals")
	if !ok || readName(name).kind != passwordName || !a.clause(v, a.nameHi+1) {
		return false
	}
	return hasAny(a.value, isDigit)
}

// bareDirectives are directives of servers' settings whose value needs no quotes.
var bareDirectives = map[string]bool{
	"requirepass": true, "masterauth": true, "oidcclientsecret": true, "oidccryptopassphrase": true, "authldapbindpassword": true,
	"bindpw": true, "rootpw": true, "rootbindpw": true,
}

// directive reads a line that is a name, blanks and a value in quotes.
func (a *assigned) directive(v *view) bool {
	if !a.lineStart(v) {
		return false
	}
	p := v.blanks(a.nameHi)
	name := a.text(v)
	next, quote := v.quoteAt(p)
	if quote == 0 || quote == '`' {
		if !bareDirectives[strings.ToLower(name)] {
			return false
		}
		a.valLo, a.valHi = p, v.run(p, maxArgument, flagStop)
		a.finish(v, false, false)
		a.op = "sql"
		return a.valHi > a.valLo && lineEnd(v.at(v.blanks(a.valHi)))
	}
	r := readName(name)
	if r.kind == noSecret || r.kind == tokenName || r.verb || !a.quotedValue(v, p, next, quote) || !lineEnd(v.at(v.blanks(a.valHi+1))) {
		return false
	}
	a.op = "sql"
	return true
}

func lineEnd(c int) bool { return c == '\n' || c == '\r' || c == outside || c == '#' }

// piped reads the text that is piped into the command that the name is:
// echo "user:…" | chpasswd, echo "…" | docker login --password-stdin, and <<< "…".
func (a *assigned) piped(v *view) bool {
	name := v.data[a.nameLo:a.nameHi]
	half := bytes.EqualFold(name, []byte("chpasswd"))
	if !half && !bytes.Equal(name, []byte("password-stdin")) {
		return false
	}
	if p := v.blanks(a.nameHi); v.has(p, "<<<") {
		return a.word(v, v.blanks(p+len("<<<"))) && a.halve(half)
	}
	lo := v.runBack(a.nameLo, maxCommand, lineStop)
	before := v.data[lo:a.nameLo]
	i := bytes.LastIndex(before, []byte("echo "))
	if i < 0 || bytes.IndexByte(before[i:], '|') < 0 {
		return false
	}
	p := lo + i + len("echo ")
	for v.at(p) == '-' { // -n
		p = v.blanks(v.run(p, maxWrapper, flagStop))
	}
	return a.word(v, p) && a.halve(half)
}

// word reads one word of a shell's line.
func (a *assigned) word(v *view, p int) bool {
	if next, quote := v.quoteAt(p); quote != 0 {
		if !a.quotedValue(v, p, next, quote) {
			return false
		}
	} else {
		a.valLo, a.valHi = p, v.run(p, maxArgument, flagStop)
		a.finish(v, false, false)
	}
	a.op = "sql"
	return a.valHi > a.valLo
}

// halve keeps what follows the colon of user:password.
func (a *assigned) halve(half bool) bool {
	if !half {
		return true
	}
	_, password, ok := strings.Cut(a.value, ":")
	if !ok || a.valHi-a.valLo != len(a.value) || password == "" {
		return false
	}
	a.value, a.valLo = password, a.valHi-len(password)
	return true
}
