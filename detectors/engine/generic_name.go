package engine

import "strings"

// nameKind is what a name says of its value.
type nameKind int

const (
	noSecret nameKind = iota
	passwordName
	tokenName
	secretName
)

// nameReading is a name as read by [readName].
type nameReading struct {
	kind     nameKind
	strong   bool // the name leaves no doubt that the value is a secret
	doubtful bool // it is one of a test, an example or a wrong input
	verb     bool // its first word is what a function does, without keeping anything
	word     string
}

func (n nameReading) why() string { return "the name says " + n.word }

// readName reads a name word by word: the last word that means a secret decides,
// unless a word behind it says that the value is about the secret ("token_url",
// "passwordField") or one before it that it is another kind of token ("next page
// token", "public key").
func readName(name string) nameReading {
	words := nameWords(name)
	var r nameReading
	at := -1
	for i, w := range words {
		kind := keyword(words, i)
		if kind == noSecret {
			continue
		}
		r.kind, r.word, at = kind, w, i
		if w == "key" {
			r.word = words[i-1] + " key"
		}
	}
	if at < 0 {
		return r
	}
	for _, w := range words[at+1:] {
		if aboutWords[w] && !(r.word == "authorization" && w == "header") {
			return nameReading{}
		}
	}
	before := words[:at]
	if r.word != words[at] {
		before = words[:at-1]
	}
	member := len(nameWords(name[:strings.LastIndexByte(name, '.')+1]))
	for i, w := range before {
		switch {
		case otherWords[w], r.kind == tokenName && i >= member && otherTokens[w]:
			return nameReading{}
		case doubtWords[w]:
			r.doubtful = true
		}
	}
	method := nameWords(name[strings.LastIndexByte(name, '.')+1:])
	r.verb = len(method) > 1 && verbs[method[0]] || len(method) == 1 && strings.IndexByte(name, '.') >= 0 && removes[method[0]]
	r.strong = r.kind != tokenName || len(before) > 0
	return r
}

// keyword says whether a word of a name means a secret.
func keyword(words []string, i int) nameKind {
	last := i == len(words)-1
	switch w := words[i]; w {
	case "password", "passwd", "passphrase", "passcode", "pwd", "psw", "passwort", "passwords", "pswd", "passwrd", "passwds", "psk":
		return passwordName
	case "pass", "pw":
		if i+1 < len(words) && words[i+1] == "phrase" {
			return passwordName
		}
		if last && (i > 0 && !passVerbs[words[i-1]] || i == 0) {
			return passwordName
		}
	case "token", "tokens":
		return tokenName
	case "authorization":
		if last || words[i+1] == "header" {
			return tokenName
		}
	case "secret", "secrets", "credential", "credentials":
		return secretName
	case "key", "keys":
		if i > 0 && keyWords[words[i-1]] {
			return secretName
		}
	}
	return noSecret
}

// nameWords splits a name at separators, humps and digits, and takes apart the
// compounds that people write without either ("dbpassword", "apikey").
func nameWords(name string) []string {
	var out []string
	id := newIdentifier(name)
	for i := 0; i < len(id.text); {
		j := i + 1
		for !id.starts[j] {
			j++
		}
		out = append(out, compound(id.text[i:j])...)
		i = j
	}
	return out
}

func compound(word string) []string {
	for _, c := range compounds {
		if head, ok := strings.CutSuffix(word, c[0]); ok && (head != "" || len(c) > 2) {
			parts := c[1:]
			if head == "" {
				return parts
			}
			return append([]string{head}, parts...)
		}
	}
	return []string{word}
}

// compounds are the ends of words that are several words, the longest first.
var compounds = [][]string{
	{"privatekey", "private", "key"},
	{"secretkey", "secret", "key"},
	{"accesskey", "access", "key"},
	{"accesstoken", "access", "token"},
	{"authtoken", "auth", "token"},
	{"masterkey", "master", "key"},
	{"authkey", "auth", "key"},
	{"apitoken", "api", "token"},
	{"apisecret", "api", "secret"},
	{"apikey", "api", "key"},
	{"appkey", "app", "key"},
	{"passphrase", "passphrase"},
	{"password", "password"},
	{"passwd", "passwd"},
	{"secret", "secret"},
	{"token", "token"},
	{"pwd", "pwd"},
	{"requirepass", "server", "pass"},
	{"adminpass", "admin", "pass"},
	{"rootpass", "root", "pass"},
	{"userpass", "user", "pass"},
	{"dbpass", "db", "pass"},
	{"sshpass", "ssh", "pass"},
	{"mailpass", "mail", "pass"},
	{"smtppass", "smtp", "pass"},
	{"ldappass", "ldap", "pass"},
	{"ftppass", "ftp", "pass"},
	{"mysqlpass", "mysql", "pass"},
	{"keypass", "key", "pass"},
	{"storepass", "store", "pass"},
	{"bindpw", "bind", "pw"},
	{"rootpw", "root", "pw"},
	{"userpw", "user", "pw"},
	{"adminpw", "admin", "pw"},
}

