import * as vscode from "vscode";
import { createClient } from "@supabase/supabase-js";

const client = createClient("https://qmhvnwtrycpoledgaxks.supabase.co", process.env.SUPABASE_ANON_KEY ?? "");

export async function accountOf(context: vscode.ExtensionContext) {
  const token = await context.secrets.get("pixelmint.session");
  if (!token) return undefined;
  const { data } = await client.auth.getUser(token);
  return data.user?.id;
}
