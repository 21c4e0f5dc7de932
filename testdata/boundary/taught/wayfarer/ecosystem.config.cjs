// PM2 starts the same build twice: once for travellers, once for us to break.
module.exports = {
  apps: [
    {
      name: "wayfarer-api",
      script: "dist/server.js",
      instances: 2,
      exec_mode: "cluster",
      env_production: {
        NODE_ENV: "production",
        PORT: 8080,
        OPENAI_API_KEY: "<<openai-service-account-key:wayfarer>>",
      },
      env_staging: {
        NODE_ENV: "staging",
        PORT: 8081,
        OPENAI_API_KEY: "<<openai-service-account-key:wayfarer>>",
      },
    },
  ],
};
