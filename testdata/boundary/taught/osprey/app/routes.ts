import { index, layout, prefix, route, type RouteConfig } from "@react-router/dev/routes";

export default [
  index("routes/home.tsx"),
  route("up", "routes/up.ts"),
  route("in", "routes/in.tsx"),
  layout("routes/members.tsx", [
    route("trips", "routes/trips.tsx"),
    route("trips/:id/summary", "routes/summary.ts"),
    route("staff/spend", "routes/spend.tsx"),
  ]),
  ...prefix("api", [route("chat", "routes/chat.ts")]),
] satisfies RouteConfig;
