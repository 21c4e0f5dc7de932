package boundary

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"leakline/scanner/inventory"
	apps "leakline/testdata/boundary"
)

// sight reads an application's files as they are in a tree.
func sight(t *testing.T, files map[string]string) []inventory.Sighting {
	t.Helper()
	r, err := inventory.NewReader()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		r.Read(name, []byte(text))
	}
	out, _ := r.Sightings()
	return out
}

// The forty applications break these rules where their truths say so, and nowhere else.
func TestCodeRulesOnTheApplications(t *testing.T) {
	all, err := apps.Load("")
	if err != nil {
		t.Fatal(err)
	}
	var mine []string
	for _, r := range codeRules {
		mine = append(mine, r.ID)
	}
	planted := 0
	for _, a := range all {
		files := map[string]string{}
		for _, n := range a.Names() {
			text, err := a.Expand(n)
			if err != nil {
				t.Fatal(err)
			}
			files[n] = string(text)
		}
		in := &Input{Sightings: sight(t, files)}
		var got, want []string
		for _, r := range codeRules {
			for _, v := range r.Find(in, &Map{}) {
				got = append(got, fmt.Sprintf("%s %s:%d", r.ID, v.At.Path, v.At.Line))
				for _, w := range v.Also {
					got = append(got, fmt.Sprintf("%s also %s:%d", r.ID, w.Path, w.Line))
				}
			}
		}
		for _, v := range a.Truth.Violations {
			if slices.Contains(mine, v.Rule) {
				want = append(want, v.Rule+" "+v.At)
				for _, w := range v.Also {
					want = append(want, v.Rule+" also "+w)
				}
				planted++
			}
		}
		// What else it names is more than a truth lists: the route behind an opening.
		got = slices.DeleteFunc(got, func(g string) bool { return strings.Contains(g, " also ") && !slices.Contains(want, g) })
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: found %q, want %q", a.Name, got, want)
		}
	}
	if planted < 8 {
		t.Errorf("%d violations are planted, want 8", planted)
	}
}

