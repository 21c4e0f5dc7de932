package detectors

// Detector describes one credential format. It is pure data.
//
// There are two ways to find a credential. A detector with Anchors finds a
// secret that identifies itself: one of the anchors stands in the secret's own
// text. A detector with Names finds a secret by the name that it is assigned
// to, in any host syntax (environment, JSON, YAML, XML, source code, …). Near
// may demand a further word close by, for either way.
type Detector struct {
	// ID names the detector for ever, in kebab-case, and is never reused.
	ID string
	// Provider is the company or project whose credential it is, as it writes
	// itself.
	Provider string
	// Title says what it is, in a few words, without an article.
	Title string
	// Opens ends the sentence "whoever holds it opens …".
	Opens string

	// Identity is what the format alone says. AmbiguousLayers, if any, are the
	// layers between which only the context can decide; Identity.Layer is then
	// the one to assume when there is no context at all.
	Identity        Identity
	AmbiguousLayers []Layer
	// AlsoOpens are further layers that the format alone proves.
	AlsoOpens []Door

	// Anchors are literals of at least three bytes, one of which stands in the
	// secret's text exactly as written.
	Anchors []string
	// Names are the names that hold this secret. Each is a list of words
	// separated by blanks, which must occur in the name in this order, case and
	// the separators _ - . ignored; "^word" must begin the name, or what follows
	// its last dot, and "word$" must end it. The longest word is what the prefilter looks for, so it should be
	// rare.
	Names []string
	// Near are words, matched as Names' words are, one of which must occur
	// within NearBytes of the secret, its name included.
	Near []string
	// Pattern is an RE2 expression for the secret alone: no boundaries, no
	// context, no repetition of more than 1,000. For a detector with Anchors it
	// must contain one of them at a fixed distance from its start; for one with
	// Names it must match the whole value. Group "secret", if there is one, is
	// the secret half of a longer text (the rest is an id, a user, a host).
	Pattern string
	// Member is the member of the object that holds the secret, for ReadObject.
	Member string
	// WholeObject says that further members of the object are as secret as Member
	// (the primes of an RSA key): the match then spans all of it.
	WholeObject bool
	// Boundary lists the bytes, beside letters and digits, that may not stand
	// directly before or after the secret. Empty means "_-".
	Boundary string
	// Reader chooses a reader other than the pattern's. See its constants.
	Reader Reader
	// Checks must all hold.
	Checks []Check
	// MinEntropy is the least Shannon entropy of the secret, in bits per byte;
	// 0 means no demand.
	MinEntropy float64

	// Structured says that the format proves itself by more than its anchor: a
	// checksum, a fixed inner structure, a claim.
	Structured bool
	// Public marks an identifier that is public by design: it is recognised and
	// never reported, and serves as evidence for what stands beside it.
	Public bool
	// Half says of a Public identifier that it is one half of a credential, as an access
	// key's id is: it is reported all the same, with low confidence, unless its secret
	// is found beside it and names it.
	Half bool

	// AtMost bounds the confidence of its matches, where whoever holds the text holds
	// less than its format promises, as with the hash of a password; empty is no bound.
	AtMost Confidence

	// Companions are what the provider wants to be told beside the secret: the other
	// half of a credential of two.
	Companions []Companion

	// Samples describe the format independently of Pattern, in the notation of
	// package sample.
	Samples []Sample

	// Revoke says how to kill it.
	Revoke Revoke
	// Source is the URL or the public file that the format was taken from.
	// Confirmed is the day on which one of us read it there (2006-01-02), empty
	// if the format is only inferred: that costs one step of confidence.
	Source    string
	Confirmed string
	// Notes is one line for maintainers: traps, look-alikes, what was left out.
	Notes string
}

// NearBytes is how far from a secret, in bytes on each side, a word of Near may
// stand.
const NearBytes = 256

// Companion is the half of a credential that is no secret: the id of an account, of a
// client or of a key, the name of a user, the host of a tenant. It opens nothing by
// itself. It is looked for within CompanionBytes of the secret, and nearest comes first.
type Companion struct {
	// Name is the name of the part, one word in lower case: probes call it {with:NAME}.
	Name string
	// Title says what it is, in a few words without an article: "account SID".
	Title string
	// Names are the names that hold it, as Detector.Names; Member is the member of the
	// object that does, where the secret's reader is ReadObject.
	Names  []string
	Member string
	// Pattern is an RE2 expression for the whole of it, in at most 256 bytes.
	Pattern string
	// Alone says that Pattern tells it from everything else, so that it is found
	// without a name, too.
	Alone bool
}

