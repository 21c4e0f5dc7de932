package inventory

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	apps "leakline/testdata/boundary"
)

// tree reads files and gives, for each route that reaches a model, whether it is
// guarded, open or neither, and whether its content is judged.
func readRoutes(t *testing.T, files map[string]string) []string {
	t.Helper()
	all := sightingsOf(t, files)
	var out []string
	for _, s := range all {
		if s.Kind != Route {
			continue
		}
		is := "unknown"
		judged := ""
		for _, p := range s.Parts {
			switch p.Kind {
			case Guard:
				is = "guarded"
			case Opening, Elsewhere:
				is = "open"
			case Safety:
				judged = " judged"
			}
		}
		out = append(out, fmt.Sprintf("%s:%d %s%s", s.Path, s.Line, is, judged))
	}
	slices.Sort(out)
	return out
}

const (
	jsModel  = "await openai.chat.completions.create({ model: \"m\", messages: req.body.messages })"
	pyModel  = "client.chat.completions.create(model=\"m\", messages=turn)"
	goModel  = "ai.Chat.Completions.New(r.Context(), openai.ChatCompletionNewParams{})"
	phpModel = "OpenAI::chat()->create(['model' => 'm'])"
	csModel  = "await ai.GetChatClient(\"m\").CompleteChatAsync(q)"
)

