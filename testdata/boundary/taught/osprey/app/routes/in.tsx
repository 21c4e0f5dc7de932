import { Form, redirect } from "react-router";
import { authenticator, storage } from "~/session.server";
import type { Route } from "./+types/in";

export async function action({ request }: Route.ActionArgs) {
  const member = await authenticator.authenticate("password", request);
  const session = await storage.getSession(request.headers.get("cookie"));
  session.set("member", member);
  return redirect("/trips", { headers: { "set-cookie": await storage.commitSession(session) } });
}

export default function In() {
  return (
    <Form method="post">
      <input name="email" type="email" required />
      <input name="password" type="password" required />
      <button>Sign in</button>
    </Form>
  );
}
