package engine

import (
	"fmt"
	"strings"
)

// Bounds of a weak secret, in bytes.
const (
	minWeak = 3 // in quotes, under a password's name
	maxWeak = 64
)

// scoreWeak judges a value by how it is used: a literal that code or a setting gives to
// a credential's name is one, however weak it is, unless it stands for something else.
// That is worth low confidence and no more.
func scoreWeak(a assignment, name nameReading) (why string, ok bool) {
	if a.Code || len(a.Value) < minWeak || len(a.Value) > maxWeak || a.Operator == "(" && !a.Role && (name.verb || !setter(a.Name)) {
		return "", false
	}
	v := measure(a.Value)
	if v.odd {
		return "", false
	}
	if text, encoded := decodedText(a.Value); encoded {
		if inner := measure(text); standsFor(&inner, a.Name) {
			return "", false
		}
	}
	if !a.Quoted && v.call() || v.uuid() && !name.strong || !v.literal() || standsFor(&v, a.Name) || !a.assigns(&v, name) {
		return "", false
	}
	if !weakEnough(&v, name, a) {
		return "", false
	}
	return fmt.Sprintf("a literal of %d characters is used as one", v.n), true
}

// setter says that a function keeps its argument as a secret: setPassword("…"),
// .password("…"), withToken("…").
func setter(name string) bool {
	method := nameWords(name[strings.LastIndexByte(name, '.')+1:])
	if len(method) == 0 || strings.IndexByte(name, '_') > 0 && !hasAny(name, isLower) { // a constant of an enumeration
		return false
	}
	if setters[method[0]] {
		return true
	}
	return keyword(method, len(method)-1) == passwordName && len(method) <= 2 || name == "Secret" || name == "SecretString" ||
		len(method) > 1 && strings.IndexByte(name, '.') < 0 && !hasAny(name, isUpper)
}

var setters = wordSet(`set with add use new update register put create encrypt encode change reset store save`)

// assigns says that the syntax gives the value to the name.
func (a *assignment) assigns(v *value, name nameReading) bool {
	switch a.Operator {
	case "==", "===", "!=", "!==", "=~":
		return name.kind == passwordName && a.Quoted && (v.digits > 0 || !v.onlySeparators())
	case ",":
		return a.Quoted && (a.Role || putter(a.Callee))
	case "or", "||", "??", "(", "sql":
		return a.Quoted || a.Role
	}
	return true
}

// putters are the functions of two arguments that keep the second under the name that
// is the first.
var putters = wordSet(`put set setproperty addproperty setparameter setenv stubenv append add setrequestheader setheader
	header define env field param configset setitem putstring addheader with update withenv option setattribute post
	addparam addparameter formparam queryparam setstring addformparam setoption setconfig store withproperty property
	putifabsent singletonmap of entry tuple pair with_temp_env`)

// putter says that a function keeps its second argument under the name that is its
// first: put("…", "…"), setGlobalProperty("…", "…").
func putter(callee string) bool {
	if putters[callee] {
		return true
	}
	for _, start := range []string{"set", "put", "add", "with", "save", "store", "update", "define"} {
		if !strings.HasPrefix(callee, start) {
			continue
		}
		for _, end := range []string{"property", "parameter", "attribute", "field", "value", "header", "setting", "option", "secret", "config", "variable", "entry"} {
			if strings.HasSuffix(callee, end) {
				return true
			}
		}
	}
	return false
}

