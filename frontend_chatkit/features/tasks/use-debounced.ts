"use client";

import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 250;

/**
 * Hold what is being typed, and hand it on at a pause. When `value` becomes anything else than what
 * was handed on last, it takes the place of what was typed.
 */
export function useDebounced(
  value: string,
  apply: (text: string) => void,
): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  const [sent, setSent] = useState(value);
  const latest = useRef(apply);
  latest.current = apply;

  if (value !== seen) {
    setSeen(value);
    if (value !== sent) setText(value);
    setSent(value);
  }

  useEffect(() => {
    if (text === sent) return;
    const timer = setTimeout(() => {
      setSent(text);
      latest.current(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, sent]);

  return [text, setText];
}
