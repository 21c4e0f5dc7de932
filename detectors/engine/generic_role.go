package engine

import (
	"bytes"
	"strings"
)

// Some syntaxes make a text a password though no name says so: an argument's place in a
// call, a flag of a known command, a clause of SQL.

// Bounds of the reader, in bytes.
const (
	maxArgument = 128
	maxCommand  = 256
)

// role reads the value that the name's place makes a password. It sets the value's
// place, and says whether there is one.
func (a *assigned) role(v *view) bool {
	c := v.at(a.nameHi)
	if a.placed(v) {
		return true
	}
	switch {
	case c == '(':
		return a.loginCall(v, a.nameHi+1)
	case c == '=' && v.at(a.nameHi+1) == '(' && a.nameHi-a.nameLo == len("auth"):
		return a.loginCall(v, a.nameHi+2)
	case c != ' ':
		return false
	}
	switch name := v.data[a.nameLo:a.nameHi]; {
	case isQuote(v.at(a.nameHi+1)) && name[0] == 'P' && string(name) == "PASSWORD",
		isQuote(v.at(a.nameHi+1)) && string(name) == "password" && v.hasFold(a.nameLo-5, "with "):
		return a.clause(v, a.nameHi+1)
	case bytes.EqualFold(name, []byte("identified")):
		p := a.nameHi
		for _, word := range []string{" by ", "password "} {
			if v.hasFold(p, word) {
				p += len(word)
			}
		}
		p = v.blanks(p)
		return p > a.nameHi && (v.at(p) == '\'' || isUpper(int(name[0]))) && a.clause(v, p)
	case bytes.EqualFold(name, []byte("login")) && v.has(a.nameLo-7, "docker "):
		return a.flagged(v, "-p", true, false)
	case string(name) == "Basic":
		a.valLo = a.nameHi + 1
		a.valHi = v.run(a.valLo, maxArgument, base64Bytes)
		a.value, a.op = string(v.data[a.valLo:a.valHi]), "sql"
		text, encoded := decodedText(a.value)
		return encoded && strings.IndexByte(text, ':') > 0
	case string(name) == "sshpass":
		return a.flagged(v, "-p", true, false) || a.flagged(v, "-p", false, false)
	case string(name) == "curl":
		return a.flagged(v, "-u", true, true) || a.flagged(v, "--user", true, true)
	case bytes.HasPrefix(name, []byte("mysql")):
		return a.flagged(v, "-p", false, false)
	case bytes.HasPrefix(name, []byte("ldap")):
		return a.flagged(v, "-w", true, false)
	case string(name) == "redis-cli":
		return a.flagged(v, "-a", true, false)
	case bytes.HasPrefix(name, []byte("mongo")):
		return a.flagged(v, "-p", true, false)
	case string(name) == "-passin", string(name) == "-passout", string(name) == "passin", string(name) == "passout":
		return v.has(a.nameHi, " pass:") && a.word(v, a.nameHi+len(" pass:"))
	case bytes.EqualFold(name, []byte("ConvertTo-SecureString")):
		p := a.nameHi + 1
		if v.has(p, "-String ") {
			p += len("-String ")
		}
		return a.clause(v, p)
	}
	if isQuote(v.at(a.nameHi + 1)) {
		return a.loginCall(v, a.nameHi+1)
	}
	return false
}

// clause reads a password between quotes, of SQL.
func (a *assigned) clause(v *view, p int) bool {
	next, quote := v.quoteAt(p)
	if quote == 0 || quote == '`' || !a.quotedValue(v, p, next, quote) {
		return false
	}
	a.op = "sql"
	return true
}

// logins are the ends of functions whose second or third argument is a password.
var logins = []struct {
	end  string
	from int // the arguments before the password
}{
	{"login", 1},
	{"signin", 1},
	{"authenticate", 1},
	{"basicauth", 1},
	{"basicauthheader", 1},
	{"basicauthentication", 1},
	{"networkcredential", 1},
	{"usernamepasswordtoken", 1},
	{"usernamepasswordcredentials", 1},
	{"usernamepasswordauthenticationtoken", 1},
	{"basiccredentials", 1},
	{"plainauth", 2},
	{"getconnection", 2},
	{"mysqliconnect", 2},
	{"mysqlconnect", 2},
	{"mysqlpconnect", 2},
	{"usernamepasswordcredential", 1},
	{"basicawscredentials", 1},
	{"loginwithpassword", 1},
	{"signinwithemailandpassword", 1},
	{"encodecredentials", 1},
	{"createcredentials", 1},
	{"auth", 1},
	{"passwordauthentication", 1},
	{"passwordcredentials", 1},
	{"plaincredentials", 1},
	{"mysqli", 2},
	{"pdo", 2},
	{"setauth", 1},
	{"testingauthenticationtoken", 1},
	{"updatepassword", 1},
	{"changepassword", 1},
	{"setpassword", 1},
	{"resetpassword", 1},
	{"jwtsign", 1},
	{"jwtverify", 1},
	{"jwtencode", 1},
	{"jwtdecode", 1},
	{"createhmac", 1},
	{"hmacnew", 0},
	{"hmac256", 0},
	{"hmac512", 0},
	{"signwith", 1},
	{"pyotptotp", 0},
}

