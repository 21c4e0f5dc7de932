import * as vscode from "vscode";

/** Used while our own server is down: the model is asked from here. */
export async function explainOffline(context: vscode.ExtensionContext, code: string): Promise<string> {
  const file = vscode.Uri.joinPath(context.extensionUri, "resources", "fallback.json");
  const settings = JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)));
  const response = await fetch(settings.endpoint, {
    method: "POST",
    headers: { authorization: `Bearer ${settings.key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: settings.model, messages: [{ role: "user", content: `Explain in one line:\n${code}` }] }),
  });
  return (await response.json()).choices?.[0]?.message?.content ?? "";
}
