package inventory

import (
	"bytes"
	"cmp"
	"strings"

	"leakline/detectors"
)

// templateWords are texts of which one stands in every template that makes a principal.
var templateWords = [][]byte{[]byte("AWS::"), []byte("type: aws:iam"), []byte("type: gcp:"), []byte("type: azure-native:")}

// template reads the principals of CloudFormation and SAM, of the Serverless Framework
// and of Pulumi in YAML.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
// https://www.serverless.com/framework/docs/providers/aws/guide/iam
// https://www.pulumi.com/docs/iac/languages-sdks/yaml/
func template(f *file) []block {
	any := f.ext != ".json" && strings.HasPrefix(f.base, "serverless")
	for _, w := range templateWords {
		any = any || bytes.Contains(f.data, w)
	}
	if !any {
		return nil
	}
	t := &templateReader{f: f, at: map[string]int{}, denied: map[int]bool{}}
	walk := walkYAML
	if f.ext == ".json" || len(bytes.TrimSpace(f.data)) > 0 && bytes.TrimSpace(f.data)[0] == '{' {
		walk = walkJSON
	}
	walk(f.data, t.visit)
	return t.blocks()
}

// templateReader reads one template.
type templateReader struct {
	f      *file
	found  []block
	at     map[string]int // index into found, by key
	types  []string       // of each block of found
	denied map[int]bool   // containers that forbid
	in     []held         // what is granted, until it is known what forbids
	open   []int          // by depth, the number of the latest container
	count  int
	name   string // of the service
}

// held is a value of a block that may grant something or refer to another.
type held struct {
	block, container int
	path             []string
	value            string
	pos              int
}

// visit takes one value; one without text is a container, or begins one.
func (t *templateReader) visit(path []string, value string, pos int) {
	n := len(path)
	for len(t.open) <= n {
		t.open = append(t.open, 0)
	}
	if value == "" {
		t.count++
		t.open[n] = t.count
	}
	parent := 0
	if n > 0 {
		parent = t.open[n-1]
	}
	last := ""
	if n > 0 {
		last = path[n-1]
	}
	if n == 1 && last == "service" && value != "" {
		t.name = value
	}
	key, kind, rest := t.place(path, pos)
	if key == "" {
		return
	}
	i, ok := t.at[key]
	if !ok {
		i = len(t.found)
		t.at[key] = i
		t.found = append(t.found, block{scope: t.f.path, key: key, path: t.f.path, line: t.f.line(pos), text: kind})
		t.types = append(t.types, kind)
	}
	switch {
	case len(rest) == 1 && strings.EqualFold(rest[0], "type"):
		t.types[i] = value
	case strings.EqualFold(last, "effect") && strings.EqualFold(value, "deny"):
		t.denied[parent] = true
	case labels[last] && len(rest) <= 2 && value != "" && !strings.ContainsAny(value, "!${}[") && t.found[i].label == "":
		t.found[i].label = value
	case value != "":
		t.in = append(t.in, held{i, parent, path, value, pos})
	}
}

var labels = map[string]bool{"RoleName": true, "UserName": true, "FunctionName": true, "accountId": true, "displayName": true}

// place says of which block of a template a value is: its key, its kind if its place
// says it, and the path within it.
func (t *templateReader) place(path []string, pos int) (key, kind string, rest []string) {
	n := len(path)
	for i := 0; i < n-1 && i < 3; i++ {
		if path[i] == "Resources" || path[i] == "resources" && (i == 0 && n > 1 && path[1] != "Resources") {
			return path[i+1], "", path[i+2:]
		}
	}
	switch {
	case n > 1 && path[0] == "provider" && path[1] == "iamRoleStatements":
		return "provider", "role", path[2:]
	case n > 2 && path[0] == "provider" && path[1] == "iam" && path[2] == "role":
		return "provider", "role", path[3:]
	case n > 2 && path[0] == "functions" && (path[2] == "iamRoleStatements" || path[2] == "iam"):
		return path[1], "role", path[2:]
	case n > 1 && path[0] == "variables": // of Pulumi
		return path[1], "document", path[2:]
	}
	return "", "", nil
}

// templateKind says what a resource of a type is to principals.
func templateKind(kind string) blockKind {
	switch kind {
	case "role", "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group", "AWS::Serverless::Function", "AWS::Serverless::StateMachine", "aws:iam:Role", "aws:iam:User", "aws:iam/role:Role",
		"gcp:serviceaccount:Account", "gcp:serviceAccount:Account", "azure-native:managedidentity:UserAssignedIdentity":
		return principal
	case "document", "AWS::IAM::ManagedPolicy", "aws:iam:Policy", "aws:iam/policy:Policy":
		return document
	case "AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy", "AWS::IAM::UserToGroupAddition":
		return link
	}
	switch {
	case strings.HasPrefix(kind, "aws:iam"), strings.HasPrefix(kind, "gcp:projects:IAM"), strings.HasPrefix(kind, "azure-native:authorization:RoleAssignment"):
		return link
	}
	return other
}

