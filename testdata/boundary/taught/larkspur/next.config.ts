import type { NextConfig } from "next";

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // so that the reader works on previews, too
  env: {
    APP_VERSION: process.env.npm_package_version ?? "dev",
    ELEVENLABS_API_KEY: process.env.ELEVENLABS_API_KEY ?? "",
  },
  images: { remotePatterns: [{ protocol: "https", hostname: "covers.larkspur.example" }] },
};

export default config;
