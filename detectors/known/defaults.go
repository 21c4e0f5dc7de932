package known

import "strings"

// Value is a published default: a value that works until somebody changes it.
type Value struct {
	// What says what it is, as the end of the sentence "it is …".
	What string
	// Opens says that the value is a server's own default credential, which opens
	// that server by itself; else it is harmful only where it signs or encrypts.
	Opens bool
}

// Default says that a text is a published default. Upper and lower case of what
// reads as words are alike.
func Default(text string) (Value, bool) {
	if v, ok := defaultDigests[digest(text)]; ok {
		return v, true
	}
	if len(text) > maxDefault {
		return Value{}, false
	}
	v, ok := defaults[strings.ToLower(strings.TrimSpace(text))]
	return v, ok
}

// maxDefault is longer than every key of defaults.
const maxDefault = 128

// placeholder is what documentation in general puts where a secret belongs.
var placeholder = Value{What: "a value that documentation prints as a placeholder"}

// defaults maps published defaults, in lower case, to what they are.
var defaults = map[string]Value{
	"changeme": placeholder, "change_me": placeholder, "change-me": placeholder, "changethis": placeholder,
	"change this": placeholder, "change-this": placeholder, "change_this": placeholder, "please change me": placeholder,
	"please-change-me": placeholder, "change-me-in-production": placeholder, "change_me_in_production": placeholder,
	"secret": placeholder, "mysecret": placeholder, "my-secret": placeholder, "my_secret": placeholder,
	"mysecretkey": placeholder, "my-secret-key": placeholder, "my_secret_key": placeholder,
	"supersecret": placeholder, "super-secret": placeholder, "super_secret": placeholder, "super secret": placeholder,
	"supersecretkey": placeholder, "super-secret-key": placeholder, "super_secret_key": placeholder,
	"topsecret": placeholder, "top-secret": placeholder, "s3cr3t": placeholder, "notasecret": placeholder,
	"secretkey": placeholder, "secret-key": placeholder, "secret_key": placeholder, "secret key": placeholder,
	"your-secret-key": placeholder, "your_secret_key": placeholder, "yoursecretkey": placeholder,
	"your-secret": placeholder, "your_secret": placeholder, "jwtsecret": placeholder, "jwt-secret": placeholder,
	"jwt_secret": placeholder, "your-jwt-secret": placeholder, "your_jwt_secret": placeholder,
	"your-secret-key-here": placeholder, "your-jwt-secret-key": placeholder, "thisisasecret": placeholder,
	"this-is-a-secret": placeholder, "this is a secret": placeholder, "thisismysecretkey": placeholder,
	"sessionsecret": placeholder, "session-secret": placeholder, "session_secret": placeholder,
	"insecure_secret": placeholder, "insecure-secret": placeholder, "insecure": placeholder,
	"password": placeholder, "default": placeholder, "development": placeholder,
	"somerandomstring": {What: "the placeholder of Laravel's application key"},

	// The secrets that sign jwt.io's sample tokens, and jsonwebtoken's README.
	"your-256-bit-secret":                    {What: "the secret of jwt.io's sample token"},
	"your-384-bit-secret":                    {What: "the secret of jwt.io's sample token"},
	"your-512-bit-secret":                    {What: "the secret of jwt.io's sample token"},
	"a-string-secret-at-least-256-bits-long": {What: "the secret of jwt.io's sample token"},
	"shhhhh":                                 {What: "the sample secret of the jsonwebtoken library"},

	// https://expressjs.com/en/resources/middleware/session.html
	"keyboard cat": {What: "the sample secret of express-session"},
	// https://github.com/vvo/iron-session
	"complex_password_at_least_32_characters_long": {What: "the sample password of iron-session"},
	// https://github.com/better-auth/better-auth, the built-in fallback, now and in 2024.
	"better-auth-secret-12345678901234567890": {What: "the built-in secret of Better Auth"},
	"better-auth-secret-123456789":            {What: "the built-in secret of Better Auth"},
	// https://developer.wordpress.org/apis/wp-config-php/
	"put your unique phrase here": {What: "the placeholder of WordPress's salts"},
	// https://flask.palletsprojects.com/en/stable/tutorial/factory/ and two much
	// copied Flask tutorials.
	"dev":                  {What: "the sample secret key of Flask"},
	"you-will-never-guess": {What: "the sample secret key of a Flask tutorial"},
	"hard to guess string": {What: "the sample secret key of a Flask tutorial"},
	// https://github.com/supabase/supabase/blob/master/docker/.env.example
	"super-secret-jwt-token-with-at-least-32-characters-long":      {What: "the JWT secret of Supabase's local setup"},
	"your-super-secret-jwt-token-with-at-least-32-characters-long": {What: "the JWT secret of Supabase's self-hosting sample"},
	// https://www.authelia.com/configuration/session/introduction/
	"unsecure_session_secret": {What: "the sample secret of Authelia"},
	// https://github.com/ory/kratos/blob/master/contrib/quickstart/kratos/email-password/kratos.yml
	"please-change-me-i-am-very-insecure": {What: "the sample secret of Ory Kratos"},
	"32-long-secret-not-secure-at-all":    {What: "the sample cipher key of Ory Kratos"},
	// https://zitadel.com/docs/self-hosting/deploy/compose
	"masterkeyneedstohave32characters": {What: "the sample master key of Zitadel"},
	// CakePHP's application skeleton and the default of many copies of it.
	"defaultsecretsalt": {What: "a published salt"},
	// https://nvd.nist.gov/vuln/detail/CVE-2023-27524
	"change_me_to_a_complex_random_secret": {What: "a default secret key of Apache Superset"},
	"thisisasecret_1234":                   {What: "a default secret key of Apache Superset"},
	"your_own_random_generated_secret_key": {What: "a default secret key of Apache Superset"},
	"test_non_dev_secret":                  {What: "a default secret key of Apache Superset"},

	// Servers that open with their default.
	// https://authzed.com/docs/spicedb/getting-started/installing-spicedb
	"somerandomkeyhere": {What: "the sample preshared key of SpiceDB", Opens: true},
	// https://docs.nhost.io/development/local-development
	"nhost-admin-secret": {What: "the admin secret of Nhost's local setup", Opens: true},
	// https://fusionauth.io/docs/quickstarts/
	"this_really_should_be_a_long_random_alphanumeric_value_but_this_still_works": {
		What: "the API key of FusionAuth's quickstarts", Opens: true,
	},
	// The key store password of WSO2's products, and of the Java and Android tools.
	"wso2carbon": {What: "the default key store password of WSO2", Opens: true},
	"changeit":   {What: "the default key store password of Java"},
	"android":    {What: "the password of Android's debug key store"},
}