// What looks like a breach of these rules and is none, and the same with one line
// changed.
func TestCodeRulesNearMisses(t *testing.T) {
	const (
		app     = "const app = express();\napp.get(\"/me\", requireUser, me);\n"
		chat    = "async (req, res) => { res.json(await openai.chat.completions.create({ model: \"m\" })); }"
		judge   = "async (req, res) => { const m = await openai.moderations.create({ input: req.body.q }); if (m.results[0].flagged) return res.status(403).end(); res.json(await openai.chat.completions.create({ model: \"m\" })); }"
		role    = "resource \"aws_iam_role\" \"a\" {\n  name = \"a\"\n}\nresource \"aws_iam_role_policy\" \"a\" {\n  role   = aws_iam_role.a.id\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = [\"bedrock:InvokeModel\", \"%s\"] }] })\n}\n"
		routes  = "Rails.application.routes.draw do\n  namespace :scim do\n    scope \"v2\" do\n      resources :users, path: \"Users\", only: %%i[%s]\n    end\n  end\nend\n"
		control = "class Scim::UsersController < ActionController::API\n  def create\n    render json: User.create!(email: params[:userName])\n  end\n%send\n"
	)
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"an open route":                        {map[string]string{"package.json": "{}", "a.js": app + "app.post(\"/chat\", " + chat + ");\n"}, []string{"ai-route-without-identity"}},
		"a guarded route":                      {map[string]string{"package.json": "{}", "a.js": app + "app.post(\"/chat\", requireUser, " + chat + ");\n"}, nil},
		"an open route, judged":                {map[string]string{"package.json": "{}", "a.js": app + "app.post(\"/chat\", " + judge + ");\n"}, []string{"safety-instead-of-authentication"}},
		"a guarded route, judged, too":         {map[string]string{"package.json": "{}", "a.js": app + "app.post(\"/chat\", requireUser, " + judge + ");\n"}, nil},
		"nobody is asked anywhere: a question": {map[string]string{"package.json": "{}", "a.js": "const app = express();\napp.post(\"/chat\", " + chat + ");\n"}, nil},
		"another application asks":             {map[string]string{"chat/package.json": "{}", "shop/package.json": "{}", "shop/a.js": app, "chat/a.js": "const app = express();\napp.post(\"/chat\", " + chat + ");\n"}, nil},
		"one role for both":                    {map[string]string{"a.tf": fmt.Sprintf(role, "cognito-idp:AdminDeleteUser")}, []string{"principal-opens-both"}},
		"one role that only looks people up":   {map[string]string{"a.tf": fmt.Sprintf(role, "cognito-idp:AdminGetUser")}, nil},
		"people come in":                       {map[string]string{"Gemfile": "", "config/routes.rb": fmt.Sprintf(routes, "index create"), "app/controllers/scim/users_controller.rb": fmt.Sprintf(control, "")}, []string{"scim-without-deprovisioning"}},
		"people come in and go out":            {map[string]string{"Gemfile": "", "config/routes.rb": fmt.Sprintf(routes, "index create destroy"), "app/controllers/scim/users_controller.rb": fmt.Sprintf(control, "  def destroy\n    User.find(params[:id]).destroy!\n  end\n")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			in := &Input{Sightings: sight(t, c.files)}
			var got []string
			for _, r := range codeRules {
				for _, v := range r.Find(in, &Map{}) {
					got = append(got, r.ID)
					if v.Why == "" || v.At.Path == "" || v.At.Line == 0 || len(v.Layers) == 0 {
						t.Errorf("%+v is not whole", v)
					}
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

// The place of a violation is the line of the route, if the word that opens it is of the
// route's own statement; what judges a text is named by the condition that decides.
func TestPlacesOfOpenRoutes(t *testing.T) {
	const (
		group = "public static class E {\n  public static void MapE(this WebApplication app) {\n    var g = app.MapGroup(\"/e\").RequireAuthorization();\n"
		hono  = "import { mild } from \"./screen\";\nconst app = new Hono();\napp.use(\"/in/*\", jwt({ secret }));\napp.get(\"/in/me\", me);\napp.post(\"/try\", mild, async (c) => c.json(await openai.chat.completions.create({})));\n"
		mild  = "export const mild = createMiddleware(async (c, next) => {\n  const v = await openai.moderations.create({ input: c.req.q });\n"
	)
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"behind the route's own function": {
			map[string]string{"a.csproj": "<Project/>", "E.cs": group + "    g.MapPost(\"/ask\", async (IChatClient chat, string q) =>\n    {\n      return await ai.GetChatClient(\"m\").CompleteChatAsync(q);\n    }).AllowAnonymous();\n  }\n}\n"},
			"E.cs:4 E.cs:7",
		},
		"in the route's own line": {
			map[string]string{"a.csproj": "<Project/>", "E.cs": group + "    g.MapPost(\"/ask\", async (string q) => await ai.GetChatClient(\"m\").CompleteChatAsync(q)).AllowAnonymous();\n  }\n}\n"},
			"E.cs:4",
		},
		"at the class of several routes": {
			map[string]string{"a.csproj": "<Project/>", "Chat.cs": "[AllowAnonymous]\n[Route(\"chat\")]\npublic class ChatController : ControllerBase\n{\n  [HttpPost(\"ask\")]\n  public async Task<string> Ask(string q) { return await ai.GetChatClient(\"m\").CompleteChatAsync(q); }\n}\n"},
			"Chat.cs:1 Chat.cs:5",
		},
		"a condition decides":                {map[string]string{"package.json": "{}", "app.js": hono, "screen.js": mild + "  if (v.results[0].flagged) {\n    log(\"no\");\n    return c.json({}, 403);\n  }\n  await next();\n});\n"}, "app.js:5 screen.js:3"},
		"a condition of several lines does":  {map[string]string{"package.json": "{}", "app.js": hono, "screen.js": mild + "  if (\n    v.results[0].flagged\n  ) {\n    return c.json({}, 403);\n  }\n  await next();\n});\n"}, "app.js:5 screen.js:3"},
		"a condition before it says nothing": {map[string]string{"package.json": "{}", "app.js": hono, "screen.js": "export const mild = async (c, next) => {\n  if (c.req.q) {\n    const v = await openai.moderations.create({ input: c.req.q });\n    return v.results[0].flagged ? c.json({}, 403) : next();\n  }\n};\n"}, "app.js:5 screen.js:4"},
		"it answers what it was told":        {map[string]string{"package.json": "{}", "app.js": hono, "screen.js": mild + "  if (v.error) throw v.error;\n  return v.results[0].flagged ? c.json({}, 403) : next();\n});\n"}, "app.js:5 screen.js:4"},
	} {
		t.Run(name, func(t *testing.T) {
			in := &Input{Sightings: sight(t, c.files)}
			var got []string
			for _, v := range append(openRoutes(in, false), openRoutes(in, true)...) {
				for _, w := range append([]Where{v.At}, v.Also...) {
					got = append(got, fmt.Sprintf("%s:%d", w.Path, w.Line))
				}
			}
			if got := strings.Join(got, " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