// literal says that a value is a text and neither code, a template, a path nor a text in
// a form that other things have.
func (v *value) literal() bool {
	s := v.text
	if isReference(s) || knownFormat(v) && !(v.digits == v.n) {
		return false
	}
	text := s
	if _, encoded := decodedText(s); encoded {
		text = strings.TrimRight(s, "=")
	}
	for _, part := range []string{
		"()", "=>", "->", "::", "&&", "||", "==", "!=", "</", "/>", "\\", ".*", "[^", "(?", "%s", "%d", "%v", "{}", "{{", "://", "..", "/*", "*/",
		"<%", "${", "#{", "[[", "]]", "$(", "{0}", "%(", "@{",
	} {
		if strings.Contains(text, part) {
			return false
		}
	}
	first, last := s[0], s[len(s)-1]
	switch {
	case containsByte("([{", int(last)), first == '@' && strings.ToUpper(s) == s, strings.HasPrefix(s, "0x") && v.n <= 18, strings.Contains(s, "***"):
		return false
	case containsByte("./~<{[(\\&", int(first)), first == '-', containsByte("(){}[]<>;:,/|", int(last)) && v.symbols < 3:
		return false
	case first == '$' && v.n > 1 && (isLetter(int(s[1])) || s[1] == '_') && v.groups < 2, first == '%' && last == '%', first == '@' && v.coverage > 0.5 && v.digits == 0, first == '#' && v.onlyAfter(1, "_-"), first == '_' && last == '_':
		return false
	case strings.IndexByte(s, '/') >= 0 && v.coverage > 0.3, strings.ContainsAny(s, "(<[{") && strings.ContainsAny(s, ")>]}"):
		return false
	case strings.IndexByte(s, '|') >= 0 && (v.digits == 0 || v.coverage > 0.3), v.dottedWords():
		return false
	case first == '+' && last == '+', strings.HasPrefix(s, "@:"), strings.HasPrefix(s, "/^"), strings.HasPrefix(s, "crwdns"), holdsVariable(s):
		return false // a concatenation, links and marks of translators, a pattern
	case strings.Count(s, ",") >= 2 && v.coverage > 0.3, strings.HasPrefix(s, "ansible_"), highlighted(s):
		return false // a list, a variable, a class of an editor
	case keyFile(s), strings.IndexByte(s, '#') > 0 && v.digits == 0 && v.coverage > 0.5 && v.onlyAfter(0, "_-#"):
		return false // a file, a route
	case v.n >= 10 && v.ascents*3 >= 2*v.n, v.ascents >= 12, strings.HasPrefix(s, "x-") && v.onlyAfter(0, "-"):
		return false
	}
	return true
}

// holdsVariable says that a text holds a variable in capitals: -h$MYSQL_HOST.
func holdsVariable(s string) bool {
	for i := 1; i+3 < len(s); i++ {
		if s[i] == '$' && all(s[i+1:i+4], isUpper) {
			return true
		}
	}
	return false
}

// highlighted says that a text is what an editor calls the classes of its highlighting:
// variable-2, string-3.
func highlighted(s string) bool {
	name, digits, ok := strings.Cut(s, "-")
	return ok && len(digits) == 1 && isDigit(int(digits[0])) && highlights[name]
}

var highlights = wordSet("variable string atom keyword comment builtin operator tag attribute meta qualifier number def header link error")

// keyFile says that a text is the name of a file that holds a key.
func keyFile(s string) bool {
	for _, end := range []string{".pem", ".key", ".crt", ".cer", ".jks", ".p12", ".pfx", ".keystore", ".der", ".pub"} {
		if strings.HasSuffix(s, end) && len(s) > len(end)+1 {
			return true
		}
	}
	return false
}

// call says that a text without quotes holds the begin of a call.
func (v *value) call() bool {
	i := strings.IndexByte(v.text, '(')
	return i > 0 && isLetter(int(v.text[i-1]))
}

// dottedWords says that a text is words joined by dots or colons: a key of a message, a
// member, a host, a module.
func (v *value) dottedWords() bool {
	parts := strings.FieldsFunc(v.text, func(r rune) bool { return r == '.' || r == ':' })
	if len(parts) < 2 || !v.onlyAfter(0, "._-:") {
		return false
	}
	for _, p := range parts {
		if !isLetter(int(p[0])) || len(p) < 2 {
			return false
		}
	}
	return true
}

