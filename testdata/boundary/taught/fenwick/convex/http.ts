import { httpRouter } from "convex/server";
import { internal } from "./_generated/api";
import { httpAction } from "./_generated/server";
import { auth } from "./auth";

const http = httpRouter();
auth.addHttpRoutes(http);

// The sensors of the hides: each has a token of its own.
http.route({
  path: "/counts",
  method: "POST",
  handler: httpAction(async (ctx, request) => {
    const token = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "";
    const sensor = await ctx.runQuery(internal.sensors.byToken, { token });
    if (!sensor) return new Response(null, { status: 401 });
    await ctx.runMutation(internal.sensors.count, { sensor: sensor._id, n: (await request.json()).n });
    return new Response(null, { status: 204 });
  }),
});

export default http;