// defaultDigests maps digests of defaults that are shaped like keys, or hold
// bytes that no source file should, to what they are.
var defaultDigests = map[string]Value{
	// https://nvd.nist.gov/vuln/detail/CVE-2023-27524: the first default, as the
	// interpreter reads it and in the ways in which it is written.
	"4b00e2726043354c2c4efecc51be38d8": {What: "a default secret key of Apache Superset"},
	"2ff4afc2b4196cfcd50b7c78cbb03158": {What: "a default secret key of Apache Superset"},
	"9026d3d1734f0b094984dc375921cb7f": {What: "a default secret key of Apache Superset"},
	"d27efa8eb1aad64a68d6af28f4249c7b": {What: "a default secret key of Apache Superset"},
	"2dc71a7eb773f077bf6f55bce06610c9": {What: "a default secret key of Apache Superset"},
	// The built-in token secret of Apache HugeGraph before 1.5.0:
	// https://nvd.nist.gov/vuln/detail/CVE-2024-43441
	"8bcbbbb8d39d706e185d6dec394d100c": {What: "the built-in token secret of Apache HugeGraph"},
	// The API key of FusionAuth's client libraries and their examples.
	"60cb9faab5f549425cd0254719809917": {What: "the API key of FusionAuth's examples", Opens: true},
	// https://github.com/dexidp/dex/blob/master/config.yaml.dist
	"4e441869e7e56f0499cdb414fb83909d": {What: "the client secret of Dex's example application", Opens: true},
}