// standsFor says that a value stands for a secret and is none: a placeholder of
// documentation, a type, a constant's name, a label.
func standsFor(v *value, name string) bool {
	low := strings.ToLower(v.text)
	if stopWords[strings.Trim(low, "-_. !?")] {
		return true
	}
	for _, w := range documentation {
		if strings.Contains(low, w) {
			return true
		}
	}
	if v.distinct < 2 || v.distinct < 3 && v.n > 6 || strings.Trim(low, "x-_") == "" {
		return true
	}
	words := v.lower + v.upper
	separators := separators(v.text)
	switch {
	case v.lower == 0 && v.upper > 0 && words+separators == v.n: // PGPASSWORD, YOUR_KEY
		return true
	case v.lower == 0 && v.upper > 0 && strings.IndexByte(v.text, '_') > 0 && v.coverage > 0.5: // API_KEY_2
		return true
	case words == v.n && isUpper(int(v.text[0])) && v.upper == 1: // a label
		return true
	case words+separators == v.n && isUpper(int(v.text[0])) && v.coverage > 0.6 && !disguised(v.text): // a type, a header
		return true
	case isAlgorithm(low), low == "example", titled(v.text), v.humps() && v.n >= 16 && v.digits == 1:
		return true
	}
	for _, end := range []string{"file", "path", "url", "id", "name", "field", "uri", "header", "label", "type"} {
		if rest, ok := strings.CutSuffix(low, end); ok && (strings.HasSuffix(rest, "_") || strings.HasSuffix(rest, "-")) && v.digits < 3 {
			return true
		}
	}
	return false
}

func separators(s string) int { return strings.Count(s, "_") + strings.Count(s, "-") }

// titled says that a text is the name of a header: X-Api-Key.
func titled(s string) bool {
	parts := strings.Split(s, "-")
	for _, p := range parts {
		if p == "" || !isUpper(int(p[0])) || !all(p[1:], isLower) {
			return false
		}
	}
	return len(parts) > 1
}

// describes says that a text is the name of a secret rather than one: it is made of the
// words that such names are made of, as aws_secret_access_key is.
func describes(s string) bool {
	words := nameWords(s)
	for _, w := range words {
		if !nameVocabulary[w] {
			return false
		}
	}
	return len(words) > 1
}

var nameVocabulary = wordSet(`aws azure gcp google github api secret access key token client auth id user password private
	public app service account session refresh bearer credential credentials db ssl tls keystore truststore storage
	encryption signing master admin oauth oidc jwt bot x csrf xsrf personal project name value header default openai
	anthropic stripe slack consumer shared authorization sas shared connection string`)

// disguised says that case is used at random: sEcReT.
func disguised(s string) bool {
	changes := 0
	for i := 1; i < len(s); i++ {
		if isLower(int(s[i-1])) && isUpper(int(s[i])) {
			changes++
		}
	}
	return changes*3 >= len(s)
}

// isAlgorithm says that a text names an algorithm, an encoding, a version.
func isAlgorithm(low string) bool {
	for _, w := range algorithms {
		if rest, ok := strings.CutPrefix(low, w); ok && strings.Trim(rest, "0123456789-_:./$abcdeghkmprsv") == "" {
			return true
		}
	}
	return false
}

var algorithms = []string{
	"rs256", "rs384", "rs512", "hs256", "hs384", "hs512", "es256", "es384", "es512", "ps256", "eddsa", "sha", "md5", "md4", "utf", "aes", "rsa", "ed25519",
	"oauth", "base64", "base32", "x509", "pkcs", "hmac", "scram-sha", "bcrypt", "argon2", "pbkdf2", "scrypt", "ntlm", "v1", "v2", "v3", "a128", "a256", "ecdsa",
	"secp256", "tls", "ssl", "http", "crypt", "des3", "3des", "saml", "digest-", "iso-", "latin1", "win32", "x64",
}

