import { TryForm } from "./try-form";

export const metadata = { title: "Draftloom: try it on your pitch" };

export default function Page() {
  return (
    <main>
      <h1>Sharpen your pitch in a minute</h1>
      <TryForm />
    </main>
  );
}
