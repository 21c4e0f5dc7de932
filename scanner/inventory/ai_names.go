package inventory

import (
	"bytes"
	"slices"
	"strings"
)

// variantsOf are the names of settings of AI platforms as programs write them that do not
// spell them like variables of the environment, in lower case: openai_api_key, and
// openaiapikey for openaiApiKey and OpenAIAPIKey.
func variantsOf(entries []Entry) []text {
	var out []text
	for i := range entries {
		e := &entries[i]
		if e.Kind != Provider {
			continue
		}
		for _, n := range e.Names {
			key := strings.HasSuffix(n, "_API_KEY")
			if n != strings.ToUpper(n) || !key && !strings.HasSuffix(n, "_URL") && !strings.HasSuffix(n, "_HOST") && !strings.HasSuffix(n, "_ENDPOINT") && !strings.HasSuffix(n, "_TOKEN") {
				continue
			}
			lower := strings.ToLower(n)
			out = append(out, text{e, ByName, lower})
			if key {
				out = append(out, text{e, ByName, strings.ReplaceAll(lower, "_", "")})
			}
		}
	}
	return out
}

var settingWords = &words{fold: true, texts: func() []string {
	var texts []string
	for _, t := range variantsOf(Entries()) {
		texts = append(texts, t.text)
	}
	return texts
}}

// names finds these names where a setting is declared or looked up: a name like that
// alone is also one of a variable or of an argument.
func (r *Reader) names(f *file, add func(Sighting)) {
	if prose(f) || lockFiles[f.base] || noNames(f.path) {
		return
	}
	settingWords.find(f, func(pos, i int) {
		t := &r.variants[i]
		name := string(f.data[pos : pos+len(t.text)])
		if name == strings.ToUpper(name) || slices.Contains(t.entry.Names, name) || !bounded(f.data, pos, len(name), ByName) {
			return // that is what marks finds
		}
		if f.setting(pos, pos+len(name)) && !spoken(f, pos) && !commented(f, pos) {
			add(Sighting{Kind: t.entry.Kind, Layer: t.entry.Layer, Name: t.entry.Name, How: ByName, Line: f.line(pos), Text: name})
		}
	})
}

// serverPrefixes are those that frameworks and teams write before the names of variables,
// beside the ones of what browsers load: of Nuxt and Nitro, of stages, of Terraform.
var serverPrefixes = []string{"NUXT_", "NITRO_", "APP_", "DEV_", "TEST_", "STAGING_", "PROD_", "PRODUCTION_", "TF_VAR_"}

// prefixedAt says whether a name stands behind such a prefix.
func prefixedAt(data []byte, pos, n int) bool {
	from := pos
	for from > 0 && pos-from < 20 && isIdent(data[from-1]) {
		from--
	}
	prefix := string(data[from:pos])
	return (slices.Contains(serverPrefixes, prefix) || slices.Contains(clientPrefixes, prefix)) && (pos+n >= len(data) || !isIdent(data[pos+n]))
}

// settingFiles are the endings of files in which a name at the begin of a line is a
// setting.
var settingFiles = map[string]bool{".py": true, ".toml": true, ".yml": true, ".yaml": true, ".ini": true, ".cfg": true, ".conf": true, ".properties": true, ".tfvars": true, ".xcconfig": true}

// holder is what holds settings, before the dot: settings.groq_api_key,
// R.string.groq_api_key.
var holder = compile(`(?i)(?:^|[^\w])(?:\w*(?:settings|config|options|secrets|env)|cfg|conf|R\.string)\.$`)

// setting says whether a name is one in quotes, in a tag, or of a field or a setting with
// a line of its own.
func (f *file) setting(from, to int) bool {
	before, after := byte('\n'), byte('\n')
	if from > 0 {
		before = f.data[from-1]
	}
	if to < len(f.data) {
		after = f.data[to]
	}
	switch {
	case (before == '"' || before == '\'') && after == before, before == '>' && after == '<':
		return true
	case before == '.' && holder.Match(f.data[max(0, from-40):from]):
		return true
	case !settingFiles[f.ext] || len(bytes.Trim(f.data[writtenFrom(f.data, from):from], " \t")) > 0:
		return false
	case f.ext == ".py": // name: type or name = value, not name=argument
		return after == ':' || after == ' '
	}
	rest := bytes.TrimLeft(f.data[to:min(len(f.data), to+20)], " \t")
	return len(rest) > 0 && (rest[0] == ':' || rest[0] == '=')
}
