import type { NextConfig } from "next";

const config: NextConfig = {
  output: "standalone",
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  poweredByHeader: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  // Dynamic pages are rendered for one person: nothing between may keep them.
  experimental: { staleTimes: { dynamic: 0 } },
};

export default config;
