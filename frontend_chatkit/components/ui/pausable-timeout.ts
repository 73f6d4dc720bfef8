"use client";

import { useEffect, useRef, useState } from "react";

/** Call `done` after so many seconds, not counting while the pointer or the focus is inside. */
export function usePausableTimeout(done: () => void, seconds: number) {
  const [held, setHeld] = useState(false);
  const latest = useRef(done);
  latest.current = done;
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => latest.current(), seconds * 1000);
    return () => clearTimeout(timer);
  }, [held, seconds]);
  const hold = () => setHeld(true);
  const release = () => setHeld(false);
  return { onMouseEnter: hold, onMouseLeave: release, onFocus: hold, onBlur: release };
}
