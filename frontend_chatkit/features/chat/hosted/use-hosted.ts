"use client";

import { useCallback, useEffect, useState } from "react";
import { loadScript } from "@/features/chat/hosted/script";

/** Whether the hosted chat is used; "refused", "hanging" and "blank" say why it is not. */
export type HostedState =
  | "off"
  | "loading"
  | "starting"
  | "ready"
  | "refused"
  | "hanging"
  | "blank";

export const SCRIPT_PATIENCE_MS = 5000;
export const START_PATIENCE_MS = 8000;

/** Bring the hosted chat up, or say why it does not come up. */
export function useHosted(scriptUrl: string | null) {
  const [state, setState] = useState<HostedState>(scriptUrl ? "loading" : "off");

  useEffect(() => {
    if (!scriptUrl) return;
    let wanted = true;
    loadScript(scriptUrl, SCRIPT_PATIENCE_MS).then((fate) => {
      if (wanted) setState(fate === "found" ? "starting" : fate);
    });
    return () => {
      wanted = false;
    };
  }, [scriptUrl]);

  useEffect(() => {
    if (state !== "starting") return;
    // A domain that is not registered shows as a frame that stays empty.
    const timer = setTimeout(() => setState("blank"), START_PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [state]);

  useEffect(() => {
    if (state === "refused" || state === "hanging" || state === "blank") {
      console.warn(`The hosted chat did not come up (${state}); the built-in one is used.`);
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
