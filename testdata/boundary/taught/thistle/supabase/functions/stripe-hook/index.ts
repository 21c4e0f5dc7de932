import Stripe from "npm:stripe@19.3.1";
import { createClient } from "npm:@supabase/supabase-js@2.83.0";

const stripe = new Stripe(Deno.env.get("STRIPE_API_KEY")!);
const admin = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);

Deno.serve(async (req) => {
  const event = await stripe.webhooks.constructEventAsync(
    await req.text(),
    req.headers.get("stripe-signature")!,
    Deno.env.get("STRIPE_WEBHOOK_SECRET")!,
  );
  if (event.type === "customer.subscription.deleted") {
    await admin.from("nurseries").update({ active: false }).eq("stripe_id", event.data.object.customer);
  }
  return new Response("ok");
});
