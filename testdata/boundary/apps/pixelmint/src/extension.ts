import * as vscode from "vscode";
import { InferenceClient } from "@huggingface/inference";
import { accountOf } from "./account";

export function activate(context: vscode.ExtensionContext) {
  context.subscriptions.push(
    vscode.commands.registerCommand("pixelmint.caption", async (file: vscode.Uri) => {
      if (!(await accountOf(context))) return vscode.window.showInformationMessage("Sign in to Pixelmint first.");
      const token = process.env.HF_TOKEN ?? (await context.secrets.get("hf"));
      const picture = new Blob([await vscode.workspace.fs.readFile(file)]);
      const { generated_text } = await new InferenceClient(token).imageToText({ data: picture, model: "Salesforce/blip-image-captioning-base" });
      await vscode.env.clipboard.writeText(generated_text ?? "");
    }),
  );
}
