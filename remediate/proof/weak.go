package proof

import (
	"cmp"
	"slices"
	"strings"

	"leakline/detectors/known"
)

// weakSecret is a value that whoever attacks a token tries first.
type weakSecret struct {
	text string
	what string // as the end of the sentence "it is …"
}

// weakSecrets are the published defaults and samples that tokens are signed with, and
// the words that are guessed first, as they are written where they stand.
func weakSecrets() []weakSecret {
	var all []weakSecret
	for _, w := range publishedSecrets {
		all = append(all, weakSecret{w.text, cmp.Or(w.what, whatIs(w.text))})
	}
	for _, text := range slices.Concat(strings.Fields(guessedWords), guessedPhrases) {
		all = append(all, weakSecret{text, whatIs(text)})
	}
	return all
}

// whatIs says what a value is if package known does not.
func whatIs(text string) string {
	if v, ok := known.Default(text); ok {
		return v.What
	}
	return "a word that is guessed first"
}

// publishedSecrets are signing secrets that documentation prints or that programs come
// with. An empty what is that of package known, which has the source.
var publishedSecrets = []weakSecret{
	{text: "your-256-bit-secret"},
	{text: "your-384-bit-secret"},
	{text: "your-512-bit-secret"},
	{text: "a-string-secret-at-least-256-bits-long"},
	// https://jwt.io/, the samples of HS384 and HS512 since 2025.
	{"a-valid-string-secret-that-is-at-least-384-bits-long", "the secret of jwt.io's sample token"},
	{"a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long", "the secret of jwt.io's sample token"},
	{text: "shhhhh"},
	// https://github.com/auth0/express-jwt
	{"shhhhhhared-secret", "the sample secret of express-jwt"},
	// https://docs.nestjs.com/security/authentication, now and before 2023.
	{"DO NOT USE THIS VALUE. INSTEAD, CREATE A COMPLEX SECRET AND KEEP IT SAFE OUTSIDE OF THE SOURCE CODE.", "the sample secret of NestJS"},
	{"secretKey", "the sample secret of NestJS"},
	// https://fastapi.tiangolo.com/tutorial/security/oauth2-jwt/
	{"09d25e094faa6ca2" + "556c818166b7a956" + "3b93f7099f6f0f4c" + "aa6cf63b88e8d3e7", "the sample secret key of FastAPI"},
	// https://jasonwatmore.com/, tutorials for ASP.NET, Node.js and Next.js.
	{"THIS IS USED TO SIGN AND VERIFY JWT TOKENS, REPLACE IT WITH YOUR OWN SECRET, IT CAN BE ANY STRING", "the sample secret of much copied tutorials"},
	// https://docs.postgrest.org/en/stable/tutorials/tut1.html
	{"reallyreallyreallyreallyverysafe", "the sample secret of PostgREST"},
	// https://docs.openwebui.com/reference/env-configuration/, WEBUI_SECRET_KEY
	{"t0p-s3cr3t", "the built-in secret key of Open WebUI"},
	// https://nacos.io/en/docs/latest/manual/admin/auth/, before 2.2.0.1
	{"SecretKey012345678901234567890123456789012345678901234567890123456789", "the default token secret of Nacos"},
	// https://github.com/strapi/strapi, .env.example of new projects
	{"tobemodified", "the placeholder of Strapi"},
	{"toBeModified", "the placeholder of Strapi"},
	// https://github.com/apache/superset/blob/master/superset/config.py
	{"test-guest-secret-change-me", "the default secret of Superset's guest tokens"},
	{"test-secret-change-me", "the default secret of Superset's asynchronous queries"},
	// https://gitee.com/y_project/RuoYi-Vue, application.yml
	{"abcdefghijklmnopqrstuvwxyz", "the default token secret of RuoYi"},
	{text: "super-secret-jwt-token-with-at-least-32-characters-long"},
	{text: "your-super-secret-jwt-token-with-at-least-32-characters-long"},
	{text: "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET"},
	{text: "TEST_NON_DEV_SECRET"},
	{text: "thisISaSECRET_1234"},
	{text: "YOUR_OWN_RANDOM_GENERATED_SECRET_KEY"},
	{text: "PLEASE-CHANGE-ME-I-AM-VERY-INSECURE"},
	{text: "MasterkeyNeedsToHave32Characters"},
	{text: "complex_password_at_least_32_characters_long"},
	{text: "better-auth-secret-12345678901234567890"},
	{text: "better-auth-secret-123456789"},
	{text: "unsecure_session_secret"},
	{text: "insecure_secret"},
	{text: "keyboard cat"},
	{text: "SomeRandomString"},
	{text: "nhost-admin-secret"},
	{text: "you-will-never-guess"},
	{text: "hard to guess string"},
}

// guessedWords are separated by white space.
const guessedWords = `
secret Secret SECRET mysecret mySecret my-secret my_secret MySecret MY_SECRET secretkey
SecretKey secret-key secret_key SECRET_KEY mysecretkey mySecretKey my-secret-key my_secret_key
MY_SECRET_KEY supersecret superSecret super-secret super_secret supersecretkey super-secret-key
super_secret_key topsecret top-secret top_secret s3cr3t s3cret notasecret not-a-secret
verysecret very-secret very_secret verysecretkey thisisasecret thisisasecretkey this-is-a-secret
this_is_a_secret ThisIsASecret thisismysecretkey thisismysecret your-secret your_secret
your-secret-key your_secret_key yoursecretkey YOUR_SECRET_KEY YOUR_SECRET your-secret-key-here
your_secret_key_here your-jwt-secret your_jwt_secret your-jwt-secret-key YOUR_JWT_SECRET jwt
jwtsecret jwtSecret jwt-secret jwt_secret JWT_SECRET jwtsecretkey jwt-secret-key jwt_secret_key
JWT_SECRET_KEY jwt-key jwtkey myjwtsecret my-jwt-secret my_jwt_secret sessionsecret
session-secret session_secret changeme changeMe ChangeMe CHANGEME change-me change_me CHANGE_ME
changethis change-this change_this please-change-me change-me-in-production
change_me_in_production change-this-in-production replace-me replaceme replace_me insecure
password Password passw0rd pass key private privatekey private-key private_key token mytoken
auth admin root user test Test testing test123 testkey test-key test_key testsecret test-secret
test_secret default dev development devsecret dev-secret dev_secret local demo example sample
hello helloworld foo bar foobar abc abc123 123 1234 12345 123456 1234567 12345678 123456789
1234567890 qwerty xxx null undefined None none mysupersecret my-super-secret my_super_secret
MySuperSecret mysupersecretkey my-super-secret-key my_super_secret_key MySuperSecretKey
dev-secret-key dev_secret_key devsecretkey local-secret test-secret-key test_secret_key
secret123 secret1234 secretpassword mysecretpassword mysecrettoken my-secret-token topsecretkey
top-secret-key supersecretjwt super-secret-jwt supersecretjwtkey super-secret-jwt-key
super-secret-key-change-me super-secret-change-me somesecret some-secret some_secret
randomsecret accesssecret access-secret access_secret refreshsecret refresh-secret
refresh_secret ACCESS_TOKEN_SECRET REFRESH_TOKEN_SECRET shhh shhhh
`

// guessedPhrases have blanks in them.
var guessedPhrases = []string{"secret key", "super secret", "this is a secret", "change me", "change this", "please change me", "hello world"}
