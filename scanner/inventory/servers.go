package inventory

import (
	"bytes"
	"path"
	"strings"

	"leakline/detectors"
)

// servers finds the servers of tools that configurations of AI agents start or call
// (Model Context Protocol): a member of "mcpServers", of "servers" in VS Code's mcp.json,
// of "mcp" in opencode.json, or a table [mcp_servers.NAME] of Codex.
func (r *Reader) servers(f *file, add func(Sighting)) {
	switch {
	case f.ext == ".toml":
		eachLine(f.data, func(line string, pos int) {
			name, ok := strings.CutPrefix(line, "[mcp_servers.")
			if name, ok2 := strings.CutSuffix(tomlUncomment(name), "]"); ok && ok2 && !strings.Contains(name, ".") {
				add(Sighting{Kind: Server, Layer: detectors.AIPlatform, Name: strings.Trim(name, `"`), How: ByConfig, Line: f.line(pos)})
			}
		})
	case f.ext == ".json" || f.ext == ".jsonc":
		r.serversJSON(f, add)
	}
}

func (r *Reader) serversJSON(f *file, add func(Sighting)) {
	top := mcpMember(f)
	if top == "" {
		return
	}
	at := map[string]int{} // index into found
	var found []Sighting
	command := map[string]string{}
	walkJSON(f.data, func(p []string, value string, pos int) {
		i := len(p) - 1
		for i >= 0 && p[i] != top {
			i--
		}
		if i < 0 || i+1 >= len(p) {
			return
		}
		name := p[i+1]
		rest := p[i+2:]
		key := strings.Join(p[:i+2], "\x00")
		n, ok := at[key]
		switch {
		case len(rest) == 0:
			if !ok {
				at[key] = len(found)
				found = append(found, Sighting{Kind: Server, Layer: detectors.AIPlatform, Name: name, How: ByConfig, Line: f.line(pos)})
			}
		case !ok:
		case len(rest) == 1 && (rest[0] == "url" || rest[0] == "serverUrl" || rest[0] == "httpUrl"):
			found[n].Text = hostOf(value)
		case len(rest) == 1 && rest[0] == "command" && value != "":
			command[key] = path.Base(value)
		case len(rest) == 1 && (rest[0] == "args" || rest[0] == "command") && found[n].Text == "" && value != "":
			found[n].Text = serverPackage(command[key], value)
		}
	})
	for _, s := range found {
		add(s)
	}
}

// mcpMember is the member of a file's document that holds servers, "" if it has none.
func mcpMember(f *file) string {
	switch {
	case bytes.Contains(f.data, []byte(`"mcpServers"`)):
		return "mcpServers"
	case f.base == "mcp.json" && bytes.Contains(f.data, []byte(`"servers"`)):
		return "servers"
	case strings.HasPrefix(f.base, "opencode.json") && bytes.Contains(f.data, []byte(`"mcp"`)):
		return "mcp"
	case bytes.Contains(f.data, []byte(`"context_servers"`)):
		return "context_servers"
	}
	return ""
}

var (
	hostForm    = compile(`^[a-z]+://(?:[^/@\s]*@)?([A-Za-z0-9.-]+)`)
	packageForm = compile(`^(?:@[a-z0-9][a-z0-9._-]*/)?[a-z][a-z0-9._-]{1,60}(?:/[a-z0-9][a-z0-9._-]{1,60})?(?:@[a-z0-9.^~-]{1,20}|:[a-z0-9._-]{1,30})?$`)
)

// hostOf is the host of an address; what else stands in one may be secret.
func hostOf(address string) string {
	if m := hostForm.FindStringSubmatch(address); m != nil {
		return m[1]
	}
	return ""
}

// serverPackage is an argument that names what a runner of packages starts; any other
// argument may be secret.
func serverPackage(runner, arg string) string {
	switch runner {
	case "npx", "uvx", "bunx", "pipx", "docker", "pnpm", "uv", "npx.cmd", "bun", "deno":
		if packageForm.MatchString(arg) && (arg[0] == '@' || strings.Contains(arg, "mcp") || strings.Contains(arg, "server")) {
			return arg
		}
	}
	return ""
}
