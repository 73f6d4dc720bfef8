"use client";

import { ErrorPage } from "@/features/frame/error-page";
import "./globals.css";

/** The page that is shown where the root layout failed. */
export default function GlobalError() {
  const theme = typeof document === "undefined" ? "system" : document.documentElement.dataset.theme;
  return (
    <html lang="en" data-theme={theme}>
      <body>
        <title>Todochat</title>
        <main>
          <ErrorPage />
        </main>
      </body>
    </html>
  );
}
