package inventory

import (
	"bytes"
	"slices"
	"strings"

	"leakline/detectors"
)

// device is how a build or a library writes the value of a variable into what devices
// load; the first group that matched is its name.
type device struct {
	ends string // endings of files' names, with a blank between
	hint string
	re   *pattern
}

// devices are those of Apple's and Android's builds, Flutter and React Native.
//
// https://developer.apple.com/documentation/xcode/adding-a-build-configuration-file-to-your-project
// https://developer.android.com/build/gradle-tips#share-custom-fields-and-resource-values-with-your-app-code
// https://dart.dev/libraries/core/environment-declarations
// https://github.com/lugg/react-native-config
var devices = []device{
	{"Info.plist", "$(", compile(`<string>[^<\n]*\$\((\w+)\)`)},
	{".gradle .gradle.kts", "buildConfigField", compile(`buildConfigField\s*\(?\s*["']String["']\s*,\s*["'](\w+)["']`)},
	{".gradle .gradle.kts", "resValue", compile(`resValue\s*\(?\s*["']string["']\s*,\s*["'](\w+)["']`)},
	{".gradle .gradle.kts", "manifestPlaceholders", compile(`manifestPlaceholders\s*(?:\+?=\s*\[\s*(\w+)\s*:|\[\s*"(\w+)"\s*\])`)},
	{".dart", "fromEnvironment", compile(`String\.fromEnvironment\(\s*['"](\w+)['"]`)},
	{".dart", "dotenv", compile(`\bdotenv\.(?:env\[|get\(|maybeGet\()\s*['"](\w+)['"]`)},
	{".js .jsx .ts .tsx", "react-native-config", compile(`\bConfig\.([A-Z][A-Z0-9_]+)\b`)},
	{".js .jsx .ts .tsx", "'@env'", compile(`(?m)^import\s*\{[^}]*?\b([A-Z][A-Z0-9_]*(?:KEY|TOKEN|SECRET))\b[^}]*\}\s*from\s*'@env'`)},
	{".js .jsx .ts .tsx", `"@env"`, compile(`(?m)^import\s*\{[^}]*?\b([A-Z][A-Z0-9_]*(?:KEY|TOKEN|SECRET))\b[^}]*\}\s*from\s*"@env"`)},
	{"app.config.js app.config.ts app.config.mjs", "extra", compile(`(?s)\bextra\s*:\s*\{[^}]{0,600}?process\.env\.(\w+)`)},
}

// asset is a file of a project that is packed as it is into an application for devices.
//
// https://github.com/dotnet/core/blob/main/release-notes/9.0/preview/preview3/dotnetmaui.md
var asset = compile(`<(?:MauiAsset|AndroidAsset|BundleResource)\s+Include="([^"\n]+)"`)

// onDevice is the name of a Published that is what an application for devices has in it
// as it is.
const onDevice = "application for devices"

// OnDevices says whether a sighting is of files that go out to devices as they are.
func (s *Sighting) OnDevices() bool { return s.Kind == Published && s.Name == onDevice }

// assets finds the files that a project of .NET packs into an application for devices.
func (f *file) assets(add func(Sighting)) {
	if !strings.HasSuffix(f.base, "proj") {
		return
	}
	var covers []string
	at := -1
	for _, m := range asset.FindAllSubmatchIndex(f.data, 50) {
		if at < 0 {
			at = m[0]
		}
		for g := range strings.SplitSeq(string(f.data[m[2]:m[3]]), ";") {
			covers = append(covers, inFolder(f, strings.ReplaceAll(strings.TrimSpace(g), `\`, "/")))
		}
	}
	if len(covers) > 0 {
		add(Sighting{Kind: Published, Name: onDevice, How: ByManifest, Line: f.line(at), Text: f.base, Covers: covers})
	}
}

// onDevices finds the credentials that builds write into what devices load.
func (f *file) onDevices(add func(Sighting)) {
	for i := range devices {
		d := &devices[i]
		if !slices.ContainsFunc(strings.Fields(d.ends), func(end string) bool { return strings.HasSuffix(f.base, end) }) || !bytes.Contains(f.data, []byte(d.hint)) {
			continue
		}
		for _, m := range d.re.FindAllSubmatchIndex(f.data, 50) {
			from, to := m[2], m[3]
			if from < 0 {
				if len(m) < 6 || m[4] < 0 {
					continue
				}
				from, to = m[4], m[5]
			}
			name := string(f.data[from:to])
			c, ok := CredentialOf(name)
			if !ok || c.Layer != detectors.AIPlatform && c.Layer != detectors.ApplicationAuth || len(c.Detectors) == 0 || comment(f.data, from) {
				continue
			}
			add(Sighting{Kind: Purpose, Layer: c.Layer, Name: name, How: ByConfig, Line: f.line(from), Text: Bundle, Grants: []string{Bundle}})
		}
	}
}
