package inventory

import "testing"

// Servers of SCIM in the words of several frameworks, and whether they remove people.
func TestProvisioning(t *testing.T) {
	for _, c := range []struct {
		what, name, text string
		want             []string
	}{
		{"Express", "src/scim.ts", `const router = express.Router();
router.post("/Users", create);
router.patch("/Users/:id", patch);
router.delete("/Users/:id", remove);
`, []string{"src/scim.ts:2 create", "src/scim.ts:3 remove", "src/scim.ts:4 remove"}},
		{"Express that does nothing", "src/scim.ts", `const router = express.Router();
router.post("/scim/v2/Users", create);
router.delete("/scim/v2/Users/:id", (req, res) => {
  res.status(204).end();
});
`, []string{"src/scim.ts:2 create", "src/scim.ts:3 remove-nothing"}},
		{"Next.js", "app/api/scim/v2/Users/[id]/route.ts", `export async function PUT(req: Request) {
  const body = await req.json();
  await db.user.update({ where: { id }, data: { name: body.userName } });
  return Response.json(body);
}

export async function DELETE(req: Request) {
  await db.user.delete({ where: { id } });
  return new Response(null, { status: 204 });
}
`, []string{"app/api/scim/v2/Users/[id]/route.ts:7 remove"}},
		{"pages of Next.js", "pages/api/scim/Users/[id].ts", `export default async function handler(req, res) {
  if (req.method === "DELETE") {
    return res.status(204).end();
  }
}
`, []string{"pages/api/scim/Users/[id].ts:2 remove-nothing"}},
		{"Django REST, in a class that says so", "directory/views.py", `SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"

class ScimUser(APIView):
    def delete(self, request, pk):
        close(Officer.objects.get(pk=pk))
        return Response(status=204)

class ScimGroup(APIView):
    def delete(self, request, pk):
        drop(pk)

class Notes(APIView):
    def delete(self, request, pk):
        drop(pk)
`, []string{"directory/views.py:4 remove"}},
		{"FastAPI", "scim/api.py", `router = APIRouter(prefix="/scim/v2")

@router.post("/Users")
def create(user: User):
    return store.add(user)

@router.put("/Users/{id}")
def replace(id: str, user: User):
    if not user.active:
        store.close(id)
    return user
`, []string{"scim/api.py:1 endpoint", "scim/api.py:3 create", "scim/api.py:7 remove"}},
		{"Flask", "scim.py", `@app.route("/scim/v2/Users", methods=["POST"])
def create():
    return add(request.json), 201

@app.route("/scim/v2/Users/<id>", methods=["DELETE"])
def delete(id):
    return "", 204
`, []string{"scim.py:1 create", "scim.py:5 remove-nothing"}},
		{"Spring", "ScimUsers.java", `@RequestMapping("/scim/v2")
class ScimUsers {
    @PostMapping("/Users")
    User create(@RequestBody User u) {
        return people.add(u);
    }

    @DeleteMapping("/Users/{id}")
    void delete(@PathVariable String id) {
        people.close(id);
    }
}
`, []string{"ScimUsers.java:1 endpoint", "ScimUsers.java:3 create", "ScimUsers.java:8 remove"}},
		{"Laravel", "routes/scim.php", `<?php
Route::post('/scim/v2/Users', [ScimController::class, 'store']);
Route::delete('/scim/v2/Users/{id}', [ScimController::class, 'destroy']);
`, []string{"routes/scim.php:2 create", "routes/scim.php:3 remove"}},
		{"axum", "src/scim.rs", `let app = Router::new()
    .route("/scim/v2/Users", post(create))
    .route("/scim/v2/Users/{id}", get(one).patch(patch).delete(remove));
`, []string{"src/scim.rs:2 create", "src/scim.rs:3 remove"}},
		{"events of a directory", "hooks.ts", `if (e.event === "dsync.user.created") add(e);
`, []string{"hooks.ts:1 create"}},
		{"a client", "src/seats.ts", `const url = process.env.SCIM_URL + "/scim/v2";
await axios.post(url + "/Users", { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"] });
await fetch("https://api.example.com/scim/v2/Users", { method: "POST" });
`, nil},
		{"groups", "src/scim.ts", `router.post("/scim/v2/Groups", create);
`, nil},
	} {
		same(t, c.what, read(t, map[string]string{c.name: c.text}, Provisioning), c.want...)
	}
}
