package identity

import "testing"

// TestTranslation tells what a program says to people from what it is set to.
func TestTranslation(t *testing.T) {
	for path, want := range map[string]bool{
		"src/i18n/de.json":                       true,
		"conf/locale/locale_sk-SK.ini":           true,
		"web/translations/nl.json":               true,
		"plugins/x/localization/nl_BE.inc":       true,
		"src/main/resources/messages.properties": true,
		"src/openfire_i18n_de.properties":        true,
		"public/zh-CN.json":                      true,
		"config/application.yml":                 false,
		"deploy/en.go":                           false,
		"config/test.properties":                 false,
		"id.json":                                false,
	} {
		if got := isTranslation(path); got != want {
			t.Errorf("%s: %t, want %t", path, got, want)
		}
	}
}
