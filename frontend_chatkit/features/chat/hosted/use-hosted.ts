"use client";

import { useCallback, useEffect, useState } from "react";
import { loadScript } from "@/features/chat/hosted/script";

/** The state of the hosted chat; "failed", "timed-out" and "blank" are reasons not to use it. */
export type HostedState =
  | "off"
  | "loading"
  | "starting"
  | "ready"
  | "failed"
  | "timed-out"
  | "blank";

export const SCRIPT_TIMEOUT_MS = 5000;
export const START_TIMEOUT_MS = 8000;

/** Start the hosted chat, and return its state. */
export function useHosted(scriptUrl: string | null) {
  const [state, setState] = useState<HostedState>(scriptUrl ? "loading" : "off");

  useEffect(() => {
    if (!scriptUrl) return;
    let mounted = true;
    loadScript(scriptUrl, SCRIPT_TIMEOUT_MS).then((result) => {
      if (mounted) setState(result === "loaded" ? "starting" : result);
    });
    return () => {
      mounted = false;
    };
  }, [scriptUrl]);

  useEffect(() => {
    if (state !== "starting") return;
    // An unregistered domain results in a frame that stays empty.
    const timer = setTimeout(() => setState("blank"), START_TIMEOUT_MS);
    return () => clearTimeout(timer);
  }, [state]);

  useEffect(() => {
    if (state === "failed" || state === "timed-out" || state === "blank") {
      console.warn(`The hosted chat did not start (${state}); the built-in one is used.`);
    }
  }, [state]);

  const ready = useCallback(() => setState((now) => (now === "starting" ? "ready" : now)), []);
  const failed = useCallback((error: Error) => {
    setState((now) => (now === "starting" || isAboutDomain(error) ? "blank" : now));
  }, []);
  return { state, ready, failed };
}

function isAboutDomain(error: Error): boolean {
  return /domain/i.test(`${error?.name} ${error?.message}`);
}
