"use client";

import { Broken } from "@/features/frame/broken";
import "./globals.css";

/** What is shown where not even the frame around the pages could be made. */
export default function GlobalError() {
  const theme = typeof document === "undefined" ? "system" : document.documentElement.dataset.theme;
  return (
    <html lang="en" data-theme={theme}>
      <body>
        <title>Todochat</title>
        <main>
          <Broken />
        </main>
      </body>
    </html>
  );
}
