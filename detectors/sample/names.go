package sample

import "strings"

// words splits a name at separators and at humps: "groqAPIKey", "GROQ_API_KEY"
// and "groq-api-key" are all groq, api, key.
func words(name string) []string {
	var list []string
	cur := ""
	flush := func() {
		if cur != "" {
			list = append(list, strings.ToLower(cur))
		}
		cur = ""
	}
	for i := range len(name) {
		c := name[i]
		if strings.IndexByte("_-. :/", c) >= 0 {
			flush()
			continue
		}
		prevLower := i > 0 && (name[i-1] >= 'a' && name[i-1] <= 'z' || name[i-1] >= '0' && name[i-1] <= '9')
		nextLower := i+1 < len(name) && name[i+1] >= 'a' && name[i+1] <= 'z'
		if upper := c >= 'A' && c <= 'Z'; upper && (prevLower || nextLower && cur != "") {
			flush()
		}
		cur += string(c)
	}
	flush()
	return list
}

func title(w string) string { return strings.ToUpper(w[:1]) + w[1:] }

func pascal(name string) string {
	var b strings.Builder
	for _, w := range words(name) {
		b.WriteString(title(w))
	}
	return b.String()
}

func camel(name string) string {
	s := pascal(name)
	for i, w := range words(name) {
		if i == 0 {
			return w + s[len(w):]
		}
	}
	return s
}

func snake(name string) string { return strings.Join(words(name), "_") }

func kebab(name string) string { return strings.Join(words(name), "-") }

func screaming(name string) string { return strings.ToUpper(snake(name)) }

// header is the style of HTTP header names: Groq-Api-Key.
func header(name string) string {
	ws := words(name)
	for i := range ws {
		ws[i] = title(ws[i])
	}
	return strings.Join(ws, "-")
}
