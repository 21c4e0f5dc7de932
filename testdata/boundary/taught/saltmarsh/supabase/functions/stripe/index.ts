import Stripe from "stripe";
import { createClient } from "@supabase/supabase-js";

const stripe = new Stripe(Deno.env.get("STRIPE_API_KEY")!);

Deno.serve(async (req) => {
  const event = await stripe.webhooks.constructEventAsync(
    await req.text(),
    req.headers.get("stripe-signature")!,
    Deno.env.get("STRIPE_WEBHOOK_SECRET")!,
  );
  if (event.type === "checkout.session.completed") {
    const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
    await db.from("member").update({ paid: true }).eq("id", event.data.object.client_reference_id);
  }
  return new Response(null, { status: 204 });
});
