import type { NextConfig } from "next";

const config: NextConfig = {
  reactStrictMode: true,
  env: {
    ELEVENLABS_API_KEY: process.env.ELEVENLABS_API_KEY!,
    APP_VERSION: process.env.npm_package_version!,
  },
  images: { remotePatterns: [{ hostname: "img.clerk.com" }] },
};

export default config;
