export default defineNuxtConfig({
  modules: ["@nuxt/ui", "nuxt-auth-utils"],
  compatibilityDate: "2025-10-01",
  runtimeConfig: {
    // the server's alone; NUXT_GROQ_API_KEY fills it in
    groqApiKey: "",
    databaseUrl: "",
    oauth: { keycloak: { clientId: "", clientSecret: "", serverUrl: "", realm: "brackish", redirectURL: "" } },
    public: {
      // for everybody
      mapStyle: "https://tiles.brackish.example/style.json",
      groqModel: "openai/gpt-oss-20b",
    },
  },
  routeRules: {
    "/": { prerender: true },
    "/api/stations": { swr: 600 },
  },
});
