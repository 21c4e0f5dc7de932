export default function Settings() {
  const aiReady = Boolean(process.env.OPENAI_API_KEY);
  return (
    <main>
      <h1>Settings</h1>
      <p>Drafting is {aiReady ? "switched on" : "not configured"}.</p>
    </main>
  );
}
