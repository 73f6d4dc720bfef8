"use client";

import { useSyncExternalStore } from "react";

const SYSTEM = "(prefers-color-scheme: dark)";

/** Return whether the page is dark now, by its switch or by the system. */
export function useDarkness(): boolean {
  return useSyncExternalStore(subscribe, isDark, () => false);
}

function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme === "dark" || (theme !== "light" && window.matchMedia(SYSTEM).matches);
}

function subscribe(onChange: () => void): () => void {
  const switched = new MutationObserver(onChange);
  switched.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const system = window.matchMedia(SYSTEM);
  system.addEventListener("change", onChange);
  return () => {
    switched.disconnect();
    system.removeEventListener("change", onChange);
  };
}