// documentation are the words of texts that documentation puts where a secret goes.
var documentation = []string{
	"your", "change-me", "change_me", "changeme", "changethis", "change-this", "change_this", "replace", "placeholder", "redacted", "insert", "filtered",
	"masked", "xxxx", "****", "....", "<", "todo", "fixme", "lorem", "ipsum", "enter-", "enter_", "-here", "_here", "not-set", "notset", "not_set",
	"undefined", "censored", "putyour", "generate", "nonexist", "non-exist", "aladdin", "missing-", "does-not-exist", "use-a-", "use_a_", "a-long-random", "not_a_secret", "not-a-secret", "deine-", "votre", "unset", "changeit",
}

// stopWords are no values of their own: types, settings, parts of speech, names of what
// is kept.
var stopWords = wordSet(`true false yes no on off null nil none undefined string str number int integer bool boolean any
	object bytes buffer void optional required never always write read admin:read inherit include omit same-origin
	default enabled disabled enable disable auto manual basic bearer digest token tokens header headers cookie query
	body text hidden value values key keys name username user_name username: email mail user users account id uid type
	field fields label input output option options flag parameter argument file path url uri href link hash hashed
	encrypted plain plaintext base64 hex json xml yaml env environment variable var secretref authorization
	authentication credential credentials api_key apikey api-key x-api-key access_token access-token refresh_token
	refresh-token id_token auth_token auth-token client_secret client-secret clientsecret client_id secret_key
	secret-key secretkey accesstoken refreshtoken authtoken idtoken private_key private-key privatekey public_key
	access_key accesskey secretaccesskey accesskeyid api_token apitoken session_token sessiontoken csrf csrf_token
	csrfmiddlewaretoken _csrf xsrf-token password_hash passwordhash new_password old_password
	current_password currentpassword confirm_password confirmpassword password_confirmation passwordconfirmation
	repeat_password user_password userpassword keystore_password and or not is are the with from
	for to in of at by as if else when while then this self it be must should will can may equals equal empty blank
	invalid valid missing wrong expired success failed error ok passed fail function func async await return new
	const let import export class static public private protected submit button checkbox radio select file word
	legacy modern strict lax all other unknown custom internal external local remote server client large small
	keyword string2 identifier comment operator punctuation symbol whitespace eof eol begin end start stop open close
	update delete create remove add get set list show hide reset forgot forgotten change edit view oauth oauth2 saml
	ldap kerberos jwt opaque uuid random prompt stdin env: secret_name secretname service-account totp otp pin code
	codes grant implicit authorization_code refresh client_credentials device_code not_required n/a na tbd
	specialize oobesystem generalize windowspe auditsystem auditsuser offlineservicing recovery_code passcode
	cannot could does have having using used uses only also into over more most than that their they were where whether would such
	each every either neither contains provides allows sets enables disables accepts expects prints overrides reads writes defaults
	arguments together combined combination conflicts mutually following
	nullable confirmed sometimes regexp regex pattern sentence pwd options instead because which please prompts command switch without before after
	during unless provided specified
	unused empty-password no-password nopassword passthrough global scheme realm`)

