package engine

import "strings"

// isPlaceholder says whether a text is obviously not a secret but stands where
// one would: a repeated or sequential run, or a word that says so.
func isPlaceholder(s string) bool {
	if len(s) == 0 {
		return true
	}
	var seen [256]bool
	distinct, run, same, zeros, steps := 0, 1, 1, 1, 1
	for i := range len(s) {
		if !seen[s[i]] {
			seen[s[i]] = true
			distinct++
		}
		if i == 0 {
			continue
		}
		if s[i] == s[i-1] {
			run++
		} else {
			run = 1
		}
		if zeroBytes(s[i]) {
			zeros = max(zeros, run)
		} else {
			same = max(same, run)
		}
		if s[i] == s[i-1]+1 && isAlnum(int(s[i])) {
			steps++
		} else {
			steps = 1
		}
		if steps >= 9 {
			return true
		}
	}
	// A number of fixed width has such a run; what stands around it then is longer.
	return same >= longRun || zeros >= longRun && (zeros*4 > len(s) || distinct < 12) ||
		len(s) >= 12 && distinct <= 4 || hasPlaceholderWord(s)
}

// longRun is how often a character is repeated where somebody held a key down.
const longRun = 8

// zeroBytes says whether a run of the character may be bytes of zeros, or of ones,
// in base64: numbers of fixed width have them.
func zeroBytes(c byte) bool { return c == 'A' || c == '/' }

// hasPlaceholderWord says whether one of the words of sample values stands in s.
func hasPlaceholderWord(s string) bool {
	low := strings.ToLower(s)
	for _, word := range placeholderWords {
		if strings.Contains(low, word) {
			return true
		}
	}
	return false
}

// placeholderWords are words that no random text of the usual lengths holds by
// chance (four letters and more) and that documentation puts into sample values.
var placeholderWords = []string{
	"example", "placeholder", "your_", "your-", "yourkey", "yourtoken", "yoursecret", "yourpassword", "yourapi",
	"xxxxx", "dummy", "redacted", "replace_", "replace-", "replaceme", "changeme", "change_me", "change-me",
	"insert_", "insert-", "_here", "-here", "fake_", "fake-", "fakekey", "notreal", "not-real", "not_real",
	"not-needed", "not_needed", "notneeded", "dont-need", "dont_need", "not-required", "not_required", "key-required", "no-key-", "not-used", "not_used",
	"12345678901234", "0000000000", "abcdefghij", "deadbeefdeadbeef", ".....",
}

// isReference says whether a value points to a secret that is kept elsewhere: a
// variable, a template, a store.
func isReference(s string) bool {
	if s == "" {
		return false
	}
	switch s[0] {
	case '$':
		if len(s) > 1 && (s[1] == '{' || s[1] == '(' || s[1] == '$' || variable(s[1:])) {
			return true
		}
	case '<':
		if s[len(s)-1] == '>' {
			return true
		}
	case '{', '[':
		if strings.HasPrefix(s, "{{") || strings.HasPrefix(s, "{%") || s[0] == '[' && s[len(s)-1] == ']' || s[0] == '{' && s[len(s)-1] == '}' {
			return true
		}
	case '%':
		if len(s) > 2 && (s[len(s)-1] == '%' || strings.HasPrefix(s, "%(") || len(s) < 6 && containsByte("sdvq", int(s[1]))) {
			return true
		}
	case '*':
		if strings.Trim(s, "*") == "" {
			return true
		}
	}
	for _, part := range referenceParts {
		if strings.Contains(s, part) {
			return true
		}
	}
	if hasField(s) {
		return true
	}
	for _, open := range []string{"$(", "%("} {
		if i := strings.Index(s, open); i >= 0 && strings.IndexByte(s[i:], ')') > 0 {
			return true
		}
	}
	for _, start := range referenceStarts {
		if strings.HasPrefix(s, start) {
			return true
		}
	}
	return false
}

// hasField says whether a text is a template with a field in braces: {name},
// {0}, {token:>20}, {32:hex}.
func hasField(s string) bool {
	for {
		_, rest, ok := strings.Cut(s, "{")
		field, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			return false
		}
		name, _, _ := strings.Cut(field, ":")
		if name != "" && all(name, func(c int) bool { return isAlnum(c) || c == '_' || c == '.' || c == '-' || c == '~' }) {
			return true
		}
		s = after
	}
}

// variable says whether a text behind a "$" is the name of a variable: a word, or
// words in capitals.
func variable(s string) bool {
	letters := strings.Trim(s, "_")
	return letters != "" && all(letters, func(c int) bool { return isLetter(c) || c == '_' }) || identifierText(s) && (strings.ToUpper(s) == s || strings.IndexByte(s, '_') > 0 && measure(s).coverage > 0.4)
}

var referenceParts = []string{
	"${", "{{", "<%=", "#{", "process.env", "os.environ", "os.getenv", "System.getenv", "import.meta.env",
	"getenv(", "env(", "ENV[", "secrets.", "ENC[", "{cipher}", "@Microsoft.KeyVault", "secretKeyRef",
	"secretsmanager", "/secrets/", "[[",
}

