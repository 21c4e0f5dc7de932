package engine_test

import (
	"testing"

	"leakline/detectors"
	"leakline/detectors/engine"
)

// TestPlace holds every place that makes a text a password to an example and to one that
// is none.
func TestPlace(t *testing.T) {
	set, err := engine.Compile(detectors.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ text, want string }{
		{"| `DB_PASSWORD` | `tigger77` | of the database |", "tigger77"},
		{"| `DB_PASSWORD` | `required` | of the database |", ""},
		{`strcpy(conf->password, "tigger77");`, "tigger77"},
		{`log(conf->password, "tigger77");`, ""},
		{`fill_in "New password", with: "tigger77"`, "tigger77"},
		{`fill_in "Search", with: "tigger77"`, ""},
		{`OIDCCryptoPassphrase tigger77`, "tigger77"}, // leakline:allow it describes a format
		{`    storePassword "tigger77"`, "tigger77"},
		{`the password "tigger77" is not accepted`, ""},
		{`echo "root:tigger77" | chpasswd`, "tigger77"},
		{`echo "root" | chpasswd`, ""},
		{`docker login -u robot --password-stdin <<< "tigger77"`, "tigger77"},
		{`docker login -u robot --password-stdin < file77`, ""},
		{`ldapsearch -x -D cn=admin -w tigger77 -b dc=x`, "tigger77"},
		{`openssl rsa -in a.key -passin pass:tigger77`, "tigger77"},
		{`openssl rsa -in a.key -passin env:tigger77`, ""},
		{`jwt.sign({id: 1}, "tigger77")`, "tigger77"},
		{`jwt.sign({id: 1}, key77)`, ""},
		{`createHmac("sha256", "tigger77")`, "tigger77"},
		{`ConvertTo-SecureString -String 'tigger77' -AsPlainText -Force`, "tigger77"},
		{`password: ["tigger77"]`, "tigger77"},
		{`passwords: ["tigger77", "tigger78"]`, ""},
		{`export SSHPASS=tigger77`, "tigger77"},
		{`props.setGlobalProperty("mail.password", "tigger77")`, "tigger77"},
		{`m svcacct add --secret-key minioadmin --json`, "minioadmin"},
		{`use --secret-key instead`, ""},
	} {
		got := ""
		for _, m := range set.Find([]byte("#\n" + c.text + "\n#\n")) {
			got = m.Secret.Reveal()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
}
