import { memberContext } from "~/session.server";
import type { Route } from "./+types/spend";

export async function loader({ context }: Route.LoaderArgs) {
  if (!context.get(memberContext).staff) throw new Response(null, { status: 404 });
  const from = new Date(Date.now() - 30 * 864e5).toISOString();
  const response = await fetch(`https://api.anthropic.com/v1/organizations/cost_report?starting_at=${from}`, {
    headers: { "x-api-key": process.env.ANTHROPIC_ADMIN_KEY!, "anthropic-version": "2023-06-01" },
  });
  return (await response.json()).data as { starting_at: string; results: { amount: string }[] }[];
}

export default function Spend({ loaderData }: Route.ComponentProps) {
  return (
    <table>
      {loaderData.map((d) => (
        <tr key={d.starting_at}><td>{d.starting_at}</td><td>{d.results.map((r) => r.amount).join(" + ")}</td></tr>
      ))}
    </table>
  );
}
