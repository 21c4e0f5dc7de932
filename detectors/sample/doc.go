// Package sample writes examples of credentials from a description of their
// format, so that no key-shaped string needs to stand in the tree.
//
// Principal type: [Text], one example or near-miss. [Example] makes it from a
// detector's samples, [NearMisses] makes one-edit mutants of it, and [Hosts]
// puts it into the syntaxes in which credentials are found.
//
// The one decision: an example comes from a notation that says what a format is
// made of, and never from the pattern that has to match it, so the two can prove
// each other wrong. [Matches] reads the same notation backwards: it is a second,
// slow and simple judge of whether a text has the format.
//
// # Notation
//
// Text stands for itself. "{{" is a literal "{" and "}}" a literal "}". All else
// in braces is a placeholder:
//
//	{N:class} {N-M:class}   N, or N to M, random characters of a class
//	{N~:class} {N-M~:class} the same, where width and class are usual and not fixed:
//	                        no near-miss is made of them, and Matches takes any width
//	{uuid4} {uuid}          a version 4 UUID in lower case (RFC 9562, section 5.4)
//	{ULID}                  26 characters of Crockford base32 (github.com/ulid/spec)
//	{crc} … {crc32:6}       base62 CRC-32 of the text since the mark {crc}
//	{b64json:JSON}          base64url without padding of a JSON text
//	{b64:TEXT}              standard base64 with padding
//	{b64url:TEXT}           base64url without padding
//	{json:TEXT}             the text as it stands in a JSON string, without quotes
//	{pct:TEXT}              percent-encoded, as in the user part of a URL
//	{jwt:ALG:CLAIMS}        a compact JSON Web Token with a random signature
//	{pem:LABEL:BYTES}       an armoured block of BYTES bytes (RFC 7468): random, but for the
//	                        header of DER or OpenPGP and the structure of an OpenSSH key
//	{password}              a strong password as people make them up
//
// The texts inside placeholders may hold placeholders. Inside them, a brace
// before a quote, a blank or another brace is a literal and must be balanced, so
// that JSON can be written as it is.
//
// The classes: alnum, lower, upper, digit, hex, HEX, lowernum, uppernum, word
// (with "_"), word- (base64url), b64 (without "="), b32 (RFC 4648), and [...]
// with single characters and ranges, where a backslash takes the next character
// literally.
package sample
