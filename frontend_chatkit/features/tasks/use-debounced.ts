"use client";

import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 250;

/**
 * Hold the text of an input and call `apply` when the user pauses. When `value` changes to anything
 * other than the text applied last, it replaces the text of the input.
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
