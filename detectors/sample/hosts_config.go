package sample

import (
	"strings"
)

func jsonFile(t Text) string {
	value := `"` + jsonBody(t.Value) + `"`
	if isJSON(t) {
		value = strings.ReplaceAll(t.Value, "\n", "\n  ")
	}
	return jsonDocument(t, value)
}

// jsonString holds even a JSON object as a string, as environment dumps do.
func jsonString(t Text) string { return jsonDocument(t, `"`+jsonBody(t.Value)+`"`) }

func jsonDocument(t Text, value string) string {
	note := ""
	if t.Context != "" {
		note = `  "note": "` + jsonBody(t.Context) + "\",\n"
	}
	return "{\n  \"service\": \"billing\",\n" + note + `  "` + named(t, camel) + `": ` + value + ",\n  \"retries\": 3\n}\n"
}

func yamlFile(t Text) string {
	return "service: billing\n" + above(t, "", "# ", "") + named(t, kebab) + ": " + yamlValue(t, "  ") + "\nretries: 3\n"
}

// yamlValue is a plain scalar, a literal block or a double-quoted scalar.
func yamlValue(t Text, indent string) string {
	switch {
	case several(t):
		return "|\n" + indented(t.Value, indent)
	case plainEnough(t.Value) && !strings.Contains(t.Value, ": "):
		return t.Value
	}
	return stringScalar(t)
}

// stringScalar is a quoted scalar of YAML or a string of TOML: in single quotes
// if it is JSON, else in double quotes.
func stringScalar(t Text) string {
	if isJSON(t) && !strings.Contains(t.Value, "'") {
		return "'" + t.Value + "'"
	}
	return `"` + jsonBody(t.Value) + `"`
}

func yamlQuoted(t Text) string {
	value := "'" + strings.ReplaceAll(t.Value, "'", "''") + "'"
	if several(t) {
		value = `"` + jsonBody(t.Value) + `"`
	}
	return "service:\n  name: billing\n" + above(t, "  ", "# ", "") + "  " + named(t, snake) + ": " + value + "\n  retries: 3\n"
}

func toml(t Text) string {
	value := stringScalar(t)
	if several(t) {
		value = "'''\n" + t.Value + "'''"
	}
	return "[service]\nport = 8080\n" + above(t, "", "# ", "") + named(t, snake) + " = " + value + "\nretries = 3\n"
}

// ini continues a value of several lines with indented lines, as Python's
// configparser reads it.
func ini(t Text) string {
	return "[service]\nport = 8080\n" + above(t, "", "; ", "") + named(t, snake) + " = " +
		strings.ReplaceAll(t.Value, "\n", "\n    ") + "\nretries = 3\n"
}

func xmlComment(t Text, indent string) string {
	return above(Text{Context: strings.ReplaceAll(t.Context, "--", "- -")}, indent, "<!-- ", " -->")
}

func xmlElement(t Text) string {
	value := xmlText(t.Value)
	if t.Block && value != t.Value && !strings.Contains(t.Value, "]]>") {
		value = "<![CDATA[" + t.Value + "]]>"
	}
	name := named(t, camel)
	return "<?xml version=\"1.0\"?>\n<service>\n" + xmlComment(t, "  ") +
		"  <" + name + ">" + value + "</" + name + ">\n  <retries>3</retries>\n</service>\n"
}

func xmlAttribute(t Text) string {
	value := `"` + strings.ReplaceAll(xmlText(t.Value), `"`, "&quot;") + `"`
	if strings.Contains(t.Value, `"`) && !strings.Contains(t.Value, "'") {
		value = "'" + xmlText(t.Value) + "'"
	}
	return "<?xml version=\"1.0\"?>\n<configuration>\n  <appSettings>\n" + xmlComment(t, "    ") +
		`    <add key="` + named(t, pascal) + `" value=` + value + " />\n  </appSettings>\n</configuration>\n"
}

func xmlText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

func terraform(t Text) string {
	return "provider \"acme\" {\n  region = \"eu-west-1\"\n" + above(t, "  ", "# ", "") +
		"  " + named(t, snake) + " = " + hclValue(t) + "\n  retries = 3\n}\n"
}

func terraformVariable(t Text) string {
	return above(t, "", "# ", "") + "variable \"" + named(t, snake) + "\" {\n  type    = string\n  default = " +
		hclValue(t) + "\n}\n"
}

func hclValue(t Text) string {
	escape := strings.NewReplacer("${", "$${", "%{", "%%{")
	if several(t) {
		return "<<-EOT\n" + indented(escape.Replace(t.Value), "    ") + "\n  EOT"
	}
	return `"` + escape.Replace(jsonBody(t.Value)) + `"`
}

func dockerfile(t Text, instruction string) string {
	return "FROM debian:bookworm-slim\n" + above(t, "", "# ", "") + instruction + "\nCMD [\"/srv/serve\"]\n"
}

func dockerfileEnv(t Text) string {
	return dockerfile(t, "ENV "+named(t, screaming)+"="+envValue(t))
}

func dockerfileEnvBlank(t Text) string {
	if several(t) && !isJSON(t) {
		return ""
	}
	return dockerfile(t, "ENV "+named(t, screaming)+" "+envValue(t))
}

func dockerfileArg(t Text) string {
	return dockerfile(t, "ARG "+named(t, screaming)+"="+envValue(t))
}

func kubernetesEnv(t Text) string {
	return "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: billing\n" +
		"          env:\n            - name: PORT\n              value: \"8080\"\n" + above(t, "            ", "# ", "") +
		"            - name: " + named(t, screaming) + "\n              value: " + yamlDouble(t, "                ") + "\n"
}

func kubernetesSecret(t Text) string {
	return "apiVersion: v1\nkind: Secret\nmetadata:\n  name: billing\ntype: Opaque\nstringData:\n" + above(t, "  ", "# ", "") +
		"  " + named(t, kebab) + ": " + yamlDouble(t, "    ") + "\n"
}

// yamlDouble quotes every value of one line.
func yamlDouble(t Text, indent string) string {
	if several(t) {
		return yamlValue(t, indent)
	}
	return stringScalar(t)
}
