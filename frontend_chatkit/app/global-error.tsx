"use client";

import { Broken } from "@/features/frame/broken";
import "./globals.css";

export default function GlobalError({ reset }: { reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Todochat</title>
        <Broken onRetry={reset} />
      </body>
    </html>
  );
}