var referenceStarts = []string{
	"op://", "vault:", "vault://", "arn:", "ssm:", "sops:", "!Ref", "!vault", "!Sub", "!secret", "file:", "keyring:",
	"ref+", "gcp-secret", "azurekeyvault", "akv://", "bws:", "doppler:", "env:", "env.", "var.", "local.", "data.",
	"module.", "keyvault:", "$ANSIBLE_VAULT",
}

// namesSomething says whether the value of an assignment names something instead
// of being it: another variable, a type, a member, the name itself.
func namesSomething(a *assigned) bool {
	v := a.value
	store, _, _ := strings.Cut(v, ":") // NAME:latest is a version in a secret store
	if screaming(strings.TrimSuffix(store, "=")) || endsWith(a.name, v) {
		return true
	}
	if strings.HasPrefix(v, "x-") && all(v, func(c int) bool { return isLower(c) || c == '-' }) { // a header, a member
		return true
	}
	if (a.op == " " || a.op == "=") && typeWords[v] { // usage: --token string
		return true
	}
	if a.op == "," && all(v, isLetter) && hasAny(v, isLower) && hasAny(a.name, isLower) { // a list of names
		return true
	}
	if a.compared() && !hasAny(v, isDigit) && identifierText(strings.ReplaceAll(v, "-", "_")) && measure(v).coverage >= 0.5 {
		return true
	}
	if a.list && !hasAny(v, isDigit) && identifierText(v) && wordy(v) {
		return true
	}
	if a.quote != 0 || a.url || a.header || a.tight || a.op == "element" || a.op == " " {
		return false
	}
	if typeWords[strings.TrimLeft(v, "*&?[]")] || typeWords[strings.TrimRight(v, "?[]!|")] {
		return true
	}
	if dot := strings.LastIndexByte(v, '.'); dot > 0 && screaming(v[dot+1:]) { // settings.CLIENT_SECRET
		return true
	}
	digits := 0
	for i := range len(v) {
		if isDigit(int(v[i])) {
			digits++
		}
	}
	if digits > 2 || digits > 0 && tokenLike(v) {
		return false
	}
	for _, part := range strings.Split(strings.TrimRight(v, "!?*"), ".") {
		if part == "" || !identifierText(part) {
			return false
		}
	}
	// In code an identifier is one. In a line of YAML or of an INI file a plain
	// word may be a value, but not a dotted path without digits, nor a word behind
	// a name in camel case, which such files don't use.
	return !a.line || digits == 0 && strings.IndexByte(v, '.') >= 0 || a.op == "=" && (camelCase(a.name) || strings.IndexByte(a.name, '.') > 0 && camelCase(v))
}

// compared says whether code compares the name with the value.
func (a *assigned) compared() bool {
	return a.op == "==" || a.op == "===" || a.op == "!=" || a.op == "!=="
}

// mode says whether a value of an option in code is rather one of its settings than
// a secret: two short words, which say neither secret nor key.
func (a *assigned) mode() bool {
	v := a.value
	key := strings.HasSuffix(strings.ToLower(a.name), "key") && len(v) < hexToken // under which something is kept
	setting := strings.IndexByte(a.name, '.') >= 0 && len(v) < minToken
	if a.quote == 0 || !key && !setting || hasAny(v, isDigit) || hasAny(v, isUpper) {
		return false
	}
	for _, w := range []string{"secret", "key", "pass", "pwd", "token", "cat", "dev", "change", "default"} {
		if strings.Contains(v, w) {
			return false
		}
	}
	m := measure(v)
	return m.symbols > 0 && m.onlySeparators() && m.coverage >= 0.5
}

// wordy says whether words make up most of a text.
func wordy(s string) bool {
	v := measure(s)
	return v.coverage > 0.6
}

// screaming says whether a text is a CONSTANT_NAME of two words or more.
func screaming(s string) bool {
	words := strings.Split(s, "_")
	if len(words) < 2 {
		return false
	}
	letters := 0
	for _, w := range words {
		for i := range len(w) {
			c := int(w[i])
			if !isUpper(c) && !isDigit(c) {
				return false
			}
			if isUpper(c) {
				letters++
			}
		}
	}
	return letters*4 >= (len(s)-len(words)+1)*3
}

// endsWith says whether a name ends with a text, case and separators apart:
// "secret" under the name client_secret stands for a secret, and is none.
func endsWith(name, text string) bool {
	end := newIdentifier(text).text
	return end != "" && strings.HasSuffix(newIdentifier(name).text, end)
}

// camelCase says whether a lower-case letter stands before an upper-case one.
func camelCase(s string) bool {
	for i := 1; i < len(s); i++ {
		if isLower(int(s[i-1])) && isUpper(int(s[i])) {
			return true
		}
	}
	return false
}

func identifierText(s string) bool {
	for i := range len(s) {
		if c := int(s[i]); !isAlnum(c) && c != '_' && c != '$' {
			return false
		}
	}
	return !isDigit(int(s[0]))
}

// typeWords are what stands behind "name:" in declarations.
var typeWords = map[string]bool{
	"string": true, "str": true, "String": true, "number": true, "int": true, "bool": true, "boolean": true,
	"any": true, "unknown": true, "null": true, "None": true, "nil": true, "undefined": true, "true": true,
	"false": true, "True": true, "False": true, "object": true, "bytes": true, "Buffer": true, "void": true,
	"SecretStr": true, "Optional": true, "required": true, "optional": true, "never": true, "Uint8Array": true,
}