// weakEnough says whether the value is one that people use under such a name.
func weakEnough(v *value, name nameReading, a assignment) bool {
	letters := v.lower + v.upper
	bare := !a.Quoted
	low := strings.ToLower(v.text)
	words := newIdentifier(a.Name).text
	repeats := newIdentifier(v.text).text == words || strings.HasSuffix(words, newIdentifier(v.text).text)
	constant := !hasAny(a.Name, isLower)
	spaced := a.Operator == "=" && !a.Tight || a.Operator == ":=" || a.Operator == "=>"
	secretWord := strings.Contains(low, "pass") || strings.Contains(low, "pwd") || strings.Contains(low, "secret") || strings.Contains(low, "token") || strings.Contains(low, "key")
	switch {
	case newIdentifier(strings.TrimRight(v.text, "0123456789")).text == words && len(nameWords(a.Name)) > 1:
		return false // a table of names
	case separators(v.text) > 0 && v.digits == 0 && strings.Contains(words, newIdentifier(v.text).text):
		return false
	case a.Prose, a.Call && repeats, describes(v.text) && (name.kind != passwordName || a.Operator == "(") && !a.Role:
		return false
	case strings.HasPrefix(name.word, "credential") && v.onlyAfter(0, "_-"):
		return false
	case repeats && (bare && !constant || !bare && constant || name.kind != passwordName && low != "secret"):
		return false // name = name
	case bare && v.n < 4, bare && a.Operator == " " && !a.Flag && v.digits < 2 && (!constant || strings.IndexByte(a.Name, '_') < 0 || !v.onlyAfter(0, "_-")):
		return false
	case bare && a.Flag && !a.Tight && !a.Role && (strings.IndexByte(a.Name, '$') >= 0 || a.Name[0] == 'p' && keyword(nameWords(a.Name), 0) == noSecret && !strings.HasPrefix(a.Name, "priv")):
		return false // mysql -p…, and what follows
	case bare && a.Flag && !a.Tight && letters+v.digits == v.n && v.n >= 6 && (!nameVocabulary[low] || low == "secret" && name.kind == passwordName) && name.kind != tokenName:
		return isLower(int(v.text[0])) && !camelCase(v.text) || v.digits > 0
	case bare && a.Flag && !a.Tight && v.digits == 0 && v.onlyAfter(0, "_-"):
		return false
	case camelCase(v.text) && a.Operator != "(" && !a.Role && v.digits == 0 && letters == v.n && (bare || constant || !secretWord || name.kind != passwordName):
		return false
	}
	switch name.kind {
	case passwordName:
		switch {
		case v.digits == v.n:
			return v.n >= 3 && (!bare || v.n >= 4 && !spaced)
		case bare && spaced && v.digits == 0 && v.onlyAfter(0, "_$."):
			return false // a variable
		case bare && v.identifierOf(low) && spaced:
			return false
		}
		return true
	case secretName:
		switch {
		case v.n < 4:
			return false
		case v.digits == v.n:
			return false
		case bare && v.n >= 12 && encodedText(v.text):
			return true
		case bare && a.Operator == ":" && strings.HasSuffix(name.word, "key") && v.digits >= 2 && v.n >= 8 && letters+v.digits == v.n:
			return true
		case bare:
			return v.digits >= 2 && v.n >= 6 && letters > 0 && !spaced && v.onlyAfter(0, "_-+=!@#%^&*") && v.coverage < 0.5
		case v.digits > 0:
			return v.n >= 5 && letters > 0
		}
		return !strings.HasPrefix(name.word, "credential") && (name.word != "secret" || v.n >= 4) && (secretWord || !strings.HasSuffix(name.word, "key"))
	case tokenName:
		switch {
		case v.n < 5:
			return false
		case v.digits == v.n:
			return !bare && name.strong && v.n >= 6 && v.n <= 12
		case bare && v.n >= 12 && encodedText(v.text):
			return true
		case bare:
			return name.strong && v.digits >= 2 && v.n >= 8 && letters > 0 && !spaced && v.coverage < 0.5
		case v.digits > 0 && letters > 0:
			return name.strong || v.n >= 6
		}
		return strings.Contains(low, "token") && strings.ContainsAny(low, "-_") && strings.Trim(low, "abcdefghijklmnopqrstuvwxyz-") == ""
	}
	return false
}

// identifierOf says that a text could be the name of a variable with a number.
func (v *value) identifierOf(low string) bool {
	return identifierText(v.text) && v.coverage > 0.5 && low == v.text && strings.Contains(low, "_")
}

// encodedText says that a text is base64 of a printable one, as in a Kubernetes Secret.
func encodedText(s string) bool {
	_, encoded := decodedText(s)
	return encoded
}