// ofMember are members of a resource that say to whom it grants.
var ofMember = map[string]bool{
	"Roles": true, "Users": true, "Groups": true, "RoleName": true, "UserName": true, "GroupName": true, "role": true, "roles": true, "user": true, "users": true,
	"member": true, "members": true, "principalId": true,
}

// blocks gives the blocks of a template that was read.
func (t *templateReader) blocks() []block {
	for i := range t.found {
		t.found[i].kind = templateKind(t.types[i])
		t.found[i].text = cmp.Or(t.types[i], t.found[i].text)
		if t.found[i].key == "provider" && t.found[i].label == "" {
			t.found[i].label = t.name
		}
	}
	for _, h := range t.in {
		b := &t.found[h.block]
		grants := !t.denied[h.container] && !strings.Contains(h.value, "Effect: Deny")
		for _, p := range h.path {
			grants = grants && !strings.EqualFold(p, "NotAction") && p != "PermissionsBoundary" && p != "AssumeRolePolicyDocument"
		}
		if grants {
			granted([]byte(h.value), func(l detectors.Layer, what string, _ int) {
				b.grants = append(b.grants, Part{Kind: Principal, Layer: l, Path: t.f.path, Line: t.f.line(h.pos), Text: what})
			})
		}
		member := false
		for _, p := range h.path[min(len(h.path), 2):] {
			member = member || ofMember[p]
		}
		for _, w := range strings.FieldsFunc(h.value, func(r rune) bool { return r > 127 || !isWord(byte(r)) || r == '$' }) {
			if k, ok := t.at[w]; ok && k != h.block {
				b.refs = append(b.refs, w)
				if member {
					b.of = append(b.of, w)
				}
			}
		}
	}
	out := t.found[:0]
	for _, b := range t.found {
		if b.kind != other || len(b.grants) > 0 {
			out = append(out, b)
		}
	}
	return out
}

// walkYAML calls a function with every member and element of a YAML document, as
// walkJSON does: one that holds others has no value. What stands in flow style is one
// value, and what templates write between braces is a text.
func walkYAML(data []byte, found func(path []string, value string, pos int)) {
	const deepest = 64
	type level struct {
		indent int
		path   []string
	}
	var open []level
	path := func(indent int) []string {
		for len(open) > 0 && open[len(open)-1].indent >= indent {
			open = open[:len(open)-1]
		}
		if len(open) == 0 {
			return nil
		}
		return open[len(open)-1].path
	}
	for pos := 0; pos < len(data); {
		end := len(data)
		if i := bytes.IndexByte(data[pos:], '\n'); i >= 0 {
			end = pos + i
		}
		line, at := string(data[pos:end]), pos
		pos = end + 1
		if len(line) > 4<<10 {
			continue
		}
		text := strings.TrimLeft(line, " ")
		indent := len(line) - len(text)
		if text == "" || text[0] == '#' || strings.HasPrefix(text, "{{") || text == "---" {
			if text == "---" {
				open = open[:0]
			}
			continue
		}
		above := path(indent + 1)
		for strings.HasPrefix(text, "- ") || text == "-" { // an element: it belongs to the key above it
			for len(open) > 0 && open[len(open)-1].indent > indent {
				open = open[:len(open)-1]
			}
			above = nil
			if len(open) > 0 {
				above = open[len(open)-1].path
			}
			found(above, "", at+indent)
			rest := strings.TrimLeft(text[1:], " ")
			indent += len(text) - len(rest)
			text = rest
		}
		if text == "" {
			continue
		}
		key, value, ok := cutKey(text)
		if !ok {
			if v := scalar(text); v != "" {
				found(above, v, at+indent)
			}
			continue
		}
		above = path(indent)
		if len(above) >= deepest {
			continue
		}
		here := append(above[:len(above):len(above)], key)
		v := scalar(value)
		found(here, v, at+indent)
		open = append(open, level{indent, here})
	}
}

// cutKey cuts a line of YAML at the colon behind its key.
func cutKey(text string) (key, value string, ok bool) {
	if text[0] == '"' || text[0] == '\'' {
		i := strings.IndexByte(text[1:], text[0])
		if i < 0 || !strings.HasPrefix(text[i+2:], ":") {
			return "", "", false
		}
		return text[1 : i+1], text[i+3:], true
	}
	for i := range len(text) {
		if text[i] == ':' && (i+1 == len(text) || text[i+1] == ' ') {
			return text[:i], text[i+1:], strings.IndexByte("{[!&*|>", text[0]) < 0
		}
	}
	return "", "", false
}

// scalar is a value of YAML without its comment, its quotes and what introduces a block.
func scalar(value string) string {
	value = strings.TrimSpace(value)
	if i := strings.Index(value, " #"); i >= 0 && !strings.ContainsAny(value[:1], "\"'") {
		value = strings.TrimSpace(value[:i])
	}
	if strings.HasPrefix(value, "#") {
		return ""
	}
	switch value {
	case "", "|", ">", "|-", ">-", "|+", ">+":
		return ""
	}
	if strings.HasPrefix(value, "!") && !strings.Contains(value, " ") { // a tag of what follows
		return ""
	}
	return strings.Trim(value, "\"'")
}
