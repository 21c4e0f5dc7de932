package sample

import (
	"strings"
)

// quoted is a value as a string literal in double quotes, with the escapes that
// Go, Python, JavaScript, Java and C# share.
func quoted(s string) string { return `"` + backslashed(s, `"`) + `"` }

// joined is a value of several lines as one string literal per line.
func joined(s, indent string) string {
	lines := strings.SplitAfter(s, "\n")
	for i, line := range lines {
		lines[i] = quoted(line)
	}
	return strings.Join(lines, " +\n"+indent)
}

func golang(t Text) string {
	value := quoted(t.Value)
	if (several(t) || isJSON(t)) && !strings.Contains(t.Value, "`") {
		value = "`" + t.Value + "`"
	}
	return "package config\n\nimport \"time\"\n\nvar defaults = Config{\n\tTimeout: 5 * time.Second,\n" + above(t, "\t", "// ", "") +
		"\t" + named(t, pascal) + ": " + value + ",\n}\n"
}

func python(t Text) string {
	return "import os\n\nPORT = 8080\n" + above(t, "", "# ", "") + named(t, snake) + " = " + pythonValue(t) +
		"\n\n\ndef port():\n    return int(os.environ.get(\"PORT\", PORT))\n"
}

func pythonValue(t Text) string {
	if several(t) && !strings.Contains(t.Value, `"""`) {
		return `"""` + strings.ReplaceAll(t.Value, `\`, `\\`) + `"""`
	}
	if isJSON(t) && !strings.Contains(t.Value, "'") {
		return "'" + strings.ReplaceAll(t.Value, `\`, `\\`) + "'"
	}
	return quoted(t.Value)
}

func javascript(t Text) string {
	value := "'" + backslashed(t.Value, "'") + "'"
	if several(t) {
		value = "`" + strings.ReplaceAll(backslashed(strings.ReplaceAll(t.Value, "\n", "\x00"), "`$"), "\x00", "\n") + "`"
	}
	return "const http = require('node:http');\n\n" + above(t, "", "// ", "") +
		"const " + named(t, camel) + " = " + value + ";\n\nhttp.createServer().listen(8080);\n"
}

func typescript(t Text) string {
	value, kind := quoted(t.Value), "string"
	switch {
	case isJSON(t):
		value, kind = t.Value, "object"
	case several(t):
		value = joined(t.Value, "  ")
	}
	return "import { Injectable } from '@nestjs/common';\n\n" + above(t, "", "// ", "") +
		"export const " + named(t, camel) + ": " + kind + " = " + value + ";\n"
}

func java(t Text) string {
	value := quoted(t.Value)
	switch {
	case isJSON(t) && several(t):
		value = "\"\"\"\n" + indented(strings.ReplaceAll(t.Value, `\`, `\\`), "        ") + `"""`
	case several(t):
		value = joined(t.Value, "        ")
	}
	return "package dev.acme.billing;\n\nfinal class Config {\n    static final int PORT = 8080;\n" + above(t, "    ", "// ", "") +
		"    private static final String " + named(t, screaming) + " = " + value + ";\n}\n"
}

func csharp(t Text) string {
	value := quoted(t.Value)
	switch {
	case isJSON(t) && several(t):
		value = "\"\"\"\n" + t.Value + "\n\"\"\""
	case several(t):
		value = `@"` + strings.ReplaceAll(t.Value, `"`, `""`) + `"`
	}
	return "namespace Acme.Billing;\n\npublic static class Config\n{\n    public const int Port = 8080;\n" + above(t, "    ", "// ", "") +
		"    public const string " + named(t, pascal) + " = " + value + ";\n}\n"
}

func ruby(t Text) string {
	value := "'" + backslashed(t.Value, "'") + "'"
	if several(t) {
		value = "<<~'TEXT'\n" + indented(t.Value, "    ") + "\n  TEXT"
	}
	return "Acme.configure do |config|\n  config.port = 8080\n" + above(t, "  ", "# ", "") +
		"  config." + named(t, snake) + " = " + value + "\nend\n"
}

// phpString is a single-quoted string, which may hold line ends.
func phpString(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

func phpArray(t Text) string {
	return "<?php\n\nreturn [\n    'port' => 8080,\n" + above(t, "    ", "// ", "") +
		"    '" + named(t, snake) + "' => " + phpString(t.Value) + ",\n];\n"
}

func phpDefine(t Text) string {
	value := phpString(t.Value)
	if several(t) {
		value = "<<<'TEXT'\n" + t.Value + "\nTEXT"
	}
	return "<?php\n" + above(t, "", "// ", "") + "define('" + named(t, screaming) + "', " + value + ");\ndefine('PORT', 8080);\n"
}

// notebook is a Jupyter notebook: the lines of a Python cell, each a JSON
// string.
func notebook(t Text) string {
	cell := "import os\n" + above(t, "", "# ", "") + named(t, snake) + " = " + pythonValue(t) + "\nprint(os.getpid())"
	var b strings.Builder
	b.WriteString("{\n \"cells\": [\n  {\n   \"cell_type\": \"code\",\n   \"execution_count\": 1,\n   \"metadata\": {},\n   \"outputs\": [],\n   \"source\": [\n")
	lines := strings.SplitAfter(cell, "\n")
	for i, line := range lines {
		b.WriteString(`    "` + jsonBody(line) + `"`)
		if i < len(lines)-1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	b.WriteString("   ]\n  }\n ],\n \"metadata\": {},\n \"nbformat\": 4,\n \"nbformat_minor\": 5\n}\n")
	return b.String()
}
