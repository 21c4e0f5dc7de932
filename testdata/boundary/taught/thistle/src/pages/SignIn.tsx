import { useState } from "react";
import { supabase } from "../lib/supabase";

export function SignIn() {
  const [email, setEmail] = useState("");
  const [sent, setSent] = useState(false);
  async function go(e: React.FormEvent) {
    e.preventDefault();
    const { error } = await supabase.auth.signInWithOtp({ email, options: { shouldCreateUser: false } });
    setSent(!error);
  }
  return sent ? (
    <p>Look into your mail.</p>
  ) : (
    <form onSubmit={go}>
      <input type="email" value={email} onChange={(e) => setEmail(e.target.value)} />
      <button>Send me a link</button>
    </form>
  );
}