// CompanionBytes is how far from a secret, in bytes on each side, its companions may
// stand.
const CompanionBytes = 4 << 10

// Sample describes one example of a format, in the notation of package sample.
// Example: {Name: "GROQ_API_KEY", Value: "gsk_{24:alnum}WGdyb3FY{20:alnum}"}.
type Sample struct {
	// Name is the name under which the credential is usually kept. For a
	// detector with Names it is what makes the sample found.
	Name string
	// Value is the text that holds the secret: the secret itself, unless the
	// pattern has a group "secret".
	Value string
	// Secret describes the secret where it is not the whole of Value: it must
	// occur in Value literally, as the same placeholders.
	Secret string
	// Context is text that must stand nearby (a word of Near, a host), one line.
	Context string
	// Block says that Value is a text of several lines or a whole document,
	// which stands by itself and is not put behind a name.
	Block bool
	// Companions are lines that stand beside it, each "NAME=value" in the notation of
	// package sample, one for each of the detector's Companions and in their order.
	Companions []string
}

// Revoke says how to kill a credential.
type Revoke struct {
	// URL is the page on which its owner revokes or rotates it.
	URL string
	// How says what to do, in one imperative sentence, where the page's title
	// alone does not.
	How string
	// API is the provider's own call that kills it, as "METHOD URL", if there is
	// one that the holder of the secret or of an admin key may make.
	API string
}

// Reader names how the text around an anchor is read.
type Reader string

// The readers. Package engine implements each.
const (
	// ReadPattern matches Pattern at its fixed distance from the anchor.
	ReadPattern Reader = ""
	// ReadPEM reads an armoured private key from its BEGIN line to its END line,
	// in one line or many, escaped, indented, quoted or commented. Pattern is
	// matched against the label between the dashes. The secret is the body.
	ReadPEM Reader = "pem"
	// ReadPuTTY reads a PuTTY key file from its first line to its Private-MAC.
	ReadPuTTY Reader = "putty"
	// ReadJWT reads a compact JSON Web Token that begins at the anchor. Checks
	// look at its decoded header and claims; Pattern, if there is one, is matched
	// against the JSON text of the claims, from its begin.
	ReadJWT Reader = "jwt"
	// ReadObject reads outwards from the anchor to the enclosing JSON object
	// (at most 32 KiB each way), also one inside a string or in a script, and
	// matches Pattern against the whole value of Member in it.
	ReadObject Reader = "object"
	// ReadURL reads a URL with user information that begins with the anchor's
	// scheme; the secret is the password.
	ReadURL Reader = "url"
	// ReadGeneric scores name and value of an assignment; see package engine.
	ReadGeneric Reader = "generic"
)

// Check names a structural test that a match must pass. Package engine
// implements each.
type Check string

// The checks.
const (
	// CheckGitHubCRC: the last 6 characters are the base62 CRC32 of the 30
	// characters after the prefix (GitHub, "Behind GitHub's new authentication
	// token formats", 2021-04-05). npm tokens use the same scheme.
	CheckGitHubCRC Check = "github-crc32"
	// CheckBase64JSON: the text after the last anchor decodes to JSON.
	CheckBase64JSON Check = "base64-json"
	// CheckWorkOSBody: the body decodes to "key_" + ULID + "," + secret.
	CheckWorkOSBody Check = "workos-body"
	// CheckNotPlaceholder: not a template, an example word, a repeated or
	// sequential run. It is applied to every match and need not be listed.
	CheckNotPlaceholder Check = "not-placeholder"
	// CheckMixed: at least one letter and one digit, or letters that make no words:
	// a random text may have no digit by chance.
	CheckMixed Check = "letters-and-digits"
	// CheckMixedCase: at least one upper-case and one lower-case letter.
	CheckMixedCase Check = "mixed-case"
	// CheckUUID4: a version 4 UUID that is neither nil nor all one digit.
	CheckUUID4 Check = "uuid4"
	// CheckNotUUID, CheckNotHash: not of the shape of a UUID; not 32, 40 or 64
	// hexadecimal digits.
	CheckNotUUID Check = "not-uuid"
	CheckNotHash Check = "not-hash"
	// CheckTokenLike: looks random rather than like words, an identifier, a
	// path or a version.
	CheckTokenLike Check = "token-like"
	// CheckServiceRole, CheckAnonRole: the JWT's role claim is service_role, or
	// anon (Supabase).
	CheckServiceRole Check = "jwt-role-service"
	CheckAnonRole    Check = "jwt-role-anon"
)
