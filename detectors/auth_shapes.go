package detectors

// Shapes of values that have no format of their own and are known by their name
// alone, each with the notation of its samples.
const (
	// opaquePattern is a token that a service made up: no blanks, no punctuation
	// but that of base64, base64url and the unreserved characters of a URL.
	opaquePattern = `[A-Za-z0-9_+/-][A-Za-z0-9_~.+/=-]{16,255}`
	opaqueSample  = "{1:[A-Za-z0-9_+/-]}{16-255:[A-Za-z0-9_~.+/=-]}"

	// freePattern is what people type or generate for a signing secret or a
	// password. Quotes, blanks, brackets and backslashes are code and prose, "!" and
	// "$" in front are a YAML tag and a variable, and a dot is the dot of code
	// (settings.secret) unless a digit stands in the value too.
	freePattern = freeFirst + `(?:` + freeByte + `{5,255}|` +
		freeByte + `{0,99}[0-9]` + freeByte + `{0,99}\.` + freeDotted + `{1,99}|` +
		freeByte + `{0,99}\.` + freeDotted + `{0,99}[0-9]` + freeDotted + `{0,99})`
	freeSample = "{1:[A-Za-z0-9_+/-]}{5-255:[A-Za-z0-9!~*_+/-]}"

	// longPattern is the same for libraries that refuse less than 32 characters.
	longPattern = freeFirst + freeDotted + `{31,255}`
	longSample  = "{1:[A-Za-z0-9_+/-]}{31-255:[A-Za-z0-9!~*_+/-]}"

	// randomPattern is the same for names that are too common to trust with less
	// than 17 characters.
	randomPattern = freeFirst + freeDotted + `{16,255}`
	randomSample  = "{1:[A-Za-z0-9_+/-]}{16-255:[A-Za-z0-9!~*_+/-]}"

	freeFirst  = `[A-Za-z0-9_+/^@-]`
	freeByte   = `[!#-&*+,\-/0-:=?@A-Z^_a-z~]`
	freeDotted = `[!#-&*+,\-./0-:=?@A-Z^_a-z~]`

	// bareRSAKey is the base64 of an RSA private key's DER without armour, PKCS #8
	// or PKCS #1: a SEQUENCE whose first member is the version 0. A certificate,
	// whose first member is another SEQUENCE, can't match (RFC 5958, RFC 8017).
	bareRSAKey = `MII[A-K][A-Za-z0-9+/]{2}IBA(?:DANBgkqhkiG9w0BAQEFAASC|AK[BC])[A-Za-z0-9+/]{800,1000}[A-Za-z0-9+/]{0,1000}[A-Za-z0-9+/]{0,1000}[A-Za-z0-9+/]{0,200}={0,2}`
	// bareKey is the same for a name that demands a private key: any DER in base64.
	bareKey = `MII[A-Za-z0-9+/]{200,1000}[A-Za-z0-9+/]{0,1000}[A-Za-z0-9+/]{0,1000}[A-Za-z0-9+/]{0,400}={0,2}`
	// callQuote is a quote in code, also where the code stands in a string or in HTML.
	callQuote = `(?:'\\''|''|\\{0,3}["'\x60]|&quot;|&#34;|&#39;|&apos;)`
	// bareRSASample is the PKCS #8 form, bareRSASample1 the PKCS #1 form.
	bareRSASample  = "MII{1:[A-K]}{2:b64}IBADANBgkqhkiG9w0BAQEFAASC{800-3200:b64}"
	bareRSASample1 = "MII{1:[A-K]}{2:b64}IBAAKC{800-3200:b64}"
)