// Routes that reach a model, in the frameworks that are read: with the check that each
// knows, and without it beside a route that has one.
func TestRoutesThatReachAModel(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"express, guard in the route":        {map[string]string{"package.json": "{}", "app.js": "const app = express();\napp.post(\"/chat\", requireUser, async (req, res) => { res.json(" + jsModel + "); });\n"}, "app.js:2 guarded"},
		"express, no guard beside one":       {map[string]string{"package.json": "{}", "app.js": "const app = express();\napp.get(\"/me\", requireUser, me);\napp.post(\"/chat\", async (req, res) => { res.json(" + jsModel + "); });\n"}, "app.js:3 open"},
		"express, guard for all before":      {map[string]string{"package.json": "{}", "app.js": "const app = express();\napp.use(requireUser);\napp.post(\"/chat\", async (req, res) => { res.json(" + jsModel + "); });\n"}, "app.js:3 guarded"},
		"express, guard for all comes after": {map[string]string{"package.json": "{}", "app.js": "const app = express();\napp.post(\"/chat\", async (req, res) => { res.json(" + jsModel + "); });\napp.use(requireUser);\napp.get(\"/me\", requireUser, me);\n"}, "app.js:2 open"},
		"express, a session is no check":     {map[string]string{"package.json": "{}", "app.js": "const app = express();\napp.use(session({ secret: process.env.S }), cookieParser());\napp.get(\"/me\", requireUser, me);\napp.post(\"/chat\", async (req, res) => { res.json(" + jsModel + "); });\n"}, "app.js:4 open"},
		"express, router in a file that is mounted behind a guard": {map[string]string{
			"package.json": "{}", "app.js": "import chat from \"./chat.js\";\nconst app = express();\napp.use(\"/api\", requireUser, chat);\n",
			"chat.js": "const router = express.Router();\nrouter.post(\"/chat\", async (req, res) => { res.json(" + jsModel + "); });\nexport default router;\n",
		}, "chat.js:2 guarded"},
		"express, nothing asks anybody": {map[string]string{"package.json": "{}", "app.js": "const app = express();\napp.post(\"/chat\", async (req, res) => { res.json(" + jsModel + "); });\n"}, "app.js:2 unknown"},
		"next, its own check":           {map[string]string{"package.json": "{}", "app/api/chat/route.ts": "export async function POST(req: Request) {\n  const session = await getServerSession();\n  return streamText({ model });\n}\n"}, "app/api/chat/route.ts:1 guarded"},
		"next, a matcher that leaves it out": {map[string]string{
			"package.json": "{}", "middleware.ts": "export default clerk(async (auth) => { await auth.protect(); });\nexport const config = { matcher: [\"/((?!api|_next).*)\"] };\n",
			"app/api/chat/route.ts": "export async function POST(req: Request) {\n  return streamText({ model });\n}\n",
			"app/api/me/route.ts":   "export async function GET() {\n  const { userId } = await auth();\n  return userId;\n}\n",
		}, "app/api/chat/route.ts:1 open"},
		"next, a matcher that covers it": {map[string]string{
			"package.json": "{}", "middleware.ts": "export default clerk(async (auth) => { await auth.protect(); });\nexport const config = { matcher: [\"/api/:path*\"] };\n",
			"app/api/chat/route.ts": "export async function POST(req: Request) {\n  return streamText({ model });\n}\n",
		}, "app/api/chat/route.ts:1 guarded"},
		"nest, class guard":   {map[string]string{"package.json": "{}", "chat.controller.ts": "@Controller('chat')\n@UseGuards(AuthGuard)\nexport class ChatController {\n  @Post('ask')\n  async ask(@Body() req) {\n    return " + jsModel + ";\n  }\n}\n"}, "chat.controller.ts:4 guarded"},
		"fastapi, dependency": {map[string]string{"pyproject.toml": "", "main.py": "app = FastAPI()\n\n@app.post(\"/chat\")\nasync def chat(turn: list, user = Depends(get_current_user)):\n    return " + pyModel + "\n"}, "main.py:3 guarded"},
		"fastapi, the data base is no dependency that asks": {map[string]string{"pyproject.toml": "", "main.py": "app = FastAPI()\n\n@app.get(\"/me\")\ndef me(user = Depends(get_current_user)):\n    return user\n\n@app.post(\"/chat\")\nasync def chat(turn: list, session: Session = Depends(get_session)):\n    return " + pyModel + "\n"}, "main.py:7 open"},
		"flask, blueprint": {map[string]string{"requirements.txt": "", "a.py": "bp = Blueprint(\"a\", __name__)\n\n@bp.before_request\ndef only():\n    if \"who\" not in session:\n        abort(403)\n\n@bp.post(\"/chat\")\ndef chat():\n    return " + pyModel + "\n"}, "a.py:8 guarded"},
		"flask, decorator": {map[string]string{"requirements.txt": "", "a.py": "@app.route(\"/chat\", methods=[\"POST\"])\n@login_required\ndef chat():\n    return " + pyModel + "\n"}, "a.py:1 guarded"},
		"django, mixin": {map[string]string{
			"requirements.txt": "", "urls.py": "urlpatterns = [path(\"chat\", views.ChatView.as_view())]\n",
			"views.py": "class ChatView(LoginRequiredMixin, View):\n    def post(self, request):\n        return JsonResponse(" + pyModel + ")\n",
		}, "urls.py:1 guarded"},
		"rails, skipped": {map[string]string{
			"Gemfile": "", "app/controllers/application_controller.rb": "class ApplicationController < ActionController::Base\n  before_action :authenticate_user!\nend\n",
			"app/controllers/chats_controller.rb": "class ChatsController < ApplicationController\n  skip_before_action :authenticate_user!, only: :create\n\n  def create\n    client.chat(parameters: { model: \"m\" })\n  end\nend\n",
		}, "app/controllers/chats_controller.rb:4 open"},
		"rails, another action is skipped": {map[string]string{
			"Gemfile": "", "app/controllers/application_controller.rb": "class ApplicationController < ActionController::Base\n  before_action :authenticate_user!\nend\n",
			"app/controllers/chats_controller.rb": "class ChatsController < ApplicationController\n  skip_before_action :authenticate_user!, only: :index\n\n  def create\n    client.chat(parameters: { model: \"m\" })\n  end\nend\n",
		}, "app/controllers/chats_controller.rb:4 guarded"},
		"rails, a parent that nobody sees": {map[string]string{
			"Gemfile": "", "app/controllers/chats_controller.rb": "class ChatsController < Devise::AdminController\n  def create\n    client.chat(parameters: { model: \"m\" })\n  end\nend\n",
		}, "app/controllers/chats_controller.rb:2 unknown"},
		"gin, group":          {map[string]string{"go.mod": "module x", "main.go": "package main\n\nfunc main() {\n\tr := gin.Default()\n\tg := r.Group(\"/api\", AuthRequired())\n\tg.POST(\"/chat\", func(c *gin.Context) { " + goModel + " })\n}\n"}, "main.go:6 guarded"},
		"chi, beside a group": {map[string]string{"go.mod": "module x", "main.go": "package main\n\nfunc main() {\n\tr := chi.NewRouter()\n\tr.Group(func(p chi.Router) {\n\t\tp.Use(authenticate)\n\t\tp.Get(\"/me\", me)\n\t})\n\tr.Post(\"/chat\", func(w http.ResponseWriter, r *http.Request) { " + goModel + " })\n}\n\nfunc me(w http.ResponseWriter, r *http.Request) { _ = r.Header.Get(\"Authorization\") }\n"}, "main.go:9 open"},
		"go, around the mux":  {map[string]string{"go.mod": "module x", "main.go": "package main\n\nfunc main() {\n\tmux := http.NewServeMux()\n\tmux.HandleFunc(\"POST /chat\", func(w http.ResponseWriter, r *http.Request) { " + goModel + " })\n\thttp.ListenAndServe(\":80\", requireLogin(mux))\n}\n"}, "main.go:5 guarded"},
		"spring, permitted": {map[string]string{
			"pom.xml": "", "src/main/java/a/Chat.java": "@RestController\nclass Chat {\n  @PostMapping(\"/chat\")\n  String chat(String q) { return openai.chat().completions().create(q); }\n}\n",
			"src/main/java/a/Sec.java": "class Sec {\n  SecurityFilterChain chain(HttpSecurity http) {\n    return http.authorizeHttpRequests(a -> a\n      .requestMatchers(\"/chat\").permitAll()\n      .anyRequest().authenticated()).build();\n  }\n}\n",
		}, "src/main/java/a/Chat.java:3 open"},
		"spring, an earlier rule decides": {map[string]string{
			"pom.xml": "", "src/main/java/a/Chat.java": "@RestController\nclass Chat {\n  @PostMapping(\"/chat\")\n  String chat(String q) { return openai.chat().completions().create(q); }\n}\n",
			"src/main/java/a/Sec.java": "class Sec {\n  SecurityFilterChain chain(HttpSecurity http) {\n    return http.authorizeHttpRequests(a -> a\n      .requestMatchers(\"/chat/**\").hasRole(\"USER\")\n      .anyRequest().permitAll()).build();\n  }\n}\n",
		}, "src/main/java/a/Chat.java:3 guarded"},
		"asp.net, beside one that asks":        {map[string]string{"a.csproj": "", "Program.cs": "var app = builder.Build();\napp.MapGet(\"/me\", (ClaimsPrincipal p) => p.Name).RequireAuthorization();\napp.MapPost(\"/chat\", async (string q) => " + csModel + ");\n"}, "Program.cs:3 open"},
		"asp.net, group":                       {map[string]string{"a.csproj": "", "Program.cs": "var app = builder.Build();\nvar g = app.MapGroup(\"/api\").RequireAuthorization();\ng.MapPost(\"/chat\", async (string q) => " + csModel + ");\n"}, "Program.cs:3 guarded"},
		"asp.net, controller":                  {map[string]string{"a.csproj": "", "Chat.cs": "[ApiController]\n[Authorize]\npublic class Chat : ControllerBase\n{\n    [HttpPost(\"chat\")]\n    public async Task<string> Ask(string q) { return " + csModel + "; }\n}\n"}, "Chat.cs:5 guarded"},
		"laravel, group by array":              {map[string]string{"composer.json": "{}", "routes/api.php": "<?php\nRoute::group(['middleware' => ['auth']], function () {\n    Route::post('/chat', function () { return " + phpModel + "; });\n});\n"}, "routes/api.php:3 guarded"},
		"laravel, outside of the group":        {map[string]string{"composer.json": "{}", "routes/api.php": "<?php\nRoute::middleware('auth')->group(function () {\n    Route::get('/me', [Me::class, 'show']);\n});\nRoute::post('/chat', function () { return " + phpModel + "; })->middleware('throttle:10');\n"}, "routes/api.php:5 open"},
		"actix, attribute and extractor":       {map[string]string{"Cargo.toml": "", "src/main.rs": "#[post(\"/chat\")]\nasync fn chat(user: AuthUser, q: String) -> String {\n    client.post(\"https://api.openai.com/v1/chat/completions\").send().await\n}\n"}, "src/main.rs:1 guarded"},
		"axum, outside of the layer":           {map[string]string{"Cargo.toml": "", "src/main.rs": "async fn ask(q: String) -> String { client.post(\"https://api.openai.com/v1/chat/completions\").send().await }\n\nfn app() -> Router {\n    let inside = Router::new().route(\"/me\", get(me)).route_layer(from_fn(require_user));\n    Router::new().route(\"/ask\", post(ask)).merge(inside)\n}\n"}, "src/main.rs:5 open"},
		"moderation is no check of the caller": {map[string]string{"package.json": "{}", "app.js": "const app = express();\napp.get(\"/me\", requireUser, me);\napp.post(\"/chat\", async (req, res) => {\n  const m = await openai.moderations.create({ input: req.body.text });\n  if (m.results[0].flagged) return res.status(403).end();\n  res.json(" + jsModel + ");\n});\n"}, "app.js:3 open judged"},
		"a test serves nobody":                 {map[string]string{"package.json": "{}", "tests/app.js": "app.get(\"/me\", requireUser, me);\napp.post(\"/chat\", async (req, res) => { res.json(" + jsModel + "); });\n"}, ""},
		"the path of a proxy calls no model":   {map[string]string{"requirements.txt": "", "a.py": "@app.get(\"/me\")\ndef me(user = Depends(get_current_user)):\n    return user\n\n@app.post(\"/v1/chat/completions\")\ndef chat(q: str):\n    return q\n"}, ""},
		"what we send is not what we ask":      {map[string]string{"package.json": "{}", "app.js": "const app = express();\napp.get(\"/me\", requireUser, me);\napp.post(\"/chat\", async (req, res) => {\n  const r = await fetch(\"https://api.openai.com/v1/chat/completions\", { headers: { Authorization: `Bearer ${process.env.OPENAI_API_KEY}` } });\n  res.json(await r.json());\n});\n"}, "app.js:3 open"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(readRoutes(t, c.files), "; "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// What real applications do that once was taken for a check, or for another route: each
// beside its near-miss.
func TestWhatIsNoCheck(t *testing.T) {
	js := func(body string) map[string]string {
		return map[string]string{"package.json": "{}", "app.js": "const app = express();\napp.get(\"/me\", requireUser, me);\napp.post(\"/chat\", async (req, res) => {\n" + body + "\n  res.json(" + jsModel + ");\n});\n"}
	}
	next := func(route string, more ...string) map[string]string {
		files := map[string]string{
			"package.json":          "{\"dependencies\": {\"@acme/store\": \"1\"}}",
			"app/api/me/route.ts":   "export async function GET() {\n  const session = await getServerSession();\n  return session;\n}\n",
			"app/api/chat/route.ts": route,
			"lib/store/tables.ts":   "export const openTables = (request) => {\n  return verifyToken(request.headers.get(\"authorization\"));\n};\nexport const createClient = (request) => request.cookies.get(\"session\");\n",
		}
		for i := 0; i+1 < len(more); i += 2 {
			files[more[i]] = more[i+1]
		}
		return files
	}
	const post = "export async function POST(request: Request) {\n  openTables(request);\n  return streamText({ model });\n}\n"
	py := func(imports string) map[string]string {
		return map[string]string{
			"requirements.txt": "", "main.py": imports + "\napp = FastAPI()\n\n@app.get(\"/me\")\ndef me(user = Depends(get_current_user)):\n    return user\n\n@app.post(\"/chat\")\ndef chat(turn: list):\n    open_tables(turn)\n    return " + pyModel + "\n",
			"inside/tables.py": "def open_tables(turn):\n    if not verify_token(turn):\n        raise HTTPException(401)\n",
		}
	}
	gin := func(body string) map[string]string {
		return map[string]string{"go.mod": "module x", "main.go": "package main\n\nfunc main() {\n\tr := gin.New()\n\tmine := r.Group(\"/mine\")\n\tmine.Use(TokenAuth())\n\tmine.GET(\"/x\", list)\n\t" + body + "\n}\n"}
	}
	chat := func(owner string) string {
		return owner + ".POST(\"/chat\", func(c *gin.Context) { " + goModel + " })"
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"of a package":                        {next("import { openTables } from \"@acme/store\"\n" + post), "app/api/chat/route.ts:2 open"},
		"of a package, over several lines":    {next("import {\n  openTables,\n} from \"@acme/store\"\n" + post), "app/api/chat/route.ts:4 open"},
		"of the application":                  {next("import { openTables } from \"@/lib/store/tables\"\n" + post), "app/api/chat/route.ts:2 guarded"},
		"of a package that is in the tree":    {next("import { openTables } from \"@acme/store\"\n"+post, "lib/store/package.json", "{\"name\": \"@acme/store\"}"), "app/api/chat/route.ts:2 guarded"},
		"renamed, of a package":               {next("import { openTables as other } from \"@acme/store\"\nimport { openTables } from \"@/lib/store/tables\"\n" + post), "app/api/chat/route.ts:3 guarded"},
		"a client is made":                    {next("import { createClient } from \"@/lib/store/tables\"\n" + strings.Replace(post, "openTables(", "createClient(", 1)), "app/api/chat/route.ts:2 open"},
		"middleware.ts that is none of Next":  {next(strings.Replace(post, "  openTables(request);\n", "", 1), "lib/store/middleware.ts", "export const a = (request) => verifyToken(request);\n"), "app/api/chat/route.ts:1 open"},
		"middleware.ts of Next":               {next(strings.Replace(post, "  openTables(request);\n", "", 1), "src/middleware.ts", "export const a = (request) => verifyToken(request);\n"), "app/api/chat/route.ts:1 guarded"},
		"redirects are of our own paths":      {next("export async function POST() {\n  redirects();\n}\n", "next.config.mjs", "export default { async redirects() {\n  return [{ source: \"/api/v1/responses\", destination: \"/x\" }];\n} };\n"), ""},
		"a path of our own is no model":       {map[string]string{"package.json": "{}", "app.js": "const app = express();\napp.post(\"/x\", requireUser, (req, res) => { res.json(link(\"/api/v1/responses\")); });\n"}, ""},
		"the same path at a provider is one":  {map[string]string{"package.json": "{}", "app.js": "const app = express();\napp.post(\"/x\", requireUser, (req, res) => { res.json(fetch(\"https://api.openai.com/v1/responses\")); });\n"}, "app.js:2 guarded"},
		"python, of a package":                {py("from outside.tables import open_tables"), "main.py:8 open"},
		"python, of the application":          {py("from inside.tables import open_tables"), "main.py:8 guarded"},
		"gin, another group is guarded":       {gin(chat("r")), "main.go:8 open"},
		"gin, the group is guarded":           {gin(chat("mine")), "main.go:8 guarded"},
		"gin, a group in the group":           {gin("v1 := mine.Group(\"/v1\")\n\t" + chat("v1")), "main.go:9 guarded"},
		"gin, a group beside the group":       {gin("v1 := r.Group(\"/v1\")\n\t" + chat("v1")), "main.go:9 open"},
		"a header is set":                     {js("  const headers = {};\n  headers[\"Authorization\"] = `Bearer ${settings.KEY}`;"), "app.js:3 open"},
		"a header is read":                    {js("  if (req.headers[\"authorization\"] === expected) next();"), "app.js:3 guarded"},
		"a header of an answer":               {js("  const left = response.headers.get(\"x-token-count\");"), "app.js:3 open"},
		"a header of the request, by get":     {js("  const key = req.headers.get(\"x-api-key\");"), "app.js:3 guarded"},
		"a session is begun":                  {js("  if (!id) startSession();"), "app.js:3 open"},
		"a session is asked for":              {js("  if (!id) requireSession();"), "app.js:3 guarded"},
		"a picture's request is judged":       {js("  validateImageRequest(req.body);"), "app.js:3 open"},
		"the request is":                      {js("  validateRequest(req);"), "app.js:3 guarded"},
		"a client for signing in is made":     {js("  const ai = createAuthClient();"), "app.js:3 open"},
		"a status is compared":                {gin("r.POST(\"/chat\", func(c *gin.Context) { if status == http.StatusUnauthorized { off() }; " + goModel + " })"), "main.go:8 open"},
		"a status is answered":                {gin("r.POST(\"/chat\", func(c *gin.Context) { c.Abort(http.StatusUnauthorized); " + goModel + " })"), "main.go:8 guarded"},
		"a field of what was asked":           {gin("r.POST(\"/chat\", func(c *gin.Context) { q.UserId = request.User; " + goModel + " })"), "main.go:8 open"},
		"files are served":                    {map[string]string{"package.json": "{}", "app.js": "const app = express();\napp.get(\"/me\", requireUser, me);\napp.use(express.static(\"x\", { setHeaders: (res) => verifyToken(res) }));\napp.post(\"/chat\", async (req, res) => { res.json(" + jsModel + "); });\n"}, "app.js:4 open"},
		"a function that is given the router": {map[string]string{"package.json": "{}", "app.js": "function routes(app) {\n  app.get(\"/me\", requireUser, me);\n  verifyToken;\n  app.post(\"/chat\", async (req, res) => { res.json(" + jsModel + "); });\n}\n"}, "app.js:4 open"},
		"starlette, what a route requires":    {map[string]string{"requirements.txt": "", "a.py": "@app.post(\"/chat\")\n@requires([\"authenticated\"])\ndef chat():\n    return " + pyModel + "\n"}, "a.py:1 guarded"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(readRoutes(t, c.files), "; "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A route has the path of the groups that it is in, and the check of its group, not one
// that lies deeper.
func TestGroupsOfRoutes(t *testing.T) {
	for _, c := range []struct{ name, text, path, guard string }{
		{"main.go", "package main\n\nfunc main() {\n\tr := gin.New()\n\tother := r.Group(\"/other\")\n\tother.Use(AdminAuth())\n\tv1 := r.Group(\"/v1\")\n\tv1.Use(limit(), TokenAuth())\n\tv1.POST(\"/chat\", relay)\n}\n\nfunc relay(c *gin.Context) {\n\tdeeper(c)\n\t" + goModel + "\n}\n\nfunc deeper(c *gin.Context) {\n\tverifyToken(c)\n}\n", "/v1/chat", "main.go:8"},
		{"main.go", "package main\n\nfunc main() {\n\tr := chi.NewRouter()\n\tr.Route(\"/api\", func(r chi.Router) {\n\t\tr.Use(authenticate)\n\t\tr.Route(\"/v2\", func(in chi.Router) {\n\t\t\tin.Post(\"/chat\", func(w http.ResponseWriter, r *http.Request) { " + goModel + " })\n\t\t})\n\t})\n}\n", "/api/v2/chat", "main.go:6"},
		{"main.py", "chats = APIRouter()\n\n@chats.post(\"\")\n@requires([\"authenticated\"])\ndef ask():\n    return " + pyModel + "\n\napp.include_router(chats, prefix=\"/api/chat\")\n", "/api/chat", "main.py:4"},
	} {
		r, err := NewReader()
		if err != nil {
			t.Fatal(err)
		}
		r.Read(c.name, []byte(c.text))
		all, _ := r.Sightings()
		found := false
		for _, s := range all {
			if s.Kind != Route {
				continue
			}
			found = true
			guard := ""
			for _, p := range s.Parts {
				if p.Kind == Guard {
					guard = fmt.Sprintf("%s:%d", p.Path, p.Line)
				}
			}
			if s.Name != c.path || guard != c.guard {
				t.Errorf("%s behind %s, want %s behind %s", s.Name, guard, c.path, c.guard)
			}
		}
		if !found {
			t.Errorf("%s: no route", c.path)
		}
	}
}

// Every application of the set that answers requests with a model shows a route to it,
// and all but those of which the truth says otherwise are guarded. One has its model in
// a job, one in the browser and one in an editor; Spring's default guards one without
// a line.
func TestRoutesOfTheApplications(t *testing.T) {
	all, err := apps.Load("")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		files := map[string]string{}
		for _, n := range a.Names() {
			text, err := a.Expand(n)
			if err != nil {
				t.Fatal(err)
			}
			files[n] = string(text)
		}
		routes := readRoutes(t, files)
		if none := slices.Contains([]string{"bramble", "pantry", "pixelmint"}, a.Name); (len(routes) == 0) != none {
			t.Errorf("%s: routes %q", a.Name, routes)
		}
		planted := 0
		for _, v := range a.Truth.Violations {
			if v.Rule == "ai-route-without-identity" || v.Rule == "safety-instead-of-authentication" {
				planted++
			}
		}
		for _, r := range routes {
			if strings.Contains(r, " open") {
				planted--
			}
			if strings.Contains(r, " unknown") && a.Name != "vellum" {
				t.Errorf("%s: %s", a.Name, r)
			}
		}
		if planted != 0 {
			t.Errorf("%s: routes %q", a.Name, routes)
		}
	}
}

// TestHostilePrograms: brackets that never close, one endless line, a thousand headers
// break no reading, and none costs more looks at names than its budget; what is given up
// is named.
func TestHostilePrograms(t *testing.T) {
	left := 0
	for name, unit := range map[string]string{
		"a.js":   "app.post(\"/x\", (",
		"b.js":   "([{",
		"c.js":   "[[)",
		"d.js":   "const a = app.get(\"/x\", f) ",
		"e.py":   "class A(\ndef b(c=(\n @a.post(\"/\")\n",
		"f.rb":   "class AController\n  def x\n",
		"g.rs":   "fn a( let b = r\"",
		"h.cs":   "class [HttpPost(\"x\")] A(",
		"i.php":  "<?php Route::post('/x', function () { ",
		"k.ts":   "`${`${",
		"l.go":   "func (s *x) y(mux.Handle(\"/\", func() { ",
		"m.java": "@PostMapping(\"/x\") class A extends B { String c(",
		"n.tf":   "resource \"aws_iam_role\" \"a\" {\n",
	} {
		r, err := NewReader()
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Repeat(unit+"401 session openai.chat.completions.create( ", (80<<10)/(len(unit)+45))
		r.Read(name, []byte(text))
		r.Sightings()
		left += len(r.Left())
	}
	if left == 0 {
		t.Error("no hostile program reaches its bound: the texts test nothing")
	}
}
