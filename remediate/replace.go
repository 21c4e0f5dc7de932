package remediate

import (
	"cmp"
	"path"
	"strings"
	"unicode"

	"leakline/detectors"
	"leakline/scanner"
)

// replacement says how the program gets the new secret without the file: in the
// idiom of the file that held the old one.
func replacement(f *scanner.Finding, d *detectors.Detector) string {
	if f.Source != "" && f.Source != scanner.SourceBlob || expired(f) {
		return "" // no program reads it there, or removal says it
	}
	text := strings.ReplaceAll(idiom(f.Path), "NAME", variable(f, d))
	if f.Class == detectors.Cloud || f.Class == detectors.CICD {
		text += " Better: a role or workload identity, with no stored key."
	}
	return text
}

// idiom is the way of one kind of file; NAME stands for the variable.
func idiom(p string) string {
	base := strings.ToLower(path.Base(p))
	dirs := "/" + strings.ToLower(path.Dir(p)) + "/"
	for _, by := range []func(base, dirs string) string{pipelineIdiom, deployIdiom, toolIdiom} {
		if text := by(base, dirs); text != "" {
			return text
		}
	}
	return codeIdiom(base)
}

func has(s string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

func isYAML(base string) bool {
	return strings.HasSuffix(base, ".yml") || strings.HasSuffix(base, ".yaml")
}

// pipelineIdiom is for what runs on a build server.
func pipelineIdiom(base, dirs string) string {
	switch {
	case has(dirs, "/.github/workflows/") || base == "action.yml" || base == "action.yaml":
		return "Keep it as an Actions secret: ${{ secrets.NAME }}."
	case strings.HasPrefix(base, ".gitlab-ci"):
		return "Keep it as a masked, protected CI/CD variable: $NAME."
	case strings.HasPrefix(base, "jenkinsfile"):
		return "Keep it in Jenkins' credential store and use withCredentials."
	case has(dirs, "/.circleci/", "/.buildkite/") || isYAML(base) && has(base, "azure-pipelines", "bitbucket-pipelines", ".travis", ".drone", "cloudbuild"):
		return "Keep it as a secret variable of the pipeline: $NAME."
	}
	return ""
}

// deployIdiom is for what describes a deployment.
func deployIdiom(base, dirs string) string {
	switch {
	case strings.HasSuffix(base, ".tfstate"):
		return "Keep state out of git, in an encrypted remote backend."
	case strings.HasSuffix(base, ".tf") || strings.HasSuffix(base, ".tfvars") || strings.HasSuffix(base, ".hcl"):
		return "Use a sensitive variable or a secret store's data source."
	case has(base, "dockerfile", "containerfile"):
		return "Pass NAME when the container starts, or RUN --mount=type=secret to a build step: ARG and ENV stay in the image."
	case isYAML(base) && has(base, "compose"):
		return "Write ${NAME}, or use a Compose secret read from a file."
	case isYAML(base) && has(dirs, "/group_vars/", "/host_vars/", "/ansible/", "/playbooks/"):
		return "Encrypt it with ansible-vault, or look it up in a secret store."
	case isYAML(base) && (has(dirs, "/k8s/", "/kubernetes/", "/manifests/", "/helm/", "/charts/", "/kustomize/", "/overlays/", "/argocd/") || has(base, "values", "secret", "deployment")):
		return "Use secretKeyRef and a sealed Secret: base64 hides nothing."
	}
	return ""
}

// toolIdiom is for the configuration of particular tools.
func toolIdiom(base, _ string) string {
	switch {
	case base == ".env.example" || base == ".env.sample" || base == ".env.template":
		return "Leave the value empty here: this file is meant to be committed."
	case base == ".env" || strings.HasPrefix(base, ".env.") || strings.HasSuffix(base, ".env") || base == ".envrc":
		return "Keep this file out of git; deploy it from a secret store."
	case base == "mcp.json" || base == ".mcp.json" || strings.HasPrefix(base, "claude_desktop_config"):
		return "Refer to ${NAME} or to a prompted input instead."
	case base == ".npmrc":
		return "Write ${NAME} in .npmrc: npm reads it from the environment."
	case base == ".netrc" || base == "_netrc" || base == ".pgpass" || base == ".git-credentials" || base == ".pypirc" || base == ".htpasswd":
		return "Keep this file out of git; use a keyring or credential helper."
	case strings.HasPrefix(base, "appsettings") && strings.HasSuffix(base, ".json"):
		return "Leave it empty; use user secrets, the environment or a vault."
	case strings.HasPrefix(base, "application") && (isYAML(base) || strings.HasSuffix(base, ".properties")):
		return "Write ${NAME} and set it in the environment."
	case base == "master.key" || strings.HasPrefix(base, "credentials.yml") || base == "secrets.yml":
		return "Keep master.key out of git; use rails credentials:edit."
	}
	return ""
}

// codeIdiom is for source code and all else, by extension.
func codeIdiom(base string) string {
	read := ""
	switch path.Ext(base) {
	case ".py":
		read = `os.environ["NAME"]`
	case ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx":
		return "Read process.env.NAME, on the server: browsers hide nothing."
	case ".html", ".htm", ".vue", ".svelte", ".swift", ".dart", ".m":
		return "What browsers and apps get is public: call it from a server."
	case ".ipynb":
		return `Read os.environ["NAME"]; clear the outputs before a commit.`
	case ".go":
		read = `os.Getenv("NAME")`
	case ".rb", ".erb":
		read = `ENV.fetch("NAME")`
	case ".php":
		read = `getenv("NAME")`
	case ".java", ".kt", ".kts", ".scala", ".groovy", ".gradle":
		read = `System.getenv("NAME")`
	case ".cs", ".vb", ".fs":
		read = `Environment.GetEnvironmentVariable("NAME")`
	case ".rs":
		read = `std::env::var("NAME")`
	case ".c", ".h", ".cc", ".cpp", ".hpp":
		read = `getenv("NAME")`
	case ".ex", ".exs":
		read = `System.fetch_env!("NAME")`
	case ".sh", ".bash", ".zsh", ".fish":
		read = `"$NAME"`
	case ".ps1":
		read = "$env:NAME"
	case ".pem", ".key", ".p8", ".p12", ".pfx", ".jks", ".keystore", ".ppk":
		return "Keep the new key in a secret store or KMS, mounted at start."
	case ".md", ".rst", ".txt", ".adoc":
		return "Write a placeholder such as <NAME> in texts."
	default:
		return "Read NAME from the environment or a secret store."
	}
	return "Read " + read + ", set from a secret store."
}

// variable is the name of the environment variable to suggest: the name that the
// secret had, unless any secret could have it; else the one under which its kind is
// usually kept, else what its kind is called.
func variable(f *scanner.Finding, d *detectors.Detector) string {
	raw := cmp.Or(nameBefore(sourceOf(f)), f.Name)
	name := envName(raw)
	if name != "" && (!isVague(name) || name == raw && strings.Contains(name, "_")) {
		return name
	}
	kind := envName(d.Title)
	if isVague(kind) {
		kind = ""
	}
	return cmp.Or(envName(sampleName(d)), kind, name, "SECRET")
}

// isVague says that a variable's name says nothing of what it opens.
func isVague(name string) bool {
	for w := range strings.SplitSeq(name, "_") {
		switch w {
		case "API", "KEY", "KEYS", "TOKEN", "SECRET", "PASSWORD", "PASS", "PWD", "PASSPHRASE", "AUTH", "ACCESS", "CLIENT", "ID", "PRIVATE", "PEM",
			"AUTHORIZATION", "BEARER", "VALUE", "URL", "URI", "DSN", "DATA", "CREDENTIAL", "CREDENTIALS", "HEADER", "HEADERS", "CONNECTION", "STRING", "DEFAULT", "SINCE":
		default:
			if len(w) > 1 {
				return false
			}
		}
	}
	return true
}

// nameBefore is the name to which a line assigns a secret, or the text that the
// secret is a part of.
func nameBefore(s source) string {
	left := s.left
	if i := strings.LastIndex(left, "://"); i > 0 {
		left = strings.TrimRight(left[:i], "abcdefghijklmnopqrstuvwxyz0123456789+")
	}
	if name := assigned(left); name != "" {
		return name
	}
	q, ok := s.quoted("\"'`")
	if !ok {
		return ""
	}
	return assigned(s.left[:q.open+len(q.prefix)+len(q.sign)])
}

// assigned is the name to which a line assigns what follows, as it stands there; ""
// if it does not.
func assigned(left string) string {
	left = strings.TrimRight(left, " \t")
	bare := strings.TrimRight(left, "\"'`\\")
	if bare != left {
		bare = strings.TrimSuffix(bare, prefixOf(bare))
	} else if tag, ok := strings.CutSuffix(bare, ">"); ok { // XML
		name, _, _ := strings.Cut(tag[strings.LastIndexByte(tag, '<')+1:], " ")
		return name
	}
	bare = strings.TrimRight(bare, " \t")
	for _, sign := range []string{":=", "=>", "<-", "=", ":"} {
		rest, ok := strings.CutSuffix(bare, sign)
		if !ok {
			continue
		}
		if i := strings.LastIndexByte(rest, ':'); sign == "=" && i > 0 && strings.Trim(rest[i+1:], " &<>'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
			rest = rest[:i] // the name stands before its type
		}
		rest = strings.TrimRight(rest, " \t?+:\"'\\])")
		i := len(rest)
		for i > 0 && (isWordByte(rest[i-1]) || rest[i-1] == '-') {
			i--
		}
		return strings.TrimLeft(rest[i:], "-")
	}
	return ""
}

func sampleName(d *detectors.Detector) string {
	if len(d.Samples) == 0 {
		return ""
	}
	return d.Samples[0].Name
}

// envName turns a name of any style into one of an environment variable:
// "openai.apiKey" gives OPENAI_API_KEY. A name with nothing to keep gives "".
func envName(name string) string {
	const most = 60
	var b strings.Builder
	low := false // the last character was a lower-case letter or a digit
	for _, r := range name {
		switch {
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			if unicode.IsUpper(r) && low {
				b.WriteByte('_')
			}
			b.WriteRune(unicode.ToUpper(r))
			low = !unicode.IsUpper(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
			low = false
		}
		if b.Len() >= most {
			break
		}
	}
	v := strings.Trim(b.String(), "_")
	if v == "" || v[0] >= '0' && v[0] <= '9' {
		return ""
	}
	return v
}