// wordSet makes a set of words.
func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

var (
	// keyWords make a key of what follows them a secret.
	keyWords = wordSet(`api access secret private signing sign encryption encrypt crypt cipher decrypt auth
		authentication authorization master account shared session cookie hmac jwt aes des storage subscription service
		deploy admin client app application consumer license integration ingest server write management gateway webhook
		publish deployment signature function functions`)

	// aboutWords, behind the word that means a secret, say that the value is about
	// the secret or is not the secret itself.
	aboutWords = wordSet(`url uri urls link href path paths file files filename filepath dir directory folder location id
		ids identifier uuid guid name names namespace type types kind class length len size count num number max min limit
		limits regex regexp pattern format field fields label labels placeholder hint message msg text title description
		desc help tooltip caption error errors err failure expiry expires expired expiration expire ttl timeout duration
		age date time timestamp at until after before policy policies strength rule rules requirement requirements
		validator validators validation valid verify verified reset forgot change changed update updated prompt input
		form page view screen dialog modal column col attr attribute prop property param parameter params arg argument
		args header headers env var variable variables ref reference refs arn selector css style icon button btn index
		idx position pos offset prefix suffix separator delimiter start end begin alias hash hashes hashed digest
		checksum sha md5 salt salted algorithm algo alg encoding encoder encoded encrypter encryptor provider providers
		store stores storage manager managers handler helper factory builder generator generated util utils service
		repository interceptor filter middleware guard strategy test tests spec mock stub endpoint host hostname port
		domain enabled enable disabled disable required require optional visible show hide mode method scheme status
		state version info config configuration settings options option request response usage budget counter stream
		iterator list map set table scope scopes audience issuer claim claims source target owner email mail account
		region zone group role roles permission permissions comment doc docs example template question answer address
		symbol decimals metadata contract mint supply balance price event events callback listener hook signal
		exception invalid missing empty null none exists found count changed success failed mismatch match matches
		confirmation confirm repeat again kdf iterations rounds cost bits bytes schema model dto entity serializer
		resolver controller component module plugin extension rotation rotate rotated backend engine mount volume
		vault encryption detection scanning scanner checker leak leaked history feature flag flags support annotation grant pair
		pairs holder less verifier signature key keys operation operations lifespan lifespans prop props documentation mtime minimum maximum lifetime passed authenticator
		scheme plugins policy separator stdin stdout fd command cmd`)

	// otherWords, before it, say that it is no secret: public and database keys,
	// counts.
	otherWords = wordSet(`public pub pubkey primary foreign sort partition cache num number count max min total avg no not
		has is should can use uses show hide forgot forget reset change without missing empty blank null undefined
		allow disallow require requires required enable disable publishable site anon censored masked redacted hidden
		encrypted hashed keyboard hash sha md digest checksum fingerprint thumbprint exporter traffic handshake resumption
		premaster early ice special existing pull salted number environment column col ask`)

	// otherTokens, before "token", say that it is one of a language, of a list or
	// of a coin.
	otherTokens = wordSet(`next prev previous current cur last first peek page paging pagination continuation cursor sync
		resume cancel cancellation cancelled eos bos pad unk mask sep cls special stop input output prompt completion
		reserved delimiter open close begin start end left right expected unexpected parse parser lex lexer lexical
		syntax keyword operator punctuation comment string literal identifier ident eof newline indent dedent erc lp
		nft reward staking base quote design color colors font spacing semantic context chunk vocab vocabulary bpe word
		sub subword csrf xsrf antiforgery verification request idempotency state change lock fencing change watch
		sequence ordering inlay text match search skip replacement template format update action task client`)

	// doubtWords, before it, say that it is made for a test or an example, or meant
	// to be wrong.
	doubtWords = wordSet(`test tests testing fake mock dummy example sample demo invalid wrong bad incorrect expected
		unit fixture stub spec old temp tmp random my some other another foo bar`)

	// verbs begin the names of functions whose argument is not kept.
	verbs = wordSet(`get fetch read load find lookup has is check validate verify parse decode encode hash encrypt decrypt
		compare test expect assert require new generate gen create make build format print log show hide mask redact
		delete remove revoke list on handle use contains match matches to from by len count is should must`)

	// removes are methods of a store of secrets, whose argument says which one.
	removes = wordSet(`get fetch find delete remove revoke has retrieve update rotate show list verify check disable enable`)

	// passVerbs, before "pass", make it a passing of something.
	passVerbs = wordSet(`by first second third last next one two single multi render shadow depth optimization opt tests all
		no will to should must can did does do and or not if when low high band compute post pre bypass boarding`)
)
