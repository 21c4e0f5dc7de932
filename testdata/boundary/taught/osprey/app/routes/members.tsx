import { Outlet } from "react-router";
import { membersOnly } from "~/session.server";

export const middleware = [membersOnly];

// Without a loader the middleware would not run on client navigation.
export const loader = () => null;

export default function Members() {
  return <Outlet />;
}