// loginCall reads the password among the arguments that begin at p.
func (a *assigned) loginCall(v *view, p int) bool {
	name := v.data[a.nameLo:a.nameHi]
	last := name[len(name)-1] | 0x20
	for i := range logins {
		l := &logins[i]
		if l.end[len(l.end)-1] != last { // what most names fail at
			continue
		}
		rest, ok := cutEnd(name, l.end)
		if !ok || l.end == "auth" && rest > 0 && name[rest-1] != '.' {
			continue
		}
		q := p
		if l.from > 0 && v.has(q, "ctx,") { // Go's context goes first
			q = v.space(q + len("ctx,"))
		}
		for range l.from {
			if q = v.pastArgument(q); q < 0 {
				return false
			}
		}
		if v.at(q) == 'b' && isQuote(v.at(q+1)) {
			q++
		}
		next, quote := v.quoteAt(q)
		if quote == 0 || !a.quotedValue(v, q, next, quote) {
			return false
		}
		if c := v.at(v.blanks(a.valHi + 1)); c != ')' && c != ',' && c != '\n' && c != '\r' && c != ';' && c != '.' {
			return false
		}
		a.op = "("
		return true
	}
	return false
}

// cutEnd says whether a name ends with the letters, case and what separates words
// ignored, and where they begin.
func cutEnd(name []byte, end string) (rest int, ok bool) {
	i := len(name)
	for k := len(end) - 1; k >= 0; k-- {
		i--
		for i >= 0 && !isAlnum(int(name[i])) {
			i--
		}
		if i < 0 || name[i]|0x20 != end[k] {
			return 0, false
		}
	}
	return i, true
}

var argumentBytes = bytesOf("A-Za-z0-9_.$@*&!>:\\ -")

var objectBytes = complement(bytesOf("{}\x00"))

// pastArgument passes one argument, a literal or a plain expression, and the comma
// behind it; -1 if there is none.
func (v *view) pastArgument(p int) int {
	p = v.space(p)
	if q := v.at(p); isQuote(q) {
		for k := p + 1; k-p < maxArgument; k++ {
			switch c := v.at(k); {
			case c == q:
				p = k + 1
			case c == outside || c == '\n':
				return -1
			default:
				continue
			}
			break
		}
	}
	if v.at(p) == '{' { // an object without another in it
		if p = v.run(p+1, maxArgument, objectBytes); v.at(p) == '}' {
			p++
		}
	}
	p = v.run(p, maxArgument, argumentBytes)
	if v.at(p) == '(' && v.at(p+1) == ')' {
		p += 2
	}
	if v.at(p) != ',' {
		return -1
	}
	return v.space(p + 1)
}

// flagged reads the value of a flag of the command that the name is, on its line. Apart
// says that a blank stands between the two, half that the password is what follows the
// colon.
func (a *assigned) flagged(v *view, flag string, apart, half bool) bool {
	line := v.span(a.nameHi, min(a.nameHi+maxCommand, v.run(a.nameHi, maxCommand, lineStop)))
	i := bytes.Index(line, []byte(" "+flag))
	if i < 0 {
		return false
	}
	p := a.nameHi + i + 1 + len(flag)
	if isBlank(v.at(p)) || apart && v.at(p) == '=' && len(flag) > 2 {
		if !apart {
			return false
		}
		p++
	} else if apart {
		return false
	}
	return a.word(v, p) && a.halve(half)
}

var flagStop = complement(bytesOf(" \t\r\n\"'`;|&)(<>\\\x00"))

// called gives the function whose first argument is the quoted name, in lower case.
func (a *assigned) called(v *view) string {
	p := a.nameLo - 1
	for k := 0; k < 4 && (isBlank(v.at(p-1)) || isQuote(v.at(p-1)) || v.at(p-1) == '\\'); k++ {
		p--
	}
	if v.at(p-1) != '(' {
		return ""
	}
	lo := v.runBack(p-1, maxWrapper, wordBytes)
	return strings.ToLower(string(v.data[lo : p-1]))
}
