import { useAuthActions } from "@convex-dev/auth/react";
import { Authenticated, Unauthenticated, useAction, useQuery } from "convex/react";
import { useState } from "react";
import { api } from "../convex/_generated/api";

export default function App() {
  const { signIn } = useAuthActions();
  const entries = useQuery(api.diary.mine) ?? [];
  const ask = useAction(api.ask.question);
  const [answer, setAnswer] = useState("");
  return (
    <>
      <Unauthenticated>
        <button onClick={() => void signIn("apple")}>Sign in with Apple</button>
      </Unauthenticated>
      <Authenticated>
        <form action={async (f) => setAnswer(await ask({ text: String(f.get("q")) }))}>
          <input name="q" />
        </form>
        <p>{answer}</p>
        <ul>{entries.map((e) => <li key={e._id}>{e.text}</li>)}</ul>
      </Authenticated>
    </>
  );
}
