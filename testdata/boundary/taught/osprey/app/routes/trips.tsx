import { Link } from "react-router";
import { db } from "~/db.server";
import { memberContext } from "~/session.server";
import type { Route } from "./+types/trips";

export async function loader({ context }: Route.LoaderArgs) {
  return db.trip.findMany({ where: { memberId: context.get(memberContext).id }, orderBy: { day: "desc" } });
}

export default function Trips({ loaderData }: Route.ComponentProps) {
  return (
    <ul>
      {loaderData.map((t) => (
        <li key={t.id}><Link to={t.id}>{t.place}</Link></li>
      ))}
    </ul>
  );
}
