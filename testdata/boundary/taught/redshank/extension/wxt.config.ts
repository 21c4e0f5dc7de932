import { defineConfig } from "wxt";

export default defineConfig({
  manifest: {
    name: "Redshank: plain words for council letters",
    permissions: ["identity", "storage", "activeTab", "scripting"],
    host_permissions: ["https://api.redshank.example/*"],
    action: { default_title: "Say it plainly" },
  },
});
