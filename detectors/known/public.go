package known

import (
	"crypto/sha256"
	"encoding/hex"
)

// Public says that a text is a published value that opens nothing, and what it is,
// as the end of the sentence "it is …".
func Public(text string) (what string, ok bool) {
	what, ok = published[digest(text)]
	return what, ok
}

// digest is the first half of a text's SHA-256 in hexadecimal.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// published maps digests of whole values to what they are. Each was computed from
// the value as its source prints it; the tokens were signed again with the
// published secret and gave the published signature.
var published = map[string]string{
	// The tokens that https://jwt.io shows to everyone who opens it: since 2025,
	// since 2018 and before (HS256; the secrets are in defaults.go).
	"c794fa6d20c64efb9adf980ae93af472": "the sample token of jwt.io",
	"7f75367e7881255134e1375e723d1dea": "the sample token of jwt.io",
	"da816f9f2c16e6c5390e7636cadc40c4": "the sample token of jwt.io",

	// RFC 7515, appendices A.1 to A.3 (the token is also RFC 7519, section 3.1):
	// https://www.rfc-editor.org/rfc/rfc7515#appendix-A
	"8d4ef6536dc8895f256c1e0d95dcd197": "the sample token of RFC 7519",
	"8b1b17a9740c068accab5c3d0d652c8e": "the sample HMAC key of RFC 7515",
	"ecaa6793a6374193dea5b273e7948faf": "the sample RSA key of RFC 7515",
	"5ccf2edb4f070f0b180f1adadb1be7c5": "the sample EC key of RFC 7515",
	// RFC 7517, appendices A.2 and A.3; RFC 8037, appendix A.1.
	"a45404ae333dd955dcff82cf28972e0f": "the sample EC key of RFC 7517",
	"2e4ff57e9c832edab47dcc5a7ba5ef54": "the sample RSA key of RFC 7517",
	"57afc11665beb68de7ccd6df1b38453b": "the sample symmetric key of RFC 7517",
	"190edf59d5736c3b3ea6bb36d57f5eb4": "the sample Ed25519 key of RFC 8037",

	// RFC 6749, sections 2.3.1 and 4.1 to 4.4; RFC 6750, section 2.1; RFC 7617,
	// section 2.
	"6c96130f130ab0d6d158397e24d2bcc1": "the sample access token of RFC 6749",
	"00cf4c781dc37003f7c7dd7d4c9a6ef1": "the sample refresh token of RFC 6749",
	"53f5da0aaa93d64cd5772c554cbf940f": "the sample client secret of RFC 6749",
	"e9974c507d2a802143f614c878fcbb62": "the sample client secret of RFC 6749",
	"ca7459e2b26776de081b9a07e40227fd": "the sample client credentials of RFC 6749",
	"584b27d64ebc1b3341f7fc9a9c3f1a54": "the sample client credentials of RFC 6749",
	"b8e148545b13c78bc74da2f1a7275dd7": "the sample bearer token of RFC 6750",
	"cf4d418ed3de92d71f767db5391d5a2d": "the sample credentials of RFC 7617",

	// The seed of nearly every TOTP tutorial, once and twice over
	// (https://github.com/google/google-authenticator/wiki/Key-Uri-Format), and
	// the seed of RFC 6238, appendix B, in base32 and in plain.
	"8be5d113c0871ce1a122d68a7dff940a": "the sample TOTP seed of the key URI format",
	"3a53d0a064baf78cea93be533489094b": "the sample TOTP seed of the key URI format",
	"549c9390539efcfa01d2744e82e7da34": "the test seed of RFC 6238",
	"6ed645ef0e1abea1bf1e4e935ff04f9e": "the test seed of RFC 6238",

	// The access keys of the AWS documentation, two ids, the id of a temporary
	// key, two secrets and the secret in its URL form:
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
	"1a5d44a2dca19669d72edf4c4f1c27c4": "the sample access key of the AWS documentation",
	"c6ea27c534f993d31f0aef882e3d200e": "the sample access key of the AWS documentation",
	"cb20d34a7adda2f5d2043836051e242f": "the sample access key of the AWS documentation",
	"78314b11be2e581549ac1c4f616563fa": "the sample access key of the AWS documentation",
	"e21b597ba6b9cafa59d9ebc4d65c0385": "the sample access key of the AWS documentation",
	"e8a0614b6747a06ff9a2728dd2250bf1": "the sample access key of the AWS documentation",

	// https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/
	"a4b8b245ab28bc4f72dcaa0d9ba9f73d": "the sample bootstrap token of kubeadm",
	"3002888f967a7086ab52fcc9e8bbc3e4": "the sample bootstrap token of kubeadm",

	// https://learn.microsoft.com/azure/storage/common/storage-use-azurite and
	// https://learn.microsoft.com/azure/cosmos-db/emulator
	"0011cc25eb4320717494d2703e8cba85": "the account key of the Azurite emulator",
	"aa6547439583c3a275d4542a0df6c1ad": "the account key of the Cosmos DB emulator",

	// Keys with which every answer passes or fails, secrets and site keys:
	// https://developers.google.com/recaptcha/docs/faq,
	// https://developers.cloudflare.com/turnstile/troubleshooting/testing/,
	// https://docs.hcaptcha.com/#integration-testing-test-keys
	"f5e95c9954635b65acab57e6d5ea663e": "the test secret of reCAPTCHA",
	"03b970ed8171d73b58bbc9a5c72e3e4e": "the test site key of reCAPTCHA",
	"fb8f35129df87662c650ada12fd614f1": "a test secret of Turnstile",
	"1e3e58656012d861e23deae64f177673": "a test secret of Turnstile",
	"841b4f5b0b34e19ada74f47a88831efb": "a test secret of Turnstile",
	"0fff9ee671b05ea25f58ed9584635fad": "the test secret of hCaptcha",
	"a69c47e0e9deeb992e6a22cd3b056385": "a test site key of hCaptcha",
	"b779a45bcc479f93048408f040478eff": "a test site key of hCaptcha",
	"50e4bee074327eba0489152ad7c1eddc": "a test site key of hCaptcha",

	// The test-mode keys that https://docs.stripe.com/api shows to readers who
	// are not signed in, now and before 2018.
	"2cafc0970149a84f3b9e62eaf169f36f": "the test key of the Stripe documentation",
	"f2d6ca16515033e5dce14eba840b979d": "the test key of the Stripe documentation",

	// https://www.osohq.com/docs, the key of the local development server.
	"49a2d19bf2d3bc8da75f716f061c9e52": "the key of Oso's development server",

	// https://github.com/hashicorp/vagrant/tree/main/keys, bodies without white
	// space, and net/http/internal/testcert of the Go standard library.
	"3ad8f14b04b634983ece3710397663e9": "the insecure key pair of Vagrant",
	"b8456d4446be077c2158e8a931776329": "the insecure key pair of Vagrant",
	"cb09f046e54aa7184ee42b82fff7650d": "the test key of Go's net/http",
}
